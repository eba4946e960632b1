import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { REPAIR_NAMES, type RepairName, repairCode } from '../../src/pipeline/repair.ts';
import { parses } from '../../src/python/python-module.ts';
import type { TaskPrompt } from '../../src/tasks/task.ts';
import { descriptionPrompt, signaturePrompt } from './task-prompt.ts';

const ALL = new Set(REPAIR_NAMES);
const PROMPT = descriptionPrompt();
const CODE = 'def largest_gap(numbers):\n    return max(numbers) - min(numbers)\n';

function repair(name: RepairName, code: string, prompt: TaskPrompt = PROMPT): [string, ...string[]] {
  const { code: repaired, applied } = repairCode(code, prompt, new Set([name]));
  return [repaired, ...applied.map(({ detail }) => detail)];
}

/** Asserts that no repair at all has anything to do. */
function leaves(code: string, prompt: TaskPrompt = PROMPT): void {
  assert.deepEqual(repairCode(code, prompt, ALL), { code, applied: [] });
}

describe('repairCode', () => {
  it('leaves good code as it is', () => {
    leaves(CODE);
    leaves(`import math\n\n\n${CODE}`, signaturePrompt());
    leaves('');
  });

  it('names what each repair did, in the order in which they ran', () => {
    const { applied } = repairCode('  def largestGap(xs: List[int]):\n    return floor(xs[0])', signaturePrompt(), ALL);
    assert.deepEqual(applied, [
      { name: 'layout', detail: 'removed extra indentation' },
      { name: 'context', detail: 'added from typing import List from the prompt' },
      { name: 'entry-point', detail: 'named largestGap largest_gap' },
      { name: 'imports', detail: 'added from math import floor' },
    ]);
  });
});

describe('the context repair', () => {
  const context =
    'import math\nfrom typing import List, Tuple\nSCALE = 2\n\ndef half(x):\n    return math.floor(x / SCALE)';
  const prompt = signaturePrompt({ context });

  it("adds the prompt's own imports and helpers where they are missing, with what those need", () => {
    const [code, detail] = repair('context', 'def largest_gap(a):\n    return half(a[0])\n', prompt);
    assert.equal(
      code.replace(/\n+/g, '\n'),
      'import math\nSCALE = 2\ndef half(x):\n    return math.floor(x / SCALE)\ndef largest_gap(a):\n    return half(a[0])\n',
    );
    assert.equal(detail, 'added import math; SCALE; half from the prompt');
  });

  it('keeps a docstring and future imports first', () => {
    const head = '"""Gaps."""\nfrom __future__ import annotations\n';
    const [code] = repair('context', `${head}def largest_gap(a: List): return a\n`, prompt);
    assert.equal(code, `${head}from typing import List, Tuple\ndef largest_gap(a: List): return a\n`);
    assert.ok(parses(code));
  });

  it('adds nothing that the code has or does not use', () => {
    for (const code of ['def half(x): return x\ndef largest_gap(a): return half(a)\n', CODE, 'def largest_gap(a:\n']) {
      assert.deepEqual(repair('context', code, prompt), [code]);
    }
  });
});

describe('the imports repair', () => {
  it('adds missing names of the standard library', () => {
    const [code, ...details] = repair(
      'imports',
      'import re\ndef largest_gap(a: Dict):\n    return math.pi, Counter(re.x)\n',
    );
    assert.equal(
      code,
      'import math\nfrom collections import Counter\nfrom typing import Dict\nimport re\ndef largest_gap(a: Dict):\n    return math.pi, Counter(re.x)\n'
        .split('\n')
        .sort((x, y) => order(x) - order(y))
        .join('\n'),
    );
    assert.deepEqual(details.toSorted(), [
      'added from collections import Counter',
      'added from typing import Dict',
      'added import math',
    ]);
  });

  const modern: [string, string][] = [
    ['with in brackets', 'def largest_gap(a):\n    with (open(a) as b, open(a) as c): return math.pi\n'],
    ['a bare yield', 'def largest_gap(a):\n    yield\n    return math.pi\n'],
    ['a class pattern', 'def largest_gap(a):\n    match a:\n        case int(): return math.pi\n'],
    ['type parameters', 'def largest_gap[T](a: T): return math.pi\n'],
    ['quotes in f-strings', 'def largest_gap(a): return f"{a["x"]}{math.pi}"\n'],
  ];
  for (const [name, source] of modern) {
    it(`reads ${name}`, () =>
      assert.equal(repair('imports', source)[0].replace(/\n+/g, '\n'), `import math\n${source}`));
  }

  const untouched = [
    'from math import *\ndef largest_gap(a): return sqrt(a)\n',
    'def sqrt(a): return a\ndef largest_gap(a): return sqrt(a)\n',
    'def largest_gap(a): return helper(a)\n',
    'def largest_gap(a): return math.sqrt(a\n',
  ];
  for (const code of untouched)
    it(`leaves ${JSON.stringify(code)}`, () => assert.deepEqual(repair('imports', code), [code]));
});

