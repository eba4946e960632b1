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
