import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type MeasureOptions, measureRun } from '../../src/analysis/measure-run.ts';
import type { Summary } from '../../src/analysis/summary.ts';
import { ModelFault, Refusal } from '../../src/base/errors.ts';
import type { CompletionRequest } from '../../src/models/model.ts';
import type { Plan } from '../../src/runs/plan.ts';
import { planRun } from '../../src/runs/plan.ts';
import { readRun } from '../../src/runs/read-run.ts';
import { Run } from '../../src/runs/run.ts';
import type { RunStore } from '../../src/runs/run-store.ts';
import type { RunServices } from '../../src/runs/services.ts';
import { keyOfTrial, outcomeOf, type Trial, trialKey } from '../../src/runs/trial.ts';
import { factsOf } from '../../src/runs/trial-facts.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { DOUBLE, doubleTask, fenced } from '../own-tasks.ts';
import { benchmarkOf, pipelineOf } from '../runs/own-experiment.ts';
import { KnownModel, StubSandbox } from '../runs/random-runs.ts';
import { unreadable } from '../store/stored-trials.ts';

const sandbox = await openSandbox(readSettings(), 2);
const folder = mkdtempSync(join(tmpdir(), 'greenloop-measure-'));
after(async () => {
  rmSync(folder, { recursive: true });
  await sandbox.close();
});

/** One answer for each kind of verdict; and there is one fault. */
const ANSWERS: Readonly<Record<string, string>> = {
  passed: fenced(DOUBLE.right),
  failed: fenced(DOUBLE.square),
  raised: fenced(DOUBLE.raising),
  'syntax-error': fenced('def double(n)\n'),
  'no-code': '',
  'timed-out': fenced('import time\ndef double(n):\n    time.sleep(600)\n'),
  'out-of-memory': fenced('def double(n):\n    return len([0] * 10**11)\n'),
  crashed: fenced('import os\ndef double(n):\n    os._exit(3)\n'),
};
const KINDS = [...Object.keys(ANSWERS), 'fault'];

function answerOf({ draw }: CompletionRequest) {
  const kind = draw.taskId.slice('Own/'.length);
  if (kind === 'fault') throw new ModelFault('unreachable', 'gone \u001b[2J');
  // Once is enough to wait.
  const told = kind === 'timed-out' && draw.repeat > 0 ? 'failed' : kind;
  return { text: ANSWERS[told] ?? '', usage: { promptTokens: 3, completionTokens: 4 } };
}

type Answer = (request: CompletionRequest) => ReturnType<typeof answerOf>;

/** Tasks `Own/KIND` with pipelines b and a, twice; the stub sandbox where it does not matter what is run. */
async function opened(kinds: readonly string[], answer: Answer = answerOf, isReal = false) {
  const tasks = kinds.map((kind) => doubleTask({ id: `Own/${kind}`, plusTests: 'assert double(9) == 18' }));
  const model = new KnownModel('m', answer);
  const benchmark = benchmarkOf(tasks);
  const own = isReal ? sandbox : new StubSandbox();
  const services: RunServices = { benchmark, model: () => model, sandbox: own, parallel: 2 };
  const pipelines = [pipelineOf('b', { stages: [] }), pipelineOf('a', { repair: 'none' })];
  const plan = await planRun({ pipelines, repeats: 2, seed: 1, timeoutSeconds: 4 }, services);
  return { plan, services };
}

function begun(store: RunStore, plan: Plan, services: RunServices, folder?: string): Promise<Run> {
  return Run.begin(plan, services.benchmark.tasks, { store, ...(folder !== undefined && { folder }) });
}

function keysOf({ pipelines, tasks, repeats }: Plan): string[] {
  return Array.from({ length: repeats }, (_, repeat) =>
    pipelines.flatMap(({ name }) => tasks.map(({ id }) => trialKey(name, id, repeat))),
  ).flat();
}

async function storedIn(store: RunStore, run: string): Promise<Trial[]> {
  const trials: Trial[] = [];
  for await (const trial of store.trials(run)) trials.push(trial);
  return trials;
}

