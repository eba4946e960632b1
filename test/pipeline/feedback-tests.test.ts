import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleTests } from '../../src/pipeline/feedback-tests.ts';
import { signaturePrompt } from './task-prompt.ts';

test('the judge has a prompt’s examples, but for those that share the process with the code', () => {
  const own = ['assert f(1) == 2', 'assert f(2) == 3'].map((source) => ({ source }));
  assert.deepEqual(exampleTests(signaturePrompt({ examples: own })), {
    setup: '',
    checks: 'assert f(1) == 2\nassert f(2) == 3',
  });
  const source = 'assert asyncio.run(f(1)) == 2';
  assert.deepEqual(exampleTests(signaturePrompt({ examples: [{ source }] })), {
    program: source,
    moduleName: 'solution',
  });
  assert.equal(exampleTests(signaturePrompt({ examples: [] })), null);
});
