import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isAnswerComplete } from '../../src/pipeline/complete-answer.ts';
import { extractCode } from '../../src/pipeline/extract.ts';
import { REPAIR_NAMES, repairCode } from '../../src/pipeline/repair.ts';
import { parses } from '../../src/python/python-module.ts';
import { descriptionPrompt, signaturePrompt } from './task-prompt.ts';

const CODE = `def largest_gap(numbers):
    ordered = sorted(numbers)
    return max(b - a for a, b in zip(ordered, ordered[1:]))`;
const FIRST_TRY = 'def largest_gap(numbers):\n    return max(numbers) - min(numbers)';
const PROMPT = descriptionPrompt();

function indent(text: string, by: string): string {
  return text.replace(/^(?=.)/gm, by);
}

describe('extractCode', () => {
  const answers: [string, string, string?][] = [
    ['code and nothing else', CODE],
    ['a fence between prose', `Sure! Here it is:\n\n\`\`\`python\n${CODE}\n\`\`\`\n\nIt sorts the numbers first.`],
    ['a fence without a language', `\`\`\`\n${CODE}\n\`\`\``],
    ['a fence named py', `\`\`\`py\n${CODE}\n\`\`\``],
    ['a fence named Python3', `\`\`\` Python3\n${CODE}\n\`\`\``],
    ['a fence with attributes', `\`\`\`{.python .numberLines}\n${CODE}\n\`\`\``],
    ['a tilde fence', `~~~python\n${CODE}\n~~~`],
    ['a longer fence', `\`\`\`\`python\n${CODE}\n\`\`\`\``],
    ['a fence in a list', `1. Write it:\n\n   \`\`\`python\n${indent(CODE, '   ')}\n   \`\`\`\n2. Test it.`],
    ['a fence that opens behind words', `The code: \`\`\`python\n${CODE}\n\`\`\``],
    ['a fence that closes behind the code', `\`\`\`python\n${CODE}\`\`\``],
    ['a fence that is never closed', `Here:\n\`\`\`python\n${CODE}`],
    ['prose after a fence that is never closed', `\`\`\`python\n${CODE}\n\nThis function sorts the numbers.`],
    [
      'a second fence in place of the closing one',
      `\`\`\`python\n${CODE}\n\`\`\`python\nprint(largest_gap([1, 2]))\n\`\`\``,
    ],
    ['no fence between prose', `Here is the solution:\n\n${CODE}\n\nThe largest gap is found in order.`],
    ['square markers', `[PYTHON]\n${CODE}\n[/PYTHON]`],
    ['tags', `<code>\n${CODE}\n</code>`],
    ['tags on the lines of the code', `<code>${CODE}</code>`],
    ['words as markers', `BEGIN SOLUTION\n${CODE}\nEND SOLUTION`],
    ['a heading and a list', `### Solution\n\n${CODE}\n\n- It sorts.\n- It's short (isn't it?`],
    ['indented code in prose', `Here:\n\n${indent(CODE, '    ')}\n\nDone.`],
    [
      'thoughts with code before the answer',
      `<think>\nMaybe\n\`\`\`python\n${FIRST_TRY}\n\`\`\`\n</think>\n\`\`\`python\n${CODE}\n\`\`\``,
    ],
    ['thoughts without a beginning', `Maybe ${FIRST_TRY}\n</think>\n${CODE}`],
    ['code in thoughts alone', `<think>\n\`\`\`python\n${CODE}\n\`\`\``],
    ['two versions', `\`\`\`python\n${FIRST_TRY}\n\`\`\`\nBetter:\n\`\`\`python\n${CODE}\n\`\`\``],
    [
      'a usage example after it',
      `\`\`\`python\n${CODE}\n\`\`\`\nUse it:\n\`\`\`python\nprint(largest_gap([1, 5]))\n\`\`\``,
    ],
    ['a stub after it', `\`\`\`python\n${CODE}\n\`\`\`\n\`\`\`python\ndef largest_gap(numbers):\n    ...\n\`\`\``],
    ['a stub before it', `\`\`\`python\ndef largest_gap(numbers):\n    pass\n\`\`\`\n\`\`\`python\n${CODE}\n\`\`\``],
    [
      'a broken version after it',
      `\`\`\`python\n${CODE}\n\`\`\`\n\`\`\`python\ndef largest_gap(numbers)\n    return\n\`\`\``,
    ],
    [
      'a shell fence and an output fence',
      `\`\`\`bash\npip install x\n\`\`\`\n\`\`\`python\n${CODE}\n\`\`\`\n\`\`\`\n4\n\`\`\``,
    ],
    ['a usage fence, the function without one', `${CODE}\n\n\`\`\`python\nlargest_gap([1, 5])\n\`\`\``],
    ['Windows line ends', `Here:\r\n\`\`\`python\r\n${CODE.replaceAll('\n', '\r\n')}\r\n\`\`\`\r\n`],
    ['a byte order mark', `\uFEFF${CODE}`],
    ['spaces that do not break', `\`\`\`python\n${CODE.replaceAll('    ', '\u00A0\u00A0\u00A0\u00A0')}\n\`\`\``],
    [
      'typographic quotes',
      '```python\ndef largest_gap(a):\n    return “x”\n```',
      'def largest_gap(a):\n    return "x"',
    ],
    [
      'such characters where they do no harm',
      '```python\ndef largest_gap(a):\n    return "“\u00A0”"\n```',
      'def largest_gap(a):\n    return "“\u00A0”"',
    ],
    ['tabs', `\`\`\`python\n${CODE.replaceAll('    ', '\t')}\n\`\`\``, CODE.replaceAll('    ', '\t')],
    [
      'tests after the function',
      `\`\`\`python\n${CODE}\n\nassert largest_gap([1, 2]) == 1\n\`\`\``,
      `${CODE}\n\nassert largest_gap([1, 2]) == 1`,
    ],
    ['one line in backticks', '```largest_gap = lambda a: 1```', 'largest_gap = lambda a: 1'],
    [
      'a class',
      '```python\nclass Solution:\n    def largest_gap(self, a): return 1\n```',
      'class Solution:\n    def largest_gap(self, a): return 1',
    ],
    ['another name', '```python\ndef gap(a): return 1\n```\n```python\ngap(2)\n```', 'def gap(a): return 1'],
    ['broken code alone', '```python\ndef largest_gap(a)\n    return 1\n```', 'def largest_gap(a)\n    return 1'],
    ['nothing', '', ''],
    ['prose alone', "I'm sorry, I can't do that. First, sort: then compare.", ''],
    ['one word', 'None', ''],
  ];
  for (const [name, answer, expected = CODE] of answers) {
    it(`finds ${name}`, () => assert.equal(extractCode(answer, PROMPT).code, expected));
  }

  it('says where it found the code', () => {
    const how = (answer: string): string => extractCode(answer, PROMPT).how;
    assert.equal(how(CODE), 'whole');
    assert.equal(how(`\`\`\`\n${CODE}\n\`\`\``), 'fence');
    assert.equal(how(`Look:\n${CODE}\nGood.`), 'lines');
    assert.equal(how('Sorry.'), 'none');
  });

  it('joins the blocks that one function needs, and no more', () => {
    const answer = [
      'Imports:\n```python\nimport math\nimport os\n```',
      'A helper:\n```python\ndef ordered(xs):\n    return sort_by(xs)\n\nprint(ordered([]))\n```',
      '```python\nsort_by = sorted\n```',
      '```python\ndef largest_gap(xs):\n    return math.floor(ordered(xs)[-1])\n```',
    ].join('\n\n');
    assert.deepEqual(extractCode(answer, PROMPT), {
      code: [
        'import math',
        'sort_by = sorted',
        'def ordered(xs):\n    return sort_by(xs)',
        'def largest_gap(xs):\n    return math.floor(ordered(xs)[-1])',
      ].join('\n\n'),
      how: 'joined',
    });
  });

  const bodies: [string, string, string][] = [
    ['a completion', '    x = sorted(numbers)\n    return x[0]\n', '    x = sorted(numbers)\n    return x[0]'],
    ['a completion and prose', '    return 1\n\nThis returns one.', '    return 1'],
    [
      'a completion and more code',
      '\n    return 1\n\n\ndef other():\n    pass',
      '    return 1\n\n\ndef other():\n    pass',
    ],
    ['a body in a fence', '```python\nreturn sorted(numbers)[0]\n```', 'return sorted(numbers)[0]'],
  ];
  for (const [name, answer, expected] of bodies) {
    it(`takes ${name} for a prompt that ends with a signature`, () =>
      assert.equal(extractCode(answer, signaturePrompt()).code, expected));
  }

  it('gives back clean code that stands in a fence', () => {
    const line = fc.constantFrom(
      'x = 1',
      'y = [a for a in x]',
      'print("é")',
      'import math',
      '# note',
      '',
      'class A: pass',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.constantFrom('```', '~~~', '````'), (lines, fence) => {
        const code = `${CODE}\n${lines.join('\n')}`.trimEnd();
        assert.equal(extractCode(`Here:\n${fence}python\n${code}\n${fence}\nBye.`, PROMPT).code, code);
      }),
      { numRuns: 100 },
    );
  });

  it('extracts from its own result the same', () => {
    const piece = fc.constantFrom(
      CODE,
      FIRST_TRY,
      '```python',
      '```',
      '\n',
      '    return 1',
      'Some prose.',
      '<think>',
      '</think>',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const { code } = extractCode(pieces.join('\n'), PROMPT);
        if (code.includes('largest_gap') && parses(code))
          assert.equal(extractCode(`\`\`\`python\n${code}\n\`\`\``, PROMPT).code, code);
      }),
      { numRuns: 200 },
    );
  });

  it('never throws', () => {
    const piece = fc.constantFrom(
      '```',
      'python',
      '\n',
      'def largest_gap(a):',
      '    ',
      'return',
      '"""',
      "'",
      '(',
      '}',
      '\ud800',
      '<think>',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary' })), { maxLength: 60 }), (pieces) => {
        for (const prompt of [PROMPT, signaturePrompt()]) {
          const { code } = extractCode(pieces.join(''), prompt);
          repairCode(code, prompt, new Set(REPAIR_NAMES));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('hostile answers', () => {
  const fill = (piece: string): string => piece.repeat(Math.ceil(500_000 / piece.length));
  const hostile: Record<string, string> = {
    backticks: fill('`'),
    'lines of fences': fill('```\n'),
    'lines of python fences': fill('```python\n'),
    'fenced backticks': `~~~python\n${fill('`\n')}~~~`,
    'nested brackets': `\`\`\`python\nx = ${'['.repeat(50_000)}${']'.repeat(50_000)}\n\`\`\``,
    'open brackets': `def largest_gap(a):\n${'('.repeat(50_000)}`,
    'nested blocks': Array.from({ length: 900 }, (_, depth) => `${' '.repeat(depth)}if x:`).join('\n'),
    prose: fill('this is some text, and more.\n'),
    'headers of functions': fill('def largest_gap(a):\n'),
    'docstring quotes': `def largest_gap(a):\n${fill('"""\n')}`,
    blanks: fill(' '),
    'blank lines': fill(' \n'),
    backslashes: fill('\\'),
    thoughts: fill('<think>'),
    tags: fill('</a>'),
    operators: fill('a ='),
    decorators: fill('@a\n'),
    'surrogate halves': fill('\ud800'),
    zeros: fill('\0'),
    'special tokens': fill('<|a|>b'),
    'halves of tokens': fill('<|'),
    'markers that are names': `END\n${fill('[END]')}`,
    'whole thoughts': fill('<think>a</think>'),
    'ends of thoughts': fill('a</think>'),
    'fences in quotations': fill('> ```\n'),
    'numbered lines': Array.from({ length: 9999 }, (_, index) => `${index} | a b`).join('\n'),
    'changed lines': `def largest_gap(a)\n${fill('+ a b\n')}`,
    prompts: fill('>>> a b\n... c\n'),
    'inline code': fill('`a = largest_gap` '),
    entities: `def largest_gap(a):\n${fill('&lt;')}`,
    comments: `def largest_gap(a):\n${fill('#\n')}`,
    'functions that call the next one': Array.from(
      { length: 2000 },
      (_, at) => `def f${at}(): return f${at + 1}()\nf${at}()`,
    ).join('\n'),
  };
  for (const [name, answer] of Object.entries(hostile)) {
    it(`survives ${name}`, { timeout: 10_000 }, () => {
      const { code } = extractCode(answer, signaturePrompt());
      assert.ok(code.length <= answer.length);
      repairCode(code, signaturePrompt(), new Set(REPAIR_NAMES));
    });
  }

  it('finds the code in the middle of much noise', () => {
    const noise = '```text\nnoise\n```\n'.repeat(20_000);
    assert.equal(extractCode(`${noise}\`\`\`python\n${CODE}\n\`\`\`\n`, PROMPT).code, CODE);
  });
});

describe('a program of several functions and classes', () => {
  const prompt = { ...PROMPT, entryPoint: 'Stack', others: ['Queue', 'EmptyError'] };
  const [error, stack, queue] = [
    'class EmptyError(Exception):\n    pass',
    'class Stack:\n    def pop(self):\n        return 1',
    'class Queue(Stack):\n    pass',
  ] as const;
  const fenced = (code: string) => `\`\`\`python\n${code}\n\`\`\`\n`;

  it('is joined of the fences that define them, each where what it needs is there', () => {
    const { code, how } = extractCode(`${fenced(stack)}\nThen:\n${fenced(queue)}\nAnd:\n${fenced(error)}`, prompt);
    assert.equal(how, 'joined');
    assert.deepEqual(
      [error, stack, queue].map((part) => code.indexOf(part)).toSorted((a, b) => a - b),
      [code.indexOf(error), code.indexOf(stack), code.indexOf(queue)],
    );
    assert.ok(parses(code) && code.includes(queue));
  });

  it('is complete once all of them are there', () => {
    assert.ok(!isAnswerComplete(fenced(stack), prompt));
    assert.ok(isAnswerComplete(`${fenced(stack)}${fenced(`${queue}\n\n${error}`)}`, prompt));
  });
});
