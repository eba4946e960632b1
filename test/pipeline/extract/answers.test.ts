import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { extractCode } from '../../../src/pipeline/extract.ts';
import { REPAIR_NAMES, repairCode } from '../../../src/pipeline/repair.ts';
import { descriptionPrompt } from '../task-prompt.ts';

const PROMPT = descriptionPrompt({ entryPoint: 'run_lengths', text: 'Write run_lengths(text).', examples: [] });
const CODE = `def run_lengths(text):
    runs = []
    for char in text:
        if runs and runs[-1][0] == char:
            runs[-1] = (char, runs[-1][1] + 1)
        else:
            runs.append((char, 1))
    return runs`;
const HELPER = 'def first(text):\n    return text[0]';

function fenced(code: string, language = 'python'): string {
  return `\`\`\`${language}\n${code}\n\`\`\``;
}

function prompted(code: string, first: string, more: string): string {
  return code
    .split('\n')
    .map((line, index) => `${index === 0 ? first : more}${line}`)
    .join('\n');
}

function extracted(answer: string): string {
  return extractCode(answer, PROMPT).code;
}

/** Extracted, and with all repairs: what a run of the loop would test. */
function repaired(answer: string): string {
  return repairCode(extracted(answer), PROMPT, new Set(REPAIR_NAMES)).code.trim();
}

describe('a later block that uses the function does not replace it', () => {
  const later: Record<string, string> = {
    'imports it': 'from solution import run_lengths\n\nprint(run_lengths("aab"))',
    'imports its module': 'import solution\n\nprint(solution.run_lengths("aab"))',
    'imports all': 'from run_lengths import *\n\nrun_lengths("aab")',
    'imports it from a package': 'from my.package.module import run_lengths as run_lengths\nrun_lengths("aab")',
    'imports it if it can': 'try:\n    from solution import run_lengths\nexcept ImportError:\n    pass',
    'renames it': 'import solution\nrun_lengths = solution.run_lengths\nprint(run_lengths("a"))',
    'wraps it': 'from functools import lru_cache\nrun_lengths = lru_cache(run_lengths)',
    'keeps its result': 'result = run_lengths("aab")\nfor char, count in result:\n    print(char, count)',
    'tests it':
      'import unittest\nfrom solution import run_lengths\n\n\nclass TestRunLengths(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(run_lengths(""), [])\n\n\nunittest.main()',
    'runs it': 'def main():\n    print(run_lengths(input()))\n\n\nmain()',
    'shows its signature': 'def run_lengths(text):\n    ...',
  };
  for (const [name, block] of Object.entries(later)) {
    it(name, () => {
      assert.equal(extracted(`${fenced(CODE)}\n\nUse it:\n\n${fenced(block)}`), CODE);
      assert.equal(extracted(`${fenced(block)}\n\nThe function:\n\n${fenced(CODE)}`), CODE);
    });
  }

  it('but a later version does, and a name of the standard library is a definition', () => {
    const better = CODE.replace('runs = []', 'runs: list = []');
    assert.equal(extracted(`${fenced(CODE)}\nBetter:\n${fenced(better)}`), better);
    const prompt = descriptionPrompt({ entryPoint: 'gcd', examples: [] });
    assert.equal(extractCode(fenced('from math import gcd'), prompt).code, 'from math import gcd');
    const method = 'class Solver:\n    def solve(self, text):\n        return []';
    const alias = 'run_lengths = Solver().solve';
    assert.equal(extracted(`${fenced(method)}\nThen:\n${fenced(alias)}`), `${method}\n\n${alias}`);
  });
});

