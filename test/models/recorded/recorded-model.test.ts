import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { toJsonLines } from '../../../src/base/json-lines.ts';
import { RecordedModel } from '../../../src/models/recorded/recorded-model.ts';
import { requestFor } from '../requests.ts';

function record(t: TestContext, content: string | Buffer, name = 'samples.jsonl'): RecordedModel {
  const folder = mkdtempSync(join(tmpdir(), 'greenloop-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), content);
  return new RecordedModel(join(folder, name));
}

async function textsOf(model: RecordedModel, taskId: string): Promise<string[]> {
  const repeats = Array.from({ length: model.recording.draws.get(taskId) ?? 0 }, (_, repeat) => repeat);
  const completions = repeats.map((repeat) => model.complete(requestFor('hi', { draw: { taskId, repeat } })));
  return (await Promise.all(completions)).map(({ text }) => text);
}

test('several rows of a task are its draws, in the order of the file', async (t) => {
  const model = record(
    t,
    toJsonLines([
      { task_id: 'a', completion: '1' },
      { task_id: 'b', completion: '2' },
      { task_id: 'a', completion: '3' },
    ]),
  );
  assert.deepEqual(
    model.recording.draws,
    new Map([
      ['a', 2],
      ['b', 1],
    ]),
  );
  assert.deepEqual(await textsOf(model, 'a'), ['1', '3']);
});

test('draws are ordered by their number only where every row has one', async (t) => {
  const rows = [
    { task_id: 'a', draw: 10, completion: 'ten' },
    { task_id: 'a', draw: 9, completion: 'nine' },
  ];
  assert.deepEqual(await textsOf(record(t, toJsonLines(rows)), 'a'), ['nine', 'ten']);
  const mixed = [...rows, { task_id: 'b', completion: 'none' }];
  assert.deepEqual(await textsOf(record(t, toJsonLines(mixed)), 'a'), ['ten', 'nine']);
});

test('raw is preferred to completion, completion to solution; an empty one is an answer', async (t) => {
  const row = { task_id: 'a', solution: 's', completion: 'c', raw: 'r' };
  const { raw: _raw, ...withoutRaw } = row;
  const rows = [row, withoutRaw, { task_id: 'a', solution: 's' }, { ...row, raw: '' }, { ...row, raw: null }];
  assert.deepEqual(await textsOf(record(t, toJsonLines(rows)), 'a'), ['r', 'c', 's', '', 'c']);
});

test('usage and finish reason are those of the row, and unknown where it has none', async (t) => {
  const rows = [
    {
      task_id: 1,
      completion: 'x',
      finish_reason: 'length',
      usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
    },
    { task_id: 1, completion: 'x', usage: 'none', extra: true },
  ];
  const model = record(t, gzipSync(toJsonLines(rows)), 'samples.jsonl.gz');
  const first = await model.complete(requestFor('hi', { draw: { taskId: '1' } }));
  assert.deepEqual(first, {
    text: 'x',
    finishReason: 'length',
    usage: { promptTokens: 3, completionTokens: 4 },
    seconds: 0,
    timings: null,
  });
  const second = await model.complete(requestFor('hi', { draw: { taskId: '1', repeat: 1 } }));
  assert.deepEqual(second, { text: 'x', finishReason: 'other', usage: null, seconds: 0, timings: null });
});

test('a task or a repeat that is not there is a fault', async (t) => {
  const model = record(t, '{"task_id": "a", "completion": ""}\n');
  const ask = (taskId: string, repeat: number) => model.complete(requestFor('hi', { draw: { taskId, repeat } }));
  await assert.rejects(ask('b', 0), { name: 'ModelFault', message: /samples\.jsonl has no answer for b/ });
  await assert.rejects(ask('a', 1), {
    name: 'ModelFault',
    message: /has 1 answers for a, none for draft 1 of repeat 1/,
  });
});

for (const [what, content, message] of [
  [
    'a row without an answer',
    '{"task_id":"a","raw":"x"}\n\n{"task_id":"a","code":"x"}',
    /line 3: expected task_id .*task_id, code/,
  ],
  ['a row without a task', '{"completion":"x"}', /line 1: expected task_id .*completion/],
  ['a row of another kind', '[1]\n', /line 1: expected task_id/],
  ['a number', '7\n', /line 1: expected task_id .*7/],
  ['a line that breaks off', '{"task_id":"a","raw":"x"}\n{"task_id":', /line 2: expected one JSON value/],
] as const) {
  test(`${what} is refused with its line`, async (t) => {
    await assert.rejects(record(t, content).prepare(), { name: 'Refusal', message });
  });
}

test('an answer is told at once and never cut, as it was drawn whole', async (t) => {
  const model = record(t, toJsonLines([{ task_id: 'a', completion: 'code\nwords' }]));
  const heard: string[] = [];
  const onText = (text: string) => void heard.push(text);
  const { text } = await model.complete({
    ...requestFor('hi', { draw: { taskId: 'a' } }),
    onText,
    isComplete: () => true,
  });
  assert.deepEqual([heard, text], [['code\nwords'], 'code\nwords']);
});