/** The order in which uses appear: annotations come first in a function. */
function order(line: string): number {
  return ['from typing', 'import math', 'from collections', 'import re', 'def', '    return', ''].findIndex((start) =>
    line.startsWith(start),
  );
}

describe('the entry-point repair', () => {
  const named: [string, string, string][] = [
    ['one function', 'def gap(a): return 1\n', 'largest_gap = gap'],
    ['a name in other letters', 'def helper(a): return 2\ndef largestGap(a): return 1\n', 'largest_gap = largestGap'],
    [
      'the function that no other calls',
      'def inner(a): return 1\ndef outer(a): return inner(a)\n',
      'largest_gap = outer',
    ],
    ['one function beside main', 'def gap(a): return 1\ndef main(): print(gap(1))\n', 'largest_gap = gap'],
    ['one function beside its test', 'def gap(a): return 1\ndef test_gap(): assert gap(1)\n', 'largest_gap = gap'],
    [
      'the only one with the right parameters',
      'def gap(a, b=1): return 1\ndef other(a, b): return 1\n',
      'largest_gap = gap',
    ],
    ['a lambda', 'LargestGap = lambda a: 1\n', 'largest_gap = LargestGap'],
    [
      'a method',
      'class Solution:\n    def largestGap(self, a): return 1\n',
      'return Solution().largestGap(*args, **kwargs)',
    ],
    ['the last of two versions', 'def gap(a): return 1\ndef gap(a): return 2\n', 'largest_gap = gap'],
  ];
  for (const [name, code, expected] of named) {
    it(`names ${name}`, () => {
      const [repaired, detail] = repair('entry-point', code);
      assert.ok(repaired.includes(expected), repaired);
      assert.match(detail!, /^named [\w.]+ largest_gap$/);
      assert.ok(parses(repaired));
    });
  }

  it('gives the name right behind the function, before code that may use it', () => {
    const [code] = repair('entry-point', 'def gap(a):\n    return 1\n\nassert largest_gap([1]) == 1\n');
    assert.ok(code.indexOf('largest_gap = gap') < code.indexOf('assert'), code);
  });

  it('leaves a comment on the line that it stands on', () => {
    const [code] = repair('entry-point', 'def gap(a):\n    return "#"  # so far\n');
    assert.equal(code.trimEnd(), 'def gap(a):\n    return "#"  # so far\n\n\nlargest_gap = gap');
  });

  const unnamed: [string, string][] = [
    ['two functions that may be meant', 'def one(a): return 1\ndef two(a): return 2\n'],
    ['too many parameters', 'def gap(a, b): return 1\n'],
    ['too few parameters', 'def gap(): return 1\n'],
    ['a keyword that no test gives', 'def gap(a, *, b): return 1\n'],
    ['a stub', 'def gap(a): pass\n'],
    [
      'a class that wants arguments',
      'class Gap:\n    def __init__(self, b): pass\n    def largest_gap(self, a): return 1\n',
    ],
    ['an entry point that is there', 'largest_gap = max\n'],
    ['an entry point under a condition', 'if True:\n    def largest_gap(a): return 1\ndef gap(a): return 2\n'],
    ['a star import', 'from gaps import *\ndef gap(a): return 2\n'],
    ['code that does not parse', 'def gap(a) return 2\n'],
  ];
  for (const [name, code] of unnamed) it(`leaves ${name}`, () => assert.deepEqual(repair('entry-point', code), [code]));

  it("counts parameters by the prompt's signature too", () => {
    const prompt = signaturePrompt();
    assert.deepEqual(repair('entry-point', 'def gap(a, b): return 1\n', prompt), ['def gap(a, b): return 1\n']);
    assert.equal(repair('entry-point', 'def gap(a): return 1\n', prompt).length, 2);
  });
});

