import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import type { TrialToStore } from '../../src/runs/run-store.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-runs-'));
after(() => rmSync(folder, { recursive: true }));

const PLAN = { hash: 'abcdef'.repeat(10), text: '{"plan":1}' };

function trial(repeat: number, changes: Partial<TrialToStore> = {}): TrialToStore {
  const task = { hash: 'task', id: "t'\u0000\u{1F600}", text: '{"prompt":1}' };
  const pipeline = { hash: 'pipeline', text: '{"spec":1}' };
  return { pipeline, task, repeat, outcome: 'passed', trial: JSON.stringify({ repeat }), ...changes };
}

/** The file as version 1 made it, with an answer in it. */
function oldLedger(path: string): void {
  const database = new DatabaseSync(path);
  database.exec(`CREATE TABLE completions (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE verdicts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID; PRAGMA user_version = 1;`);
  const completion = { text: 'kept', finishReason: 'stop', usage: null, seconds: 1, timings: null };
  database.prepare('INSERT INTO completions VALUES (?, ?)').run('k', JSON.stringify(completion));
  database.close();
}

test('a ledger of version 1 keeps its answers and gets room for runs', () => {
  const path = join(folder, 'old.db');
  oldLedger(path);
  const ledger = new SqliteLedger(path);
  assert.equal(ledger.completion('k')?.text, 'kept');
  assert.deepEqual(ledger.runs.list(), []);
  assert.ok(ledger.runs.begin(PLAN, { keepTrials: true }));
  ledger.close();
  const database = new DatabaseSync(path);
  assert.equal(database.prepare('PRAGMA user_version').get()?.user_version, 2);
  database.close();
});

test('what a run wrote is there without any close, trial by trial', () => {
  const path = join(folder, 'killed.db');
  const writer = new SqliteLedger(path).runs;
  const begun = writer.begin(PLAN, { keepTrials: true });
  assert.match(begun ?? '', /^\d{8}-\d{4}-abcd$/);
  writer.saveTrial(begun!, trial(1));
  writer.saveTrial(begun!, trial(0, { outcome: 'fault' }));
  const reader = new SqliteLedger(path);
  assert.deepEqual([...reader.runs.trials(begun!)], ['{"repeat":0}', '{"repeat":1}']);
  const [run, ...others] = reader.runs.list();
  assert.deepEqual(others, []);
  assert.deepEqual([run?.state, run?.plan, run?.summary], ['running', PLAN.text, null]);
  assert.deepEqual(run?.outcomes, { passed: 1, fault: 1 });
  writer.finish(begun!, { state: 'complete', trials: 0, summary: '{"summary":1}' });
  assert.deepEqual([reader.runs.list()[0]?.state, reader.runs.list()[0]?.summary], ['complete', '{"summary":1}']);
  reader.close();
});

test('the same plan goes on in the same run, and a trial replaces the one before it', () => {
  const { runs } = new SqliteLedger(':memory:');
  const first = runs.begin(PLAN, { keepTrials: true })!;
  runs.saveTrial(first, trial(0));
  runs.finish(first, { state: 'stopped', trials: 0, summary: '{}' });
  assert.equal(runs.list()[0]?.state, 'stopped');
  assert.equal(runs.begin(PLAN, { keepTrials: true }), first);
  assert.deepEqual([...runs.trials(first)], ['{"repeat":0}']);
  runs.saveTrial(first, trial(0, { outcome: 'not-passed', trial: '{"new":1}' }));
  assert.deepEqual([...runs.trials(first)], ['{"new":1}']);
  assert.equal(runs.begin(PLAN, { keepTrials: false }), first);
  assert.deepEqual([...runs.trials(first)], []);
  assert.equal(runs.list().length, 1);
});

test('other plans are other runs, whose ids are told apart by more letters; the newest is first', () => {
  const { runs } = new SqliteLedger(':memory:');
  const plans = ['abcdX', 'abcdXY', 'abcdY'].map((hash) => ({ hash: hash.padEnd(64, '-'), text: hash }));
  const ids = plans.map((plan) => runs.begin(plan, { keepTrials: true }));
  assert.equal(new Set(ids).size, 3);
  runs.begin(plans[0]!, { keepTrials: true });
  assert.equal(runs.list().length, 3);
  assert.equal(
    runs.list()[0]?.started,
    runs
      .list()
      .map(({ started }) => started)
      .toSorted()
      .at(-1),
  );
});

