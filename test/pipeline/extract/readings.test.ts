import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { extractCode } from '../../../src/pipeline/extract.ts';
import { REPAIR_NAMES, repairCode } from '../../../src/pipeline/repair.ts';
import { descriptionPrompt, signaturePrompt } from '../task-prompt.ts';

const PROMPT = descriptionPrompt({ entryPoint: 'run_lengths', text: 'Write run_lengths(text).', examples: [] });
const CODE = `def run_lengths(text):
    runs = []
    for char in text:
        if runs and runs[-1][0] == char:
            runs[-1] = (char, runs[-1][1] + 1)
        else:
            runs.append((char, 1))
    return runs`;
const WRONG = 'def run_lengths(text):\n    return 0';

function fenced(code: string, language = 'python'): string {
  return `\`\`\`${language}\n${code}\n\`\`\``;
}

function extracted(answer: string): string {
  return extractCode(answer, PROMPT).code;
}

function eachLine(code: string, change: (line: string, at: number) => string): string {
  return code.split('\n').map(change).join('\n');
}

function describeAnswers(title: string, answers: Record<string, string>): void {
  describe(title, () => {
    for (const [name, answer] of Object.entries(answers)) it(name, () => assert.equal(extracted(answer), CODE));
  });
}

const THOUGHT = `Perhaps\n${fenced(WRONG)}\nNo.`;
describeAnswers('thoughts are no answer', {
  'closed behind the answer': `${fenced(CODE)}\n<think>\n${THOUGHT}\n</think>\nYes.`,
  'never ended': `${fenced(CODE)}\n<thinking>\n${THOUGHT}`,
  'never begun': `${THOUGHT}\n</think>\n${fenced(CODE)}`,
  several: `<think>a</think>\n${fenced(WRONG)}\n<think>\n${THOUGHT}</think>\n${fenced(CODE)}`,
  'in brackets': `[THINK]\n${THOUGHT}\n[/THINK]\n${fenced(CODE)}`,
  'of two tokens': `<|begin_of_thought|>\n${THOUGHT}\n<|end_of_thought|>\n${fenced(CODE)}`,
  'in a channel': `<|channel|>analysis<|message|>${THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>${CODE}<|return|>`,
});

describeAnswers('special tokens of other families are no code', {
  'a stop word in brackets': fenced(`${CODE}[EOS]`),
  'half a token': fenced(`${CODE}<|im_end`),
  'a token of a code model': `${CODE}<file_sep>\nimport os`,
  'a byte': fenced(CODE.replaceAll('\n', '<0x0A>')),
  'a pad': `${CODE}<pad><pad>`,
  'the next task behind a marker': `${CODE}\n[DONE]\n[BEGIN]\n${WRONG}\n[DONE]`,
});

describeAnswers('what stands before or around each line is no code', {
  'a quotation': fenced(CODE).replace(/^/gm, '> '),
  'numbers and bars': fenced(eachLine(CODE, (line, at) => `${String(at + 1).padStart(2)} | ${line}`)),
  'numbers and points': fenced(eachLine(CODE, (line, at) => `${at + 1}. ${line}`)),
  'numbers without a fence': `Here:\n${eachLine(CODE, (line, at) => `${at + 1}  ${line}`)}`,
  'added lines': fenced(`--- a/x.py\n+++ b/x.py\n@@ -0,0 +1,8 @@\n${eachLine(CODE, (line) => `+${line}`)}`, 'diff'),
  'a changed line': fenced(
    eachLine(CODE, (line) => (line === '    runs = []' ? `-    runs = 0\n+${line}` : ` ${line}`)),
    'diff',
  ),
  'HTML on the line of the code': `<pre><code class="language-python">${CODE}</code></pre>`,
  'escaped marks': CODE.replace('run_lengths', 'run\\_lengths'),
  'line ends written out': CODE.replaceAll('\n', '\\n'),
  'a dash for a minus': fenced(CODE.replaceAll('-1', '–1')),
  'wide brackets': fenced(CODE.replaceAll('(', '（').replaceAll(')', '）')),
  'an indented fence, the code not': `   \`\`\`python\n${CODE}\n   \`\`\``,
  'a language without a space': `\`\`\`python${CODE}\n\`\`\``,
  'words behind the closing fence': `\`\`\`python\n${CODE}\`\`\` That is it.`,
});

