import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { type Analysis, analyzeRun } from '../../src/analysis/analyze-run.ts';
import { measureRun } from '../../src/analysis/measure-run.ts';
import type { PipelineSummary, Summary } from '../../src/analysis/summary.ts';
import { ModelFault } from '../../src/base/errors.ts';
import { readRun } from '../../src/runs/read-run.ts';
import { readRunFolder } from '../../src/runs/read-run-folder.ts';
import { Run } from '../../src/runs/run.ts';
import type { RunListing, TrialRow } from '../../src/runs/run-store.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { DOUBLE, fenced } from '../own-tasks.ts';
import { pipelineOf } from '../runs/own-experiment.ts';
import { type OnCall, openRandomRun, type RandomRun, randomRun } from '../runs/random-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-faces-'));
after(() => rmSync(folder, { recursive: true }));

/** A run as each face of greenloop shows it. */
interface Faces {
  /** As `bench --json` prints it. */
  readonly bench: Summary;
  /** As `analyze --json` prints it, of the ledger and of the folder. */
  readonly ledger: Analysis;
  readonly folder: Analysis;
  /** As `runs` lists it. */
  readonly listed: RunListing;
  readonly rows: readonly TrialRow[];
}

let made = 0;

/** Measures a run, aborted after so many events, into a ledger and a folder, and reads these. */
async function facesOf(run: RandomRun, moment = Number.POSITIVE_INFINITY, onCall?: OnCall): Promise<Faces> {
  made += 1;
  const path = join(folder, String(made));
  const { plan, services } = await openRandomRun(run, onCall);
  const ledger = new SqliteLedger(':memory:');
  const store = ledger.runs;
  const begun = await Run.begin(plan, services.benchmark.tasks, { store, folder: path });
  const controller = new AbortController();
  let events = 0;
  const summary = await measureRun(
    begun,
    services,
    {
      onEvent: () => {
        events += 1;
        if (events === moment) controller.abort();
      },
    },
    controller.signal,
  );
  const faces = {
    bench: printed(summary),
    ledger: printed(analyzeRun(await readRun(store, 'last'))),
    folder: printed(analyzeRun(readRunFolder(path))),
    listed: (await store.list())[0]!,
    rows: (await store.page(begun.id!)).rows,
  };
  ledger.close();
  rmSync(path, { recursive: true });
  return faces;
}

function printed<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}

function assertOneRun({ bench, ledger, folder: files, listed, rows }: Faces): void {
  assert.deepEqual(files, ledger);
  assert.deepEqual(listed.summary, bench);
  const { benchmark, repeats, seed, complete } = bench;
  assert.deepEqual(ledger.run, { benchmark, repeats, seed, complete });
  assert.equal(listed.state, complete ? 'complete' : 'stopped');
  for (const [index, pipeline] of bench.pipelines.entries()) {
    assertOnePipeline(pipeline, ledger, index);
    assertRows(
      pipeline,
      rows.filter((row) => row.pipeline === pipeline.name),
    );
  }
  const { passed = 0, fault = 0, 'not-passed': notPassed = 0 } = listed.outcomes;
  const sum = (value: (pipeline: PipelineSummary) => number) => bench.pipelines.map(value).reduce((a, b) => a + b, 0);
  assert.equal(
    passed,
    sum((pipeline) => pipeline.passed),
  );
  assert.equal(
    fault,
    sum((pipeline) => pipeline.faults),
  );
  assert.equal(
    passed + fault + notPassed,
    sum((pipeline) => pipeline.trials),
  );
}

/** What the summary and the analysis say of one pipeline is the same. */
function assertOnePipeline(pipeline: PipelineSummary, { results, costs, repairs }: Analysis, index: number): void {
  const result = results[index]!;
  const [first] = result.passAtK;
  assert.deepEqual(
    [result.pipeline, result.trials, result.faults, result.unchecked, result.falsePasses.hits, result.solved],
    [pipeline.name, pipeline.trials, pipeline.faults, pipeline.unchecked, pipeline.falsePasses, pipeline.solved],
  );
  assert.equal(result.trials - result.faults + result.overflows, pipeline.counted);
  assert.equal(first?.mean ?? null, pipeline.passShare);
  assert.deepEqual(first?.interval ?? null, pipeline.passRate);
  const cost = costs.find(({ pipeline: name }) => name === pipeline.name);
  assert.equal(cost === undefined, pipeline.trials === 0);
  if (cost === undefined) return;
  assert.equal(cost.solved, pipeline.passed);
  assert.equal(cost.share, pipeline.passShare);
  const { prompt, completion } = pipeline.tokens;
  const perSolved = (total: number) => (pipeline.passed === 0 ? null : total / pipeline.passed);
  assert.equal(cost.seconds.perSolved, perSolved(pipeline.seconds));
  assert.equal(cost.calls.perSolved, perSolved(pipeline.calls));
  if (cost.tokens !== null) assert.equal(cost.tokens.perSolved, perSolved(prompt + completion));
  for (const { repair, applied, gained, lost } of repairs.filter((own) => own.pipeline === pipeline.name)) {
    assert.deepEqual(pipeline.repairs[repair], { applied, gained, lost });
  }
}