describe('the layout repair', () => {
  const head = signaturePrompt().text;
  const bodies: [string, string, string][] = [
    ['an indented body', '    x = 1\n    return x', '    x = 1\n    return x'],
    ['a body at the margin', 'x = 1\nif x:\n    return x', '    x = 1\n    if x:\n        return x'],
    ['a body that lost its first indentation', 'x = 1\n    return x', '    x = 1\n    return x'],
    ['a body indented by two', '  x = 1\n  return x', '    x = 1\n    return x'],
    ['a body and a helper', '    return h(1)\n\ndef h(x):\n    return x', '    return h(1)\n\ndef h(x):\n    return x'],
  ];
  for (const [name, body, expected] of bodies) {
    it(`gives ${name} the prompt's signature`, () => {
      const [code, detail] = repair('layout', body, signaturePrompt());
      assert.equal(code, `${head}${expected}`);
      assert.equal(detail, "gave the body the prompt's signature");
    });
  }

  it('gives no signature where the prompt has none', () => {
    assert.deepEqual(repair('layout', 'return 1'), ['return 1']);
  });

  const parsed: [string, string, string, string][] = [
    [
      'extra indentation',
      '  def largest_gap(a):\n    return 1\n',
      'def largest_gap(a):\n  return 1\n',
      'removed extra indentation',
    ],
    [
      'mixed tabs',
      'def largest_gap(a):\n\tx = 1\n    return x\n',
      'def largest_gap(a):\n    x = 1\n    return x\n',
      'replaced tabs by spaces',
    ],
    [
      'four quotes',
      'def largest_gap(a):\n    """Gives "x""""\n    return 1\n',
      'def largest_gap(a):\n    """Gives "x" """\n    return 1\n',
      'closed a docstring that ended in four quotes',
    ],
    ['a cut-off test', `${CODE}\nprint(largest_gap([1, 2`, CODE, 'dropped a broken end'],
    ['a cut-off function', `${CODE}\ndef other(a):\n    if a[`, CODE, 'dropped a broken end'],
  ];
  for (const [name, code, expected, detail] of parsed) {
    it(`repairs ${name}`, () => assert.deepEqual(repair('layout', code), [expected, detail]));
  }

  const kept: [string, string][] = [
    ['a cut-off entry point', 'def helper(a):\n    return 1\n\ndef largest_gap(a):\n    return helper(['],
    [
      'a cut-off end that the entry point needs',
      'def largest_gap(a):\n    return helper(a)\n\ndef helper(a):\n    return [',
    ],
    ['tabs that parse', CODE.replace('    ', '\t')],
    [
      'data that a function reads',
      'memo = {}\ndef largest_gap(a): return memo\nfor x in [1]:\n    memo[x] = largest_gap(x)\n',
    ],
    [
      'a table that is filled by a call',
      'table = []\ndef fill(): table.append(1)\nfill()\ndef largest_gap(a): return table\n',
    ],
    ['settings', 'import sys\nsys.setrecursionlimit(9999)\ndef largest_gap(a): return 1\n'],
    ['a script without functions', 'print(input())\n'],
    ['a file that a function reads', 'words = open("words.txt").read().split()\ndef largest_gap(a): return words\n'],
    ['input that a function reads', 'text = input()\ndef largest_gap(a):\n    return [text for a in a]\n'],
    ['a function without def that reads input', 'largest_gap = lambda a: input(a)\ndef other(): return 1\n'],
    [
      'a file that is written',
      'with open("a.txt", "w") as file:\n    file.write("1")\ndef largest_gap(a): return open("a.txt").read()\n',
    ],
  ];
  for (const [name, code] of kept) it(`leaves ${name}`, () => assert.deepEqual(repair('layout', code), [code]));

  const runs = [
    'print(largest_gap([1, 2]))',
    'assert largest_gap([1]) == 0, "no gap"',
    "if __name__ == '__main__':\n    print(1)\n    main()",
    'main()',
    'x = input("numbers: ")',
    'sys.exit(0)',
    'exit()',
    'unittest.main()',
    'result = largest_gap([1, 2])',
    'for test in [[1, 2]]:\n    print(largest_gap(test))',
    'while True:\n    largest_gap([int(input())])',
    'try:\n    largest_gap(None)\nexcept TypeError:\n    print("ok")',
    'test_gap()',
    'numbers = input("numbers: ")',
    'numbers = sys.argv[1:]',
    'numbers = json.load(open("numbers.json"))',
    'with open("numbers.txt") as file:\n    numbers = file.read()',
    'for line in sys.stdin:\n    print(largest_gap(line))',
    'numbers = argparse.ArgumentParser().parse_args().numbers',
    'numbers = Path("numbers.txt").read_text()',
  ];
  for (const run of runs) {
    it(`removes ${JSON.stringify(run)} from the top level`, () => {
      const detail = 'removed 1 top-level statement that ran or tested the code on load';
      assert.deepEqual(repair('layout', `${CODE}\n${run}\n`), [CODE, detail]);
    });
  }

  it('tells a name of the module from a parameter or a local variable, and removes what is left without its data', () => {
    const used =
      'def largest_gap(numbers, key=None):\n    text = [n for n in numbers]\n    return max(text, key=key)\n';
    const rest = 'text = input("Text: ")\nnumbers = text.split()\nkey = int(numbers[0])\nlargest_gap(key)\n';
    const [code, detail] = repair('layout', `${used}\n${rest}`);
    assert.equal(code, used);
    assert.equal(detail, 'removed 4 top-level statements that ran or tested the code on load');
    const [argument] = repair('layout', `from sys import argv\n${used}\ntext = argv[1]\n`);
    assert.equal(argument, `from sys import argv\n${used}`);
  });

  it('removes what stands before the function too, and keeps what shares a line', () => {
    const [code, detail] = repair('layout', `n = int(input())\n${CODE}print(1); limit = 3\nprint(2)\nprint(3)`);
    assert.equal(code, `${CODE}print(1); limit = 3\n`);
    assert.equal(detail, 'removed 3 top-level statements that ran or tested the code on load');
  });
});

