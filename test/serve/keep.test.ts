import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openLedger } from '../../src/wiring/ledger.ts';
import { jsonOf, MODEL, ownServer, post, WISH } from './own-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-keep-'));
const ledger = await openLedger(join(folder, 'ledger.db'), {});
const server = ownServer({ runs: ledger.runs });
after(() => {
  ledger.close();
  rmSync(folder, { recursive: true });
});

test('a solved task is kept as a run of one trial, with its prompt; a plain call is not', async () => {
  const messages = [{ role: 'user', content: WISH }];
  assert.equal(
    (await jsonOf(post(server, '/v1/chat/completions', { model: MODEL, messages }))).greenloop.verdict,
    'passed',
  );
  const hello = [{ role: 'user', content: 'Good morning!' }];
  await post(server, '/v1/messages', { model: MODEL, messages: hello, max_tokens: 10 });
  const [run, ...others] = await ledger.runs.list();
  assert.deepEqual([others.length, run?.state, Object.values(run?.outcomes ?? {})], [0, 'complete', [1]]);
  const reasons: string[] = [];
  for await (const { trace } of ledger.runs.trials(run!.id)) reasons.push(trace.stopReason);
  assert.deepEqual(reasons, ['passed']);
});

test('a task of /v1/solve is kept too, and so is one with a seed that only clients have', async () => {
  const before = (await ledger.runs.list()).length;
  await jsonOf(post(server, '/v1/solve', { task: WISH, seed: 5 }));
  const messages = [{ role: 'user', content: WISH }];
  for (const seed of [-5, 2 ** 63]) {
    const solved = await jsonOf(post(server, '/v1/chat/completions', { model: MODEL, messages, seed }));
    assert.equal(solved.greenloop.verdict, 'passed');
  }
  const runs = await ledger.runs.list();
  assert.equal(runs.length, before + 3);
  const seeds = runs.slice(0, 3).map(({ plan }) => plan?.seed);
  assert.ok(seeds.includes(5));
  assert.ok(seeds.every((seed) => Number.isSafeInteger(seed) && seed! >= 0));
});
