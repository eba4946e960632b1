import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { observe } from '../../../src/pipeline/agreement/observe.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { openNative, whyNotNative } from '../../sandbox/native.ts';
import { descriptionPrompt } from '../task-prompt.ts';

describe('observe', { skip: whyNotNative }, () => {
  let sandbox: Sandbox;
  before(() => {
    sandbox = openNative();
  });
  after(() => sandbox.close());

  async function behaviourOf(code: string, calls = ['f(1)', 'f(2)', 'f(3)'], timeoutSeconds = 60) {
    const prompt = descriptionPrompt({ entryPoint: 'f', examples: [] });
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

  it('keeps what came before a call that ends the run', async () => {
    const code = 'import os\ndef f(x):\n    if x == 2:\n        os._exit(1)\n    return x';
    assert.deepEqual(await behaviourOf(code), ['1', 'crashed', 'crashed']);
    const endless = 'def f(x):\n    while x > 2:\n        pass\n    return x';
    assert.deepEqual(await behaviourOf(endless, ['f(1)', 'f(2)', 'f(3)'], 3), ['1', '2', 'timed out']);
  });

  it('calls equal what Python calls equal, but for bools and the last digits of floats', async () => {
    const equal = [
      'f(1.0)',
      'f(0.1 + 0.9)',
      'f(1 + 1e-12)',
      'f(True)',
      'f([1])',
      'f((1,))',
      'f({2: 1, 1: 2})',
      'f({1: 2, 2: 1})',
    ];
    const behaviour = await behaviourOf('def f(x):\n    return x', equal);
    assert.deepEqual(behaviour, ['1', '1', '1', 'True', '[1]', '(1)', '{1: 2, 2: 1}', '{1: 2, 2: 1}']);
  });
});
