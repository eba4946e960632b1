import assert from 'node:assert/strict';
import { after, before, describe, it, test } from 'node:test';
import { sha256 } from '../../../src/base/hash.ts';
import { observe } from '../../../src/pipeline/agreement/observe.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { openNative, whyNotNative } from '../../sandbox/native.ts';
import { openPyodide } from '../../sandbox/pyodide.ts';
import { descriptionPrompt } from '../task-prompt.ts';

const prompt = descriptionPrompt({ entryPoint: 'f', context: 'class Point:\n    pass', examples: [] });
const THREE = ['f(1)', 'f(2)', 'f(3)'];

const LONG = 'def f(x):\n    return {x: list(range(50))} if x > 1 else 1 / 0';

/** The text of what LONG returns. */
function longText(key: number): string {
  const text = `{${key}: [${[...Array(50).keys()].join(', ')}]}`;
  return `${text.slice(0, 40)} ${sha256(text).slice(0, 16)}`;
}

describe('observe', { skip: whyNotNative }, () => {
  let sandbox: Sandbox;
  before(() => {
    sandbox = openNative();
  });
  after(() => sandbox.close());

  async function behaviourOf(code: string, calls = THREE, timeoutSeconds = 60) {
    return (await observe(code, prompt, { calls }, { sandbox, timeoutSeconds })).behaviour;
  }

  it('is what each call gave, as short text', async () => {
    const code = 'def f(x):\n    return [x, 1 / (x - 2)]';
    assert.deepEqual(await behaviourOf(code), ['[1, -1]', 'raised ZeroDivisionError', '[3, 1]']);
  });

  it('is null for code that does not run', async () => {
    for (const code of ['', 'def f(', 'def g():\n    pass', '1 / 0\ndef f(x):\n    return x'])
      assert.equal(await behaviourOf(code), null, code);
  });

  it('is null where the judge cannot make the calls', async () => {
    assert.equal(await behaviourOf('def f(x):\n    return x', ['f(Point())']), null);
  });

  it('keeps what came before a call that ends the run', async () => {
    const exit = 'import os\ndef f(x):\n    if x == 2:\n        os._exit(1)\n    return x';
    assert.deepEqual(await behaviourOf(exit), ['1', 'crashed', 'crashed']);
    const endless = 'def f(x):\n    while x > 2:\n        pass\n    return x';
    assert.deepEqual(await behaviourOf(endless, THREE, 5), ['1', '2', 'timed out']);
  });

  it('names exceptions, those of the code itself and those that end a program too', async () => {
    const code = `
class Own(BaseException):
    pass
def f(x):
    if x == 1:
        raise Own('no')
    if x == 2:
        next(iter([]))
    raise SystemExit(0)
`;
    assert.deepEqual(await behaviourOf(code), ['not observed', 'raised StopIteration', 'raised SystemExit']);
  });

  it('calls equal what Python calls equal, but for bools and the last digits of floats', async () => {
    const texts = {
      'f(1.0)': '1',
      'f(0.1 + 0.2)': '0.3',
      'f(1 + 1e-12)': '1',
      'f(10.0 ** 20)': '100000000000000000000',
      'f(True)': 'True',
      'f(float("nan"))': 'nan',
      'f([1])': '[1]',
      'f((1,))': '(1)',
      'f({2: 1, 1: 2})': '{1: 2, 2: 1}',
      'f({3, 1, 2})': '{1, 2, 3}',
      'f(None)': 'None',
      'f("None")': "'None'",
      'f("\\ud800\\n")': "'\\ud800\\n'",
      'f(range(3))': 'range(0, 3)',
    };
    assert.deepEqual(await behaviourOf('def f(x):\n    return x', Object.keys(texts)), Object.values(texts));
  });

  it('knows objects of the code by their type only', async () => {
    const code = `
class Point:
    def __init__(self, x):
        self.x = x
    def __repr__(self):
        return 'anything'
def f(x):
    return [Point(x), lambda: x]
`;
    assert.deepEqual(await behaviourOf(code, ['f(1)', 'f(2)']), Array(2).fill('[a Point, a function]'));
  });

  it('is of iterators what they give first', async () => {
    const code =
      'import itertools\ndef f(x):\n    return [iter([x, [x]]), map(str, [x])] if x < 2 else itertools.count(x)';
    const [two, endless] = (await behaviourOf(code))!;
    assert.equal(two, "[iterator[1, [1]], iterator['1']]");
    assert.match(endless!, /^iterator\[2, 3, 4, /);
  });

  it('is that of the code under any name', async () => {
    for (const entryPoint of ['decimal', 'hashlib', 'collections', 'repr']) {
      const code = `def ${entryPoint}(x):\n    return {'x': x}`;
      const named = { ...prompt, entryPoint };
      const { behaviour } = await observe(
        code,
        named,
        { calls: [`${entryPoint}(1)`] },
        { sandbox, timeoutSeconds: 60 },
      );
      assert.deepEqual(behaviour, ["{'x': 1}"], entryPoint);
    }
  });

  it('tells long values apart by a digest', async () => {
    assert.deepEqual(await behaviourOf(LONG, THREE), ['raised ZeroDivisionError', longText(2), longText(3)]);
  });
});

test('observe works the same in Pyodide', async () => {
  const sandbox = await openPyodide(1);
  try {
    const { behaviour } = await observe(LONG, prompt, { calls: THREE }, { sandbox, timeoutSeconds: 60 });
    assert.deepEqual(behaviour, ['raised ZeroDivisionError', longText(2), longText(3)]);
  } finally {
    await sandbox.close();
  }
});
