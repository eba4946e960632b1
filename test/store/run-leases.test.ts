import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { HEARTBEAT_MS, type Holder, holdingProcess } from '../../src/base/holder.ts';
import type { RunStore } from '../../src/runs/run-store.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { holdRun } from './held-run.ts';
import { beginningOf, placesOf, planOf, trialAt } from './stored-trials.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-leases-'));
after(() => rmSync(folder, { recursive: true }));

const PLAN = planOf();
const [FIRST, SECOND] = placesOf(PLAN).map((place) => trialAt(place)) as [ReturnType<typeof trialAt>, never];
const MINUTE = 60_000;

async function stateIn(store: RunStore): Promise<string | undefined> {
  return (await store.list())[0]?.state;
}

test('a run whose process was killed is a stopped one at once, and can be removed; one that runs cannot', async () => {
  const path = join(folder, 'killed.db');
  const run = await holdRun(path, PLAN);
  assert.equal(await run.append(FIRST), 'stored');
  const { runs, close } = opened(path);
  assert.equal(await stateIn(runs), 'running');
  const refused = { name: 'Refusal', message: new RegExp(`${run.id} is running \\(process ${run.process} on `) };
  await assert.rejects(runs.remove([run.id]), refused);
  await assert.rejects(runs.compact(), refused);
  await run.signal('SIGKILL');
  assert.equal(await stateIn(runs), 'stopped');
  const writer = await runs.begin(beginningOf(PLAN));
  assert.equal(writer?.id, run.id);
  assert.equal((await runs.page(run.id)).total, 1);
  await writer?.finish({ state: 'stopped', trials: 1, summary: null });
  await runs.remove([run.id]);
  assert.deepEqual(await runs.list(), []);
  close();
});

test('a run that another process is running is not begun a second time, and that is said', async () => {
  const path = join(folder, 'twice.db');
  const run = await holdRun(path, PLAN);
  assert.equal(await run.append(FIRST), 'stored');
  const { runs, told, close } = opened(path);
  assert.equal(await runs.begin(beginningOf(PLAN, false)), null);
  assert.match(
    told.join(),
    new RegExp(`process ${run.process} on "[^"]+" is running the same experiment as run ${run.id}`),
  );
  assert.equal((await runs.page(run.id)).total, 1);
  assert.equal((await runs.begin(beginningOf(planOf({ seed: 2 }))))?.id.length, run.id.length);
  await run.signal('SIGKILL');
  assert.equal((await runs.begin(beginningOf(PLAN)))?.id, run.id);
  close();
});

test('a process that is stopped still holds its run, and goes on with it', async () => {
  const path = join(folder, 'asleep.db');
  const run = await holdRun(path, PLAN);
  await run.signal('SIGSTOP');
  const { runs, close } = opened(path);
  rewrite(path, {}, Date.now() - 10 * MINUTE);
  assert.equal(await stateIn(runs), 'running');
  assert.equal(await runs.begin(beginningOf(PLAN)), null);
  await run.signal('SIGCONT');
  assert.equal(await run.append(FIRST), 'stored');
  await run.signal('SIGKILL');
  close();
});

for (const [who, changes] of [
  ['another machine', { host: 'elsewhere', boot: 'other', process: 1 }],
  ['another container', { namespace: 'pid:[1]', process: process.pid }],
  ['another container, of a process that is not here', { namespace: 'pid:[1]', process: 2 ** 22 + 1 }],
] as const) {
  test(`a holder on ${who} holds its run until it was silent for a minute`, async () => {
    const { path, runs, close } = await heldBy(changes, Date.now());
    for (const [silence, state] of [
      [0, 'running'],
      [MINUTE - 10_000, 'running'],
      [MINUTE + 1, 'stopped'],
    ] as const) {
      rewrite(path, {}, Date.now() - silence);
      assert.equal(await stateIn(runs), state, `${silence} ms`);
      assert.equal((await runs.begin(beginningOf(PLAN))) === null, state === 'running', `${silence} ms`);
    }
    close();
  });
}

for (const [what, changes] of [
  ['the machine was started anew', { boot: 'other' }],
  ['the process ended, and its number was given to another', { started: '1' }],
  ['the process ended', { process: 2 ** 22 + 1 }],
  ['the file is a copy', { file: '1' }],
] as const) {
  test(`nobody holds a run where ${what}`, async () => {
    const { runs, close } = await heldBy(changes, Date.now());
    assert.equal(await stateIn(runs), 'stopped');
    assert.ok(await runs.begin(beginningOf(PLAN)));
    assert.equal(await stateIn(runs), 'running');
    close();
  });
}

