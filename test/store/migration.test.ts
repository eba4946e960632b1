import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, it } from 'node:test';
import { analyzeRun } from '../../src/analysis/analyze-run.ts';
import { hashOf } from '../../src/base/hash.ts';
import { type Plan, planHash } from '../../src/runs/plan.ts';
import { readRun } from '../../src/runs/read-run.ts';
import type { TrialPlace } from '../../src/runs/run-store.ts';
import { outcomeOf, type Trial } from '../../src/runs/trial.ts';
import { rowOf } from '../../src/runs/trial-row.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { beginningOf, placesOf, planOf, promptOf, trialAt, unreadable } from './stored-trials.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-migration-'));
after(() => rmSync(folder, { recursive: true }));

/** The tables of version 1, and what version 2 added, as they were released. */
const ANSWERS = `CREATE TABLE completions (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE verdicts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;`;
const RUNS = `CREATE TABLE runs (
     id TEXT PRIMARY KEY, plan_hash TEXT NOT NULL UNIQUE, started TEXT NOT NULL, state TEXT NOT NULL,
     process INTEGER NOT NULL, plan TEXT NOT NULL, summary TEXT);
   CREATE TABLE pipelines (hash TEXT PRIMARY KEY, spec TEXT NOT NULL);
   CREATE TABLE tasks (hash TEXT PRIMARY KEY, id TEXT NOT NULL, prompt TEXT NOT NULL);
   CREATE TABLE trials (
     run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, pipeline TEXT NOT NULL REFERENCES pipelines,
     task TEXT NOT NULL REFERENCES tasks, repeat INTEGER NOT NULL, outcome TEXT NOT NULL, trial TEXT NOT NULL,
     PRIMARY KEY (run, pipeline, task, repeat));
   CREATE INDEX trials_by_pipeline ON trials (pipeline);
   CREATE INDEX trials_by_task ON trials (task);`;

const COMPLETION = { text: 'kept', finishReason: 'stop', usage: null, seconds: 1, timings: null };

let made = 0;

/** A file as version 1 left it, with an answer in it. */
function versionOne(): { path: string; database: DatabaseSync } {
  made += 1;
  const path = join(folder, `${made}.db`);
  const database = new DatabaseSync(path);
  database.exec(`${ANSWERS} PRAGMA user_version = 1;`);
  database.prepare('INSERT INTO completions VALUES (?, ?)').run('k', JSON.stringify(COMPLETION));
  return { path, database };
}

const PLAN = planOf();
const PLACES = placesOf(PLAN);
const ID = '20260101-0000-abcd';

/** One trial of each kind, and so on. */
function trialOf(place: TrialPlace, index: number): Trial {
  const shown = [{}, { error: 'KeyError' }, { fault: 'model: timed-out' }, { fault: 'model: context-overflow' }];
  return trialAt(place, { ...shown[index % 4], seconds: index + 0.5, tokens: 100 - index });
}

/** The JSON of 0.1: no prompt messages in a trial, no number of hidden tests in a plan. */
function oldTrial(trial: Trial): string {
  return JSON.stringify(trial, (key, value) => (key === 'messages' ? undefined : value));
}

function oldPlan(plan: Plan): string {
  return JSON.stringify(plan, (key, value) => (key === 'hiddenTests' ? undefined : value));
}

/** A file as version 2 left it: a run with these trials, stored from the last to the first. */
function versionTwo(trials: readonly Trial[], { plan = oldPlan(PLAN), state = 'complete' } = {}): string {
  const { path, database } = versionOne();
  database.exec(`${RUNS} PRAGMA user_version = 2;`);
  const run = database.prepare('INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)');
  run.run(ID, planHash(PLAN), '2026-01-01T00:00:00.000Z', state, process.pid, plan, '{"seed":1}');
  for (const spec of PLAN.pipelines)
    database.prepare('INSERT INTO pipelines VALUES (?, ?)').run(hashOf(spec), JSON.stringify(spec));
  for (const { id, hash } of PLAN.tasks)
    database.prepare('INSERT INTO tasks VALUES (?, ?, ?)').run(hash, id, JSON.stringify(promptOf(id)));
  for (const trial of trials.toReversed()) {
    const pipeline = hashOf(PLAN.pipelines.find(({ name }) => name === trial.pipeline));
    const task = PLAN.tasks.find(({ id }) => id === trial.trace.taskId)!.hash;
    const outcome = outcomeOf(trial);
    const values = [ID, pipeline, task, trial.trace.repeat, outcome, oldTrial(trial)] as const;
    database.prepare('INSERT INTO trials VALUES (?, ?, ?, ?, ?, ?)').run(...values);
  }
  database.close();
  return path;
}

function versionOf(path: string): unknown {
  const database = new DatabaseSync(path);
  const version = database.prepare('PRAGMA user_version').get()?.user_version;
  database.close();
  return version;
}

describe('a ledger of version 1', () => {
  it('keeps its answers and gets room for runs', async () => {
    const { path, database } = versionOne();
    database.close();
    const ledger = new SqliteLedger(path);
    assert.deepEqual(ledger.completion('k'), COMPLETION);
    assert.deepEqual(await ledger.runs.list(), []);
    assert.ok(await ledger.runs.begin(beginningOf(PLAN)));
    ledger.close();
    assert.equal(versionOf(path), 4);
    const again = new SqliteLedger(path);
    assert.deepEqual(again.completion('k'), COMPLETION);
    again.close();
  });
});