describe('prose and markers in a block are no code', () => {
  const below: Record<string, string> = {
    'a sentence': 'It gives the runs when you call it.',
    'a word': 'It',
    'words that parse': 'this is it',
    'a list': 'Notes:\n- linear time\n- no imports\n1. loop\n2. append',
    'a list of words': '- loop\n- append',
    'a paragraph with brackets and quotes': 'It\'s a loop (one over the text, that is\nand it isn\'t slow: "linear".',
    'an annotation by chance': 'Note: fast',
    'a complexity': 'Time: O(n)',
    'a marker in brackets': '[DONE]',
    'an end tag': '</code>',
    'a closing marker': '[/PYTHON]',
    'a marker of words': 'END SOLUTION',
    'a rule': '---',
    'what it prints': 'Output:\n[("a", 2), ("b", 1)]',
    'a sentence on classes': 'class methods are not needed here.',
    'a sentence of several lines': 'The function loops over the text\nand counts\nwhat follows.',
    'a call in a sentence': 'Call run_lengths(text) with any text.',
  };
  const above: Record<string, string> = {
    'a sentence': 'It is a small function and needs no imports. The code is as follows:',
    'a word': 'python',
    'a language and a colon': 'Python code:',
    'a version': 'python3',
    'a marker in brackets': '[BEGIN]',
    'a tag': '<code>',
    'a heading': '### Solution',
    'a heading of words': 'Solution:',
    'a sentence with an open bracket': 'Sure (and gladly:',
    'a sentence with a triple quote': 'Use """ for its docstring.',
  };
  for (const [name, prose] of Object.entries(below)) {
    it(`below: ${name}`, () => {
      assert.equal(extracted(fenced(`${CODE}\n\n${prose}`)).replace(/\n\n(?:Output:\n)?\[\("a".*$/, ''), CODE);
      assert.match(extracted(`${CODE}\n\n${prose}`), /^def run_lengths[\s\S]*return runs/);
    });
  }
  for (const [name, prose] of Object.entries(above)) {
    it(`above: ${name}`, () => {
      const heading = prose.startsWith('#') ? `${prose}\n\n` : '';
      assert.equal(extracted(fenced(`${prose}\n\n${CODE}`, '')), `${heading}${CODE}`);
      assert.ok(extracted(`${prose}\n\n${CODE}`).endsWith(CODE));
      assert.equal(
        extracted(fenced(`${prose}\n${CODE}\n\nThat is all.`, '')),
        `${heading.trimEnd()}${heading && '\n'}${CODE}`,
      );
    });
  }

  it('between two functions', () => {
    const block = `First a helper:\n\n${HELPER}\n\nThen the function, which calls it (not always):\n\n${CODE}\n\nDone.`;
    assert.equal(extracted(fenced(block)), `${HELPER}\n\n\n${CODE}`);
  });

  it('around indented code', () => {
    const indented = CODE.replace(/^(?=.)/gm, '    ');
    assert.equal(extracted(fenced(`The code:\n\n${indented}\n\nDone.`, '')), CODE);
  });

  it('with tags on the lines of the code', () => {
    assert.equal(extracted(fenced(`<code>${CODE}</code>`, '')), CODE);
  });

  it('but code is never cut: what is broken in a definition, and statements that work', () => {
    const broken = `def helper(x)\n    return x\n\n\n${CODE}`;
    assert.equal(extracted(fenced(broken)), broken);
    const setup = `import sys\n\nsys.setrecursionlimit(10_000)\nLIMIT = 3\nTABLE = {}\n${CODE}\n\nTABLE["a"] = LIMIT\nprint(run_lengths("a"))`;
    assert.equal(extracted(fenced(setup)), setup);
    const bound = `python = 3\n${CODE}\n\npython`;
    assert.equal(extracted(fenced(bound)), bound);
    const given = `${CODE}\n\nrandom.seed(3)`;
    assert.equal(extracted(fenced(given)), given);
    const cutOff = `${CODE}\n\n\ndef more(text):\n    return [`;
    assert.equal(extracted(fenced(cutOff)), cutOff);
  });
});

describe('special tokens are no code', () => {
  for (const token of [
    '<|im_end|>',
    '<|eot_id|>',
    '<|endoftext|>',
    '</s>',
    '<end_of_turn>',
    '<|end|>',
    '<｜end▁of▁sentence｜>',
  ]) {
    it(token, () => {
      assert.equal(extracted(`${CODE}${token}`), CODE);
      assert.equal(extracted(`${CODE}\n${token}\n`), CODE);
      assert.equal(extracted(`${fenced(`${CODE}${token}`)}`), CODE);
      assert.equal(extracted(`${fenced(CODE)}${token}`), CODE);
      assert.equal(extracted(`\`\`\`python\n${CODE}${token}`), CODE);
      assert.equal(extracted(`Here:\n${fenced(CODE)}${token}${token}\n`), CODE);
    });
  }

  it('and what a model says after its turn is no answer', () => {
    const next = `<|im_end|>\n<|im_start|>user\nAnother.<|im_end|>\n<|im_start|>assistant\n`;
    const other = 'def run_lengths(text):\n    return 1';
    assert.equal(extracted(`${fenced(CODE)}${next}${fenced(other)}`), CODE);
    assert.equal(extracted(`${CODE}${next}${other}`), CODE);
    assert.equal(extracted(`<|im_start|>assistant\n${CODE}<|im_end|>`), CODE);
  });

  it('but those in strings stay', () => {
    const template = `TURN = """<|im_start|>user\n{text}<|im_end|>\n"""\n\n\n${CODE.replace('runs = []', "runs = text.split('<|endoftext|>')[:0]")}`;
    assert.equal(extracted(template), template);
    assert.equal(extracted(fenced(template)), template);
    const tags = `${CODE}\n\n\ndef struck(text):\n    return "<s>" + text + "</s>"`;
    assert.equal(extracted(tags), tags);
  });
});

describe('a fence in a string or a comment is part of the code', () => {
  const inside: Record<string, string> = {
    'a docstring': CODE.replace(
      'text):\n',
      'text):\n    """The runs.\n\n    ```\n    run_lengths("aab")\n    ```\n    """\n',
    ),
    'a docstring, with a language': CODE.replace(
      'text):\n',
      'text):\n    """The runs.\n\n    ```python\n    run_lengths("aab")\n    ```\n    """\n',
    ),
    'a docstring of three single quotes': CODE.replace(
      'text):\n',
      "text):\n    '''The runs.\n```\nrun_lengths('aab')\n```\n    '''\n",
    ),
    'a comment': `# ~~~\n# ${'```'}\n# run_lengths("aab")\n# ${'```'}\n${CODE}`,
    'a text': `HELP = """\n\`\`\`sh\npython -m runs\n\`\`\`\n"""\n\n\n${CODE}`,
  };
  for (const [name, code] of Object.entries(inside)) {
    it(name, () => {
      assert.equal(extracted(`Here:\n${fenced(code)}\nDone.`), code);
      assert.equal(extracted(`\`\`\`python\n${code}`), code);
    });
  }

  it('but a docstring that never ends does not swallow the next block', () => {
    const broken = 'def run_lengths(text):\n    """The runs.\n    return []';
    assert.equal(extracted(`${fenced(broken)}\nI forgot the quotes:\n${fenced(CODE)}`), CODE);
  });
});

describe('the first line of code may stand behind the fence', () => {
  const [first = '', ...rest] = CODE.split('\n');
  for (const opening of ['```python ', '```', '``` ', '```py ', '```Python3 ', '~~~python ']) {
    it(opening, () => {
      const end = opening.startsWith('~') ? '~~~' : '```';
      assert.equal(extracted(`${opening}${first}\n${rest.join('\n')}\n${end}`), CODE);
      assert.equal(extracted(`Look:\n${opening}import math\n${CODE}\n${end}\nGood.`), `import math\n${CODE}`);
    });
  }

  it('but titles and attributes are no code', () => {
    for (const info of [
      'python title="runs.py"',
      'python title=runs',
      '{.python .numberLines}',
      'python linenums=1',
      'python solution.py',
    ])
      assert.equal(extracted(fenced(CODE, info)), CODE, info);
  });

  it('and all of it', () => {
    assert.equal(extracted('```python def run_lengths(text): return []```'), 'def run_lengths(text): return []');
  });
});

describe('the name of the language is no code', () => {
  for (const word of ['python', 'Python', 'python3', 'py', 'Python:', '  python']) {
    it(word, () => {
      assert.equal(extracted(`${word}\n${CODE}`), CODE);
      assert.equal(extracted(fenced(`${word}\n${CODE}`, '')), CODE);
    });
  }
  it('on the line of the code', () => assert.equal(extracted(`python ${CODE}`), CODE));
});

describe('a session is read without its prompts and outputs', () => {
  const session = prompted(CODE, '>>> ', '... ');
  const output = ">>> run_lengths(\"aab\")\n[('a', 2), ('b', 1)]";
  const sessions: Record<string, string> = {
    'with an output': `${session}\n...\n${output}`,
    'without one': session,
    'with an import': `>>> import math\n${session}\n... \n${output}`,
    'of IPython': `In [1]: ${prompted(CODE, '', '   ...: ').trimStart()}\nIn [2]: run_lengths("a")\nOut[2]: [('a', 1)]`,
    'whose block goes on without prompts': `>>> ${CODE}\n\n${output}`,
    'that ends in an error': `${session}\n...\n>>> run_lengths(3)\nTraceback (most recent call last):\n  File "<stdin>", line 1, in <module>\nTypeError: 'int' object is not iterable`,
  };
  for (const [name, text] of Object.entries(sessions)) {
    it(name, () => {
      for (const answer of [
        fenced(text),
        text,
        `In a session:\n\n${text}`,
        `In a session:\n\n${fenced(text, 'pycon')}\n\nDone.`,
      ])
        assert.equal(repaired(answer).replace(/^import math\n/, ''), CODE, answer);
    });
  }

  it('but a docstring keeps its examples', () => {
    const code = CODE.replace(
      'text):\n',
      'text):\n    """The runs.\n\n    >>> run_lengths("a")\n    [("a", 1)]\n    """\n',
    );
    assert.equal(extracted(fenced(code)), code);
    assert.equal(extracted(code), code);
  });
});
