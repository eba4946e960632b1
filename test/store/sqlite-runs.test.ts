import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { HEARTBEAT_MS } from '../../src/base/holder.ts';
import { planHash } from '../../src/runs/plan.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { beginningOf, placesOf, planOf, trialAt } from './stored-trials.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-runs-'));
after(() => rmSync(folder, { recursive: true }));

const PLAN = planOf();
const PLACES = placesOf(PLAN);
const END = { state: 'complete', trials: 1, summary: { summary: 1 } } as const;

test('an id is the minute and the beginning of the hash, as many letters as no other run of that minute has', async () => {
  const path = join(folder, 'ids.db');
  const ledger = new SqliteLedger(path);
  const hash = planHash(PLAN);
  const raw = new DatabaseSync(path);
  // As the minute may end meanwhile.
  for (const milliseconds of [0, 60_000]) {
    const minute = new Date(Date.now() + milliseconds).toISOString().slice(0, 16).replaceAll(/[-:]/g, '');
    for (const letters of [4, 5]) {
      const id = `${minute.replace('T', '-')}-${hash.slice(0, letters)}`;
      raw.prepare("INSERT INTO runs VALUES (?, ?, '', '', NULL, 0, '', NULL)").run(id, id);
    }
  }
  raw.close();
  const writer = await ledger.runs.begin(beginningOf(PLAN));
  assert.match(writer?.id ?? '', new RegExp(`^\\d{8}-\\d{4}-${hash.slice(0, 6)}$`));
  ledger.close();
});

test('what a run wrote is there without any close, and nothing lies beside the file but its log', async () => {
  const path = join(folder, 'killed.db');
  const writer = await new SqliteLedger(path).runs.begin(beginningOf(PLAN));
  await writer?.append(trialAt(PLACES[0]!));
  const reader = new SqliteLedger(path);
  assert.equal((await reader.runs.page(writer!.id)).total, 1);
  reader.close();
  const beside = readdirSync(folder).filter((name) => name.startsWith('killed.db'));
  assert.deepEqual(beside.sort(), ['killed.db', 'killed.db-shm', 'killed.db-wal']);
});

test('compacting drops what no run uses, and the file is smaller', async () => {
  const path = join(folder, 'compact.db');
  const ledger = new SqliteLedger(path);
  const kept = await ledger.runs.begin(beginningOf(planOf({ names: ['a'], ids: ['x'] })));
  await kept?.append(trialAt({ pipeline: 'a', taskId: 'x', repeat: 0 }));
  await kept?.finish(END);
  const plan = planOf({ names: ['other'], ids: ['other'], repeats: 20 });
  const large = await ledger.runs.begin(beginningOf(plan));
  for (const place of placesOf(plan)) await large?.append(trialAt(place, { answer: 'x'.repeat(50_000) }));
  await large?.finish(END);
  await ledger.runs.remove([large!.id]);
  const { before, after: bytes } = await ledger.runs.compact();
  assert.ok(before > 1_000_000 && bytes < 200_000, `${before} -> ${bytes}`);
  const raw = new DatabaseSync(path);
  for (const table of ['pipelines', 'tasks', 'trials', 'runs']) {
    assert.equal(raw.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.rows, 1, table);
  }
  raw.close();
  ledger.close();
});

test('a store that fails ends no run, and that is said once; who reads it is refused', async () => {
  const path = join(folder, 'locked.db');
  const lines: string[] = [];
  const ledger = new SqliteLedger(path, { onTrouble: (line) => lines.push(line) });
  const writer = await ledger.runs.begin(beginningOf(PLAN));
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  assert.equal(await ledger.runs.begin(beginningOf(planOf({ seed: 2 }))), null);
  await writer?.append(trialAt(PLACES[0]!));
  await writer?.finish(END);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /^the ledger \S+locked\.db fails \(database is locked\): the run continues, /);
  await assert.rejects(ledger.runs.remove([writer!.id]), {
    name: 'Refusal',
    message: /^cannot change the ledger \S+locked\.db \(database is locked\); wait for the run that uses it, or /,
  });
  assert.equal((await ledger.runs.list()).length, 1);
  other.exec('ROLLBACK');
  other.close();
  ledger.close();
});