describe('a measured run', () => {
  it('is read by another process as it was, whatever its trials showed, in the order of the plan', async () => {
    const path = join(folder, 'kinds.db');
    const ledger = new SqliteLedger(path);
    const { plan, services } = await opened(KINDS, answerOf, true);
    const run = await begun(ledger.runs, plan, services);
    const written = new Map<string, Trial>();
    const onEvent: MeasureOptions['onEvent'] = (event) => {
      if (event.kind === 'trial-ended') written.set(keyOfTrial(event.trial), event.trial);
    };
    const summary = await measureRun(run, services, { onEvent });
    const other = new SqliteLedger(path);
    const read = await storedIn(other.runs, run.id!);
    assert.deepEqual(read.map(keyOfTrial), keysOf(plan));
    assert.deepEqual(
      read,
      keysOf(plan).map((key) => written.get(key)),
    );
    const shown = read.flatMap(({ trace }) => trace.attempts.map(({ verdict }) => verdict?.kind));
    assert.deepEqual(new Set(shown), new Set(Object.keys(ANSWERS)));
    const [listed] = await other.runs.list();
    const passed = read.filter((trial) => outcomeOf(trial) === 'passed').length;
    assert.deepEqual(listed?.outcomes, { passed, fault: 4, 'not-passed': read.length - passed - 4 });
    assert.deepEqual([listed?.state, listed?.summary], ['complete', JSON.parse(JSON.stringify(summary))]);
    assert.deepEqual((await readRun(other.runs, 'last')).trials, read.map(factsOf));
    other.close();
    ledger.close();
  });

  it('that was aborted is summed up with the trials that an earlier start stored, and is a stopped one', async () => {
    const { runs } = new SqliteLedger(':memory:');
    const { plan, services } = await opened(['passed', 'failed']);
    const whole = await measureRun(await begun(runs, plan, services), services);
    const run = await begun(runs, plan, services, join(folder, 'stopped'));
    const controller = new AbortController();
    const onEvent: MeasureOptions['onEvent'] = ({ kind }) => {
      if (kind === 'trial-ended') controller.abort();
    };
    const summary = await measureRun(run, services, { onEvent }, controller.signal);
    assert.deepEqual(withoutSeconds({ ...summary, complete: true }), withoutSeconds(whole));
    assert.equal(summary.complete, false);
    assert.equal((await runs.list())[0]?.state, 'stopped');
    const rows = readFileSync(join(folder, 'stopped', 'traces.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    assert.deepEqual(
      rows.map((row) => JSON.parse(row)).map((row) => trialKey(row.pipeline, row.taskId, row.repeat)),
      keysOf(plan),
    );
  });

  it('that breaks keeps what was done, is a stopped one, and the error comes after that', async () => {
    const { runs } = new SqliteLedger(':memory:');
    const breaking: Answer = (request) => {
      if (request.draw.repeat > 0) throw new Refusal('no such model');
      return answerOf(request);
    };
    const { plan, services } = await opened(['passed'], breaking);
    const run = await begun(runs, plan, services);
    await assert.rejects(measureRun(run, services), { message: 'no such model' });
    const [listed] = await runs.list();
    assert.deepEqual([listed?.state, listed?.outcomes], ['stopped', { passed: 2 }]);
    assert.partialDeepStrictEqual(listed?.summary, { run: run.id, complete: false });
  });

  it('that another process takes over stops: no further model is asked, and nothing is overwritten', async () => {
    const { runs } = new SqliteLedger(':memory:');
    let calls = 0;
    let isTaken = false;
    const { plan, services } = await opened(['passed', 'failed', 'raised'], (request) => {
      calls += 1;
      return answerOf(request);
    });
    const run = await begun(runs, plan, services);
    const onEvent: MeasureOptions['onEvent'] = ({ kind }) => {
      if (kind !== 'trial-ended' || isTaken) return;
      isTaken = true;
      void begun(runs, plan, services);
    };
    await assert.rejects(measureRun(run, services, { onEvent }), {
      name: 'Refusal',
      message: /another process has taken over run/,
    });
    assert.ok(calls < keysOf(plan).length, `${calls} calls`);
    const asked = calls;
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(calls, asked);
    const [listed] = await runs.list();
    assert.deepEqual([listed?.state, listed?.summary], ['running', null]);
  });

  it('that was aborted is summed up though a trial of an earlier start cannot be read', {}, async () => {
    const { runs } = new SqliteLedger(':memory:');
    const { plan, services } = await opened(['passed']);
    const first = await begun(runs, plan, services);
    await measureRun(first, services);
    const damaged = (await storedIn(runs, first.id!)).at(-1)!;
    const writer = await runs.begin({ plan, prompts: [], keepTrials: true });
    await writer?.append(unreadable(damaged));
    const summary = await measureRun(await begun(runs, plan, services), services, {}, AbortSignal.abort());
    assert.equal(summary.complete, false);
    assert.equal((await runs.list())[0]?.state, 'stopped');
  });

  it('of which nothing can be stored is measured all the same', async () => {
    const ledger = new SqliteLedger(':memory:');
    ledger.close();
    const { plan, services } = await opened(['passed']);
    const summary = await measureRun(await begun(ledger.runs, plan, services), services);
    assert.deepEqual([summary.run, summary.complete, summary.pipelines[0]?.passed], [null, true, 2]);
  });
});

function withoutSeconds({ seconds: _, ...summary }: Summary) {
  return summary;
}