/** What the list of trials comes to is what the summary says. */
function assertRows(pipeline: PipelineSummary, rows: readonly TrialRow[]): void {
  const ofOutcome = (outcome: TrialRow['outcome']) => rows.filter((row) => row.outcome === outcome).length;
  assert.deepEqual(
    [rows.length, ofOutcome('passed'), ofOutcome('fault')],
    [pipeline.trials, pipeline.passed, pipeline.faults],
  );
  const sum = (value: (row: TrialRow) => number) => rows.map(value).reduce((a, b) => a + b, 0);
  assert.equal(
    sum(({ tokens }) => tokens),
    pipeline.tokens.prompt + pipeline.tokens.completion,
  );
  assertNear(
    sum(({ seconds }) => seconds),
    pipeline.seconds,
  );
  const isCounted = ({ outcome, error }: TrialRow) => outcome !== 'fault' || error === 'model: context-overflow';
  assert.equal(rows.filter(isCounted).length, pipeline.counted);
}

function assertNear(actual: number | null, expected: number | null): void {
  const isNear =
    actual === null || expected === null
      ? actual === expected
      : Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
  assert.ok(isNear, `${actual} instead of ${expected}`);
}

describe('a run has the same numbers in every face', () => {
  it('whatever its trials showed', async () => {
    await fc.assert(
      fc.asyncProperty(randomRun, async (run) => assertOneRun(await facesOf(run))),
      { numRuns: 20 },
    );
  });

  it('with trials missing, as it was aborted', async () => {
    await fc.assert(
      fc.asyncProperty(randomRun, fc.integer({ min: 1, max: 80 }), async (run, moment) => {
        assertOneRun(await facesOf(run, moment));
      }),
      { numRuns: 20 },
    );
  });
});

describe('two passes and a fault', () => {
  const right: RandomRun = {
    ...{ seed: 0, repeats: 1, tasks: 3, parallel: 1, faults: 0 },
    pipelines: [pipelineOf('p', { feedback: { source: 'none' }, stages: [] })],
  };
  const breaking =
    (reason: 'unreachable' | 'context-overflow') =>
    (isBroken: (taskId: string, repeat: number) => boolean): OnCall =>
    ({ draw }) => {
      if (isBroken(draw.taskId, draw.repeat)) throw new ModelFault(reason, 'gone');
      return fenced(DOUBLE.right);
    };

  for (const [what, changes, isBroken] of [
    ['of three tasks', { tasks: 3, repeats: 1 }, (taskId: string) => taskId === 'Own/1'],
    ['of one task', { tasks: 1, repeats: 3 }, (_: string, repeat: number) => repeat === 2],
  ] as const) {
    it(`${what} are 100 %, in every face`, async () => {
      const faces = await facesOf({ ...right, ...changes }, undefined, breaking('unreachable')(isBroken));
      assertOneRun(faces);
      const { trials, passed, faults, counted, passShare } = faces.bench.pipelines[0]!;
      assert.deepEqual([trials, passed, faults, counted, passShare], [3, 2, 1, 2, 1]);
      assert.equal(faces.ledger.results[0]?.passAtK[0]?.mean, 1);
      assert.equal(faces.ledger.costs[0]?.share, 1);
    });

    it(`${what} are two of three where the fault is a conversation that outgrew the context`, async () => {
      const faces = await facesOf({ ...right, ...changes }, undefined, breaking('context-overflow')(isBroken));
      assertOneRun(faces);
      const { trials, passed, faults, counted, passShare } = faces.bench.pipelines[0]!;
      assert.deepEqual([trials, passed, faults, counted], [3, 2, 1, 3]);
      assertNear(passShare, 2 / 3);
      assertNear(faces.ledger.results[0]?.passAtK[0]?.mean ?? null, 2 / 3);
      assertNear(faces.ledger.costs[0]?.share ?? null, 2 / 3);
    });
  }
});