/** A ledger in which a run has one trial, and another process that holds its file. */
async function lockedLedger(name: string) {
  const path = join(folder, name);
  const lines: string[] = [];
  const ledger = new SqliteLedger(path, { onTrouble: (line) => lines.push(line) });
  const writer = await ledger.runs.begin(beginningOf(PLAN));
  await writer!.append(trialAt(PLACES[0]!));
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const unlock = () => {
    other.exec('ROLLBACK');
    other.close();
  };
  const states = async () => (await ledger.runs.list()).map(({ state, summary }) => [state, summary]);
  return { ledger, writer: writer!, lines, unlock, states };
}

test('a run that ends while another process holds the file for a moment is finished, and nothing is told', async () => {
  const { ledger, writer, lines, unlock, states } = await lockedLedger('moment.db');
  const finishing = writer.finish(END);
  unlock();
  await finishing;
  assert.deepEqual([await states(), lines], [[['complete', END.summary]], []]);
  ledger.close();
});

test('a run that cannot be finished is told of, and finished as soon as the file is free', async (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] });
  const { ledger, writer, lines, unlock, states } = await lockedLedger('long.db');
  await writer.finish(END);
  assert.deepEqual([await states(), lines.length], [[['running', null]], 1]);
  unlock();
  context.mock.timers.tick(HEARTBEAT_MS);
  assert.deepEqual(await states(), [['complete', END.summary]]);
  ledger.close();
});

test('a run that could not be finished is finished when the ledger is closed', async () => {
  const { ledger, writer, unlock } = await lockedLedger('closed.db');
  await writer.finish(END);
  unlock();
  ledger.close();
  const again = new SqliteLedger(join(folder, 'closed.db'));
  assert.equal((await again.runs.list())[0]?.state, 'complete');
  again.close();
});

test('nothing is begun in a store that is closed, and that is told', async () => {
  const lines: string[] = [];
  const ledger = new SqliteLedger(':memory:', { onTrouble: (line) => lines.push(line) });
  ledger.close();
  assert.equal(await ledger.runs.begin(beginningOf(PLAN)), null);
  assert.equal(lines.length, 1);
  await assert.rejects(ledger.runs.list(), { name: 'Refusal' });
});

test('a trial of a run that somebody removed is told of, and ends nothing', async () => {
  const path = join(folder, 'removed.db');
  const lines: string[] = [];
  const ledger = new SqliteLedger(path, { onTrouble: (line) => lines.push(line) });
  const writer = await ledger.runs.begin(beginningOf(PLAN));
  const raw = new DatabaseSync(path);
  raw.exec('DELETE FROM runs');
  raw.close();
  await writer?.append(trialAt(PLACES[0]!));
  await writer?.finish(END);
  assert.equal(lines.length, 1);
  assert.equal((await ledger.runs.page(writer!.id)).total, 0);
  ledger.close();
});

test('a holder that is no holder holds nothing, and rows of odd types are in no page', async () => {
  const path = join(folder, 'odd.db');
  const ledger = new SqliteLedger(path);
  const writer = await ledger.runs.begin(beginningOf(PLAN));
  for (const place of PLACES.slice(0, 4)) await writer?.append(trialAt(place));
  const raw = new DatabaseSync(path);
  raw.exec("UPDATE trials SET outcome = 'splendid' WHERE place = 0; UPDATE trials SET trial = x'00' WHERE place = 1");
  raw.exec("UPDATE trials SET trial = '{' WHERE place = 3");
  for (const holder of ["'{'", "'null'", "'[]'", '7', "x'00'", `'{"id":"a"}'`]) {
    raw.exec(`UPDATE runs SET state = 'running', holder = ${holder}`);
    assert.deepEqual(
      (await ledger.runs.list()).map(({ state }) => state),
      ['stopped'],
      holder,
    );
  }
  raw.close();
  const { rows } = await ledger.runs.page(writer!.id);
  assert.deepEqual(
    rows.map(({ taskId }) => taskId),
    PLACES.slice(1, 4).map(({ taskId }) => taskId),
  );
  assert.deepEqual((await ledger.runs.views.search(writer!.id, { text: 'def f' })).rows, [rows[1]]);
  for (const place of [PLACES[1]!, PLACES[3]!])
    await assert.rejects(ledger.runs.trial(writer!.id, place), /was stored by another version of greenloop/);
  ledger.close();
});