test('the copy of a ledger is held by nobody while the first is', async () => {
  const [path, copy] = [join(folder, 'first.db'), join(folder, 'copy.db')];
  const run = await holdRun(path, PLAN);
  assert.equal(await run.append(FIRST), 'stored');
  for (const part of ['', '-wal']) if (existsSync(path + part)) copyFileSync(path + part, copy + part);
  const [first, second] = [opened(path), opened(copy)];
  assert.deepEqual([await stateIn(first.runs), await stateIn(second.runs)], ['running', 'stopped']);
  assert.equal((await second.runs.begin(beginningOf(PLAN)))?.id, run.id);
  assert.equal((await second.runs.page(run.id)).total, 1);
  assert.equal(await run.append(SECOND), 'stored');
  await run.signal('SIGKILL');
  first.close();
  second.close();
});

test('a process whose run another has taken over is refused at its next trial, and changes nothing', async () => {
  const path = join(folder, 'taken.db');
  const run = await holdRun(path, PLAN);
  assert.equal(await run.append(FIRST), 'stored');
  rewrite(path, { id: 'taker', host: 'elsewhere' }, Date.now());
  const before = rowsOf(path);
  const said = await run.append(trialAt(placesOf(PLAN)[0]!, { error: 'KeyError' }));
  assert.match(said, new RegExp(`^Refusal: another process has taken over run ${run.id}, so this one stops; `));
  assert.match(await run.append(SECOND), /^Refusal: /);
  await run.signal('SIGKILL');
  assert.deepEqual(rowsOf(path), before);
});

test('a writer whose run another has taken over ends it no more, and lets it go no more', async () => {
  const { path, runs, close } = await heldBy({}, 0);
  const writer = await runs.begin(beginningOf(planOf({ seed: 2 })));
  rewrite(path, { id: 'taker', host: 'elsewhere' }, Date.now());
  const before = rowsOf(path);
  await assert.rejects(writer!.finish({ state: 'complete', trials: 0, summary: 'mine' }), { name: 'Refusal' });
  close();
  assert.deepEqual(rowsOf(path), before);
});

test('a writer says again and again that it is there, and no more once the run has ended or was taken over', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'], now: 1_000_000 });
  const path = join(folder, 'heard.db');
  const { runs, close } = opened(path);
  const writer = await runs.begin(beginningOf(PLAN));
  const heard = () => rowsOf(path).runs[0]?.heard;
  const own = JSON.parse(String(rowsOf(path).runs[0]?.holder)) as Holder;
  assert.equal(heard(), 1_000_000);
  t.mock.timers.tick(3 * HEARTBEAT_MS);
  assert.equal(heard(), 1_000_000 + 3 * HEARTBEAT_MS);
  rewrite(path, { id: 'taker' }, 7);
  t.mock.timers.tick(HEARTBEAT_MS);
  assert.equal(heard(), 7);
  rewrite(path, own, 7);
  await writer?.finish({ state: 'stopped', trials: 0, summary: null });
  t.mock.timers.tick(HEARTBEAT_MS);
  assert.equal(heard(), 7);
  close();
});

function opened(path: string) {
  const told: string[] = [];
  const ledger = new SqliteLedger(path, { onTrouble: (line) => told.push(line) });
  return { runs: ledger.runs, told, close: () => ledger.close() };
}

let made = 0;

/** A ledger with a run whose holder is this process, changed as given. */
async function heldBy(changes: Partial<Holder>, heard: number) {
  made += 1;
  const path = join(folder, `held${made}.db`);
  const first = opened(path);
  await first.runs.begin(beginningOf(PLAN));
  first.close();
  rewrite(path, { ...holdingProcess(path), ...changes }, heard);
  return { path, ...opened(path) };
}

/** Writes who holds every run, and when that was heard of last. */
function rewrite(path: string, changes: Partial<Holder>, heard: number): void {
  const raw = new DatabaseSync(path);
  const before = raw.prepare('SELECT holder FROM runs').get()?.holder;
  const holder = { ...JSON.parse(String(before)), ...changes };
  raw.prepare("UPDATE runs SET holder = ?, heard = ?, state = 'running'").run(JSON.stringify(holder), heard);
  raw.close();
}

/** All that a ledger says of its runs. */
function rowsOf(path: string) {
  const raw = new DatabaseSync(path);
  const rows = {
    runs: raw.prepare('SELECT * FROM runs ORDER BY id').all(),
    trials: raw.prepare('SELECT * FROM trials ORDER BY number').all(),
  };
  raw.close();
  return rows;
}