describe('every repair', () => {
  const piece = fc.constantFrom(
    'def largest_gap(a):\n    return math.pi',
    'def gap(a: List):\n    """d""""\n    return memo',
    'class Solution:\n    def largestGap(self, a): return sqrt(a)',
    '    return Counter(a)',
    'memo = largest_gap(2)',
    'print(gap([1, 2]))',
    "if __name__ == '__main__':\n    memo = 2",
    'x = (1,',
    'import math',
    'from __future__ import annotations',
    '\tif x:\n        y = 1',
    '# note',
    '',
  );
  const code = fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join('\n'));
  const prompt = fc.constantFrom(descriptionPrompt(), signaturePrompt());

  it('does nothing under an empty policy', () => {
    fc.assert(
      fc.property(fc.oneof(code, fc.string()), prompt, (text, given) => {
        assert.deepEqual(repairCode(text, given, new Set()), { code: text, applied: [] });
      }),
    );
  });

  it('done twice gives what it gave once', () => {
    fc.assert(
      fc.property(code, prompt, fc.subarray([...REPAIR_NAMES]), (text, given, names) => {
        const once = repairCode(text, given, new Set(names));
        assert.deepEqual(repairCode(once.code, given, new Set(names)), { code: once.code, applied: [] });
      }),
      { numRuns: 500 },
    );
  });

  it('keeps code that parses parsing, and changes it only where it says so', () => {
    fc.assert(
      fc.property(code, prompt, (text, given) => {
        const { code: repaired, applied } = repairCode(text, given, ALL);
        assert.equal(repaired === text, applied.length === 0);
        if (parses(text)) assert.ok(parses(repaired), repaired);
      }),
      { numRuns: 500 },
    );
  });
});