describeAnswers('pieces and stubs do not replace the whole', {
  'its first line': `${fenced(CODE)}\n1. The start:\n${fenced('def run_lengths(text):\n    runs = []')}`,
  'its first lines and dots': `${fenced(CODE)}\nFirst:\n${fenced('def run_lengths(text):\n    runs = []\n    ...')}`,
  'one that is not implemented': `${fenced(CODE)}\n${fenced('def run_lengths(text):\n    raise NotImplementedError')}`,
  'one that returns nothing': `${fenced(CODE)}\n${fenced('def run_lengths(text):\n    # your code\n    return None')}`,
  'an earlier version': `${fenced(WRONG)}\nBetter:\n${fenced(CODE)}`,
});

describe('other answers', () => {
  it('holds the code between backticks where there is no other', () => {
    const code = 'run_lengths = lambda text: [(char, 1) for char in text]';
    assert.equal(extracted(`Use \`${code}\`, which is short.`), code);
  });

  it('take a later bound method or conditional definition for a version', () => {
    const method = `class Runs:\n${CODE.replace(/^/gm, '    ').replace('(text)', '(self, text)')}\n\n\nrun_lengths = Runs().run_lengths`;
    const conditional = `if True:\n${CODE.replace(/^/gm, '    ')}`;
    for (const code of [method, conditional]) assert.equal(extracted(`${fenced(WRONG)}\n${fenced(code)}`), code);
  });

  it('are bodies with a token in a fence', () => {
    assert.equal(
      extractCode(fenced('    return max(numbers)<|im_end|>'), signaturePrompt()).code,
      '    return max(numbers)',
    );
  });
});

describe('clean-up follows calls into the functions of the module', () => {
  const runs: Record<string, string> = {
    'a function that asks': 'def solve():\n    print(run_lengths(input()))\n\n\nsolve()',
    'one two calls away':
      'def ask():\n    return input()\n\n\ndef solve():\n    return ask()\n\n\ntext = solve()\nprint(text)',
    'a method': 'class App:\n    def run(self):\n        input()\n\n\napp = App()\napp.run()',
    'a lambda': 'solve = lambda: run_lengths(input())\nsolve()',
    'a check': 'def check(candidate):\n    assert candidate("a") == 3\n\n\ncheck(run_lengths)',
    'the environment': 'import os\n\ntext = os.environ["TEXT"]\nprint(text)',
    'an end': 'raise SystemExit(0)',
    'a module that may not be there': 'import absent.plot as plt\n\nplt.plot(run_lengths("a"))\nplt.show()',
  };
  for (const [name, tail] of Object.entries(runs)) {
    it(name, () => {
      const { code } = repairCode(`${CODE}\n\n\n${tail}\n`, PROMPT, new Set(REPAIR_NAMES));
      const calls = code.split('\n').filter((line) => /^(?!def |class |import os|solve = lambda)\S/.test(line));
      assert.deepEqual(calls, [], code);
    });
  }

  const kept: Record<string, string> = {
    'a table that a function fills': `TABLE = {}\n\n\ndef fill():\n    TABLE[0] = 1\n    assert TABLE\n\n\nfill()\n\n\n${CODE.replace('runs = []', 'runs = [][: TABLE[0]]')}\n`,
    'a table made by a function with an assertion': `def made():\n    assert True\n    return [1]\n\n\nTABLE = made()\n\n\n${CODE.replace('runs = []', 'runs = [][: TABLE[0]]')}\n`,
    'a global that a function sets': `LIMIT = None\n\n\ndef start():\n    global LIMIT\n    LIMIT = 1\n\n\nstart()\n\n\n${CODE.replace('runs = []', 'runs = [][:LIMIT]')}\n`,
    'a setting of the process': `import sys\n\nsys.setrecursionlimit(9999)\n\n\n${CODE}\n`,
    'a function that asks and is not called': `${CODE}\n\n\ndef ask():\n    return input()\n`,
    'an import that may fail': `try:\n    import absent\nexcept ImportError:\n    absent = None\n\n\n${CODE}\n`,
  };
  for (const [name, code] of Object.entries(kept)) {
    it(`but keeps ${name}`, () =>
      assert.deepEqual(repairCode(code, PROMPT, new Set(REPAIR_NAMES)), { code, applied: [] }));
  }
});
