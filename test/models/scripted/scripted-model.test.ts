import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScriptedModel } from '../../../src/models/scripted/scripted-model.ts';
import { requestFor } from '../requests.ts';

test('an answer is written line by line and ends with the line that completes it', async () => {
  const model = new ScriptedModel('m', () => ({ text: 'one\ntwo\nthree', seconds: 2 }));
  const heard: string[] = [];
  const request = { ...requestFor('12345678'), onText: (text: string) => void heard.push(text) };
  assert.equal((await model.complete(request)).finishReason, 'stop');
  assert.deepEqual(heard, ['one\n', 'one\ntwo\n', 'one\ntwo\nthree']);
  const cut = await model.complete({ ...request, isComplete: (text) => text.includes('two') });
  assert.deepEqual(cut, {
    text: 'one\ntwo\n',
    finishReason: 'cut',
    usage: { promptTokens: 2, completionTokens: 2 },
    seconds: 2,
    timings: null,
  });
});