describe('a run that 0.1 kept', () => {
  const trials = PLACES.map(trialOf);
  const path = versionTwo(trials);
  const ledger = new SqliteLedger(path);
  const { runs } = ledger;
  after(() => ledger.close());

  it('is listed with its plan, its summary and its outcomes', async () => {
    const [run, ...others] = await runs.list();
    assert.deepEqual(others, []);
    const { benchmark, ...rest } = PLAN;
    assert.deepEqual(run, {
      ...{ id: ID, started: '2026-01-01T00:00:00.000Z', state: 'complete', summary: { seed: 1 } },
      plan: { ...rest, benchmark: { ...benchmark, hiddenTests: null } },
      outcomes: { passed: 2, 'not-passed': 2, fault: 4 },
    });
    assert.equal(ledger.completion('k')?.text, 'kept');
  });

  it('has its trials in the order of the plan, their messages unknown', async () => {
    const read: Trial[] = [];
    for await (const trial of runs.trials(ID)) read.push(trial);
    assert.deepEqual(read, trials.map(withoutMessages));
    const stored = await runs.trial(ID, PLACES[3]!);
    assert.deepEqual(stored, { trial: withoutMessages(trials[3]!), prompt: promptOf(PLACES[3]!.taskId) });
  });

  it('has pages, with errors, seconds and tokens', async () => {
    const rows = trials.map(rowOf);
    assert.deepEqual(await runs.page(ID), { rows, total: rows.length });
    assert.deepEqual((await runs.page(ID, { sort: 'tokens' })).rows, rows.toReversed());
    assert.deepEqual((await runs.page(ID, { sort: 'seconds', isDescending: true, from: 1, limit: 2 })).rows, [
      rows[6],
      rows[5],
    ]);
    const overflows = rows.filter(({ error }) => error === 'model: context-overflow');
    assert.deepEqual(await runs.page(ID, { error: 'model: context-overflow' }), { rows: overflows, total: 2 });
    assert.equal((await runs.views.search(ID, { text: 'keyerror says' })).rows.length, 2);
  });

  it('is analyzed as it was', async () => {
    const run = await readRun(runs, 'last');
    const { results, costs } = analyzeRun(run);
    assert.deepEqual(
      results.map(({ pipeline, trials: all, faults, overflows }) => [pipeline, all, faults, overflows]),
      [
        ['b', 4, 0, 0],
        ['a', 4, 4, 2],
      ],
    );
    assert.deepEqual([results[0]?.solved.mean, costs[0]?.solved], [1, 2]);
    assert.deepEqual(run.summary, {
      ...{ repeats: 2, seed: 1, complete: true },
      benchmark: { name: 'own', sha256: '0', hiddenTests: null, tasks: 2 },
    });
  });

  it('goes on: the same plan is the same run', async () => {
    const writer = await runs.begin(beginningOf(PLAN));
    assert.equal(writer?.id, ID);
    await writer?.append(trialAt(PLACES[0]!, { error: 'ValueError' }));
    assert.deepEqual((await runs.page(ID, { error: 'ValueError' })).rows, [
      rowOf(trialAt(PLACES[0]!, { error: 'ValueError' })),
    ]);
    assert.equal((await runs.page(ID)).total, trials.length);
    await writer?.finish({ state: 'complete', trials: trials.length, summary: null });
    await runs.remove([ID]);
    assert.equal((await runs.page(ID)).total, 0);
    await runs.compact();
    assert.equal(versionOf(path), 4);
  });
});

describe('a run that 0.1 left behind', () => {
  it('is a stopped one where it had not ended, though its process number is alive', async () => {
    const ledger = new SqliteLedger(versionTwo([trialAt(PLACES[0]!)], { state: 'running' }));
    assert.equal((await ledger.runs.list())[0]?.state, 'stopped');
    ledger.close();
  });

  it('is kept though its trials or its plan cannot be read', async () => {
    const damaged = [unreadable(trialAt(PLACES[0]!)), trialAt(PLACES[1]!)];
    for (const plan of [oldPlan(PLAN), '{', 'null']) {
      const ledger = new SqliteLedger(versionTwo(damaged, { plan }));
      const [run] = await ledger.runs.list();
      assert.deepEqual([run?.id, run?.plan === null, run?.outcomes], [ID, plan !== oldPlan(PLAN), { passed: 2 }]);
      assert.equal((await ledger.runs.page(ID)).total, 2);
      await assert.rejects(ledger.runs.trial(ID, PLACES[0]!), /was stored by another version of greenloop/);
      assert.ok(await ledger.runs.trial(ID, PLACES[1]!));
      ledger.close();
    }
  });
});

describe('a ledger of a newer version', () => {
  it('is refused in one line, and left as it is', () => {
    const path = versionTwo([]);
    new SqliteLedger(path).close();
    const raw = new DatabaseSync(path);
    raw.exec('PRAGMA user_version = 5');
    raw.close();
    assert.throws(() => new SqliteLedger(path), {
      name: 'Refusal',
      message: `${path} was written by a newer greenloop; update it, or choose another ledger`,
    });
    assert.equal(versionOf(path), 5);
  });
});

function withoutMessages(trial: Trial): Trial {
  const attempts = trial.trace.attempts.map((attempt) => ({
    ...attempt,
    completions: attempt.completions.map((completion) => ({ ...completion, messages: [] })),
  }));
  return { ...trial, trace: { ...trial.trace, attempts } };
}