/** A process that is running the experiment of PLAN, and the id of its run. */
async function heldRun(path: string): Promise<{ readonly id: string; readonly kill: () => Promise<void> }> {
  const program = join(import.meta.dirname, 'hold-run.ts');
  const holder = spawn(process.execPath, [program, path, PLAN.hash, PLAN.text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => holder.on('close', resolve));
  const id = await new Promise<string>((resolve) => holder.stdout.once('data', (line) => resolve(String(line).trim())));
  const kill = async () => {
    holder.kill('SIGKILL');
    await ended;
  };
  return { id, kill };
}

test('a run whose process was killed is a stopped one, and can be removed; one that runs cannot', async () => {
  const path = join(folder, 'states.db');
  const { id, kill } = await heldRun(path);
  const ledger = new SqliteLedger(path);
  assert.equal(ledger.runs.list()[0]?.state, 'running');
  assert.throws(() => ledger.runs.remove([id]), { name: 'Refusal', message: new RegExp(`${id} is running`) });
  assert.throws(() => ledger.runs.compact(), { name: 'Refusal', message: new RegExp(`${id} is running`) });
  await kill();
  assert.equal(ledger.runs.list()[0]?.state, 'stopped');
  ledger.runs.remove([id]);
  assert.deepEqual(ledger.runs.list(), []);
  ledger.close();
});

test('the number of a process is no proof that it runs: that of another live one holds no run', () => {
  const path = join(folder, 'number.db');
  const first = new SqliteLedger(path);
  const id = first.runs.begin(PLAN, { keepTrials: true })!;
  first.runs.saveTrial(id, trial(0));
  first.close();
  const raw = new DatabaseSync(path);
  raw.prepare("UPDATE runs SET process = ?, state = 'running'").run(process.ppid);
  raw.close();
  const told: string[] = [];
  const ledger = new SqliteLedger(path, { onTrouble: (line) => told.push(line) });
  assert.equal(ledger.runs.list()[0]?.state, 'stopped');
  assert.equal(ledger.runs.begin(PLAN, { keepTrials: true }), id);
  ledger.runs.finish(id, { state: 'complete', trials: 1, summary: '{}' });
  assert.equal(ledger.runs.list()[0]?.state, 'complete');
  ledger.runs.remove([id]);
  assert.deepEqual(told, []);
  ledger.close();
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.lock')),
    [],
  );
});

test('removed runs take their trials along; compacting drops what no run uses, and the file is smaller', () => {
  const path = join(folder, 'compact.db');
  const ledger = new SqliteLedger(path);
  const { runs } = ledger;
  const kept = runs.begin(PLAN, { keepTrials: true })!;
  runs.saveTrial(kept, trial(0));
  runs.finish(kept, { state: 'complete', trials: 0, summary: '{}' });
  const large = runs.begin({ hash: 'other'.repeat(12), text: '{}' }, { keepTrials: true })!;
  const other = { hash: 'other', id: 'o', text: '{}' };
  for (let repeat = 0; repeat < 20; repeat += 1) {
    runs.saveTrial(large, trial(repeat, { task: other, pipeline: other, trial: JSON.stringify('x'.repeat(50_000)) }));
  }
  runs.finish(large, { state: 'complete', trials: 0, summary: '{}' });
  runs.remove([large, 'no such run']);
  const { before, after: bytes } = runs.compact();
  assert.ok(before > 1_000_000 && bytes < 200_000, `${before} -> ${bytes}`);
  const raw = new DatabaseSync(path);
  for (const table of ['pipelines', 'tasks', 'trials', 'runs']) {
    assert.equal(raw.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.rows, 1, table);
  }
  raw.close();
  assert.deepEqual([...runs.trials(kept)], ['{"repeat":0}']);
  ledger.close();
});

test('a store that fails ends no run, and that is said once; who reads it is refused', () => {
  const path = join(folder, 'locked.db');
  const lines: string[] = [];
  const ledger = new SqliteLedger(path, { onTrouble: (line) => lines.push(line) });
  const id = ledger.runs.begin(PLAN, { keepTrials: true })!;
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  assert.equal(ledger.runs.begin(PLAN, { keepTrials: true }), null);
  ledger.runs.saveTrial(id, trial(0));
  ledger.runs.finish(id, { state: 'complete', trials: 0, summary: '{}' });
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /^the ledger \S+locked\.db fails \(database is locked\): the run goes on, /);
  assert.throws(() => ledger.runs.remove([id]), {
    name: 'Refusal',
    message: /^cannot change the ledger \S+locked\.db \(database is locked\); wait for the run that uses it, or /,
  });
  assert.equal(ledger.runs.list().length, 1);
  other.exec('ROLLBACK');
  other.close();
  ledger.close();
});

test('a trial of a run that somebody removed is told of, and ends nothing', () => {
  const lines: string[] = [];
  const { runs } = new SqliteLedger(':memory:', { onTrouble: (line) => lines.push(line) });
  runs.saveTrial('gone', trial(0));
  assert.equal(lines.length, 1);
  assert.deepEqual([...runs.trials('gone')], []);
});

test('an experiment that another process is running is not begun a second time', async () => {
  const path = join(folder, 'twice.db');
  const { id, kill } = await heldRun(path);
  const told: string[] = [];
  const ledger = new SqliteLedger(path, { onTrouble: (line) => told.push(line) });
  ledger.runs.saveTrial(id, trial(0));
  assert.equal(ledger.runs.begin(PLAN, { keepTrials: false }), null);
  assert.match(told.join(), new RegExp(`process \\d+ is running the same experiment as run ${id}`));
  assert.deepEqual([...ledger.runs.trials(id)], ['{"repeat":0}']);
  await kill();
  assert.equal(ledger.runs.begin(PLAN, { keepTrials: true }), id);
  ledger.close();
});

test('a run of which trials could not be kept is no complete one; dropped trials take the summary along', () => {
  const { runs } = new SqliteLedger(':memory:');
  const id = runs.begin(PLAN, { keepTrials: true })!;
  runs.saveTrial(id, trial(0));
  runs.finish(id, { state: 'complete', trials: 2, summary: '{}' });
  assert.equal(runs.list()[0]?.state, 'stopped');
  runs.saveTrial(id, trial(1));
  runs.finish(id, { state: 'complete', trials: 2, summary: '{}' });
  assert.deepEqual([runs.list()[0]?.state, runs.list()[0]?.summary], ['complete', '{}']);
  runs.begin(PLAN, { keepTrials: false });
  assert.deepEqual([runs.list()[0]?.summary, runs.list()[0]?.outcomes], [null, {}]);
});
