import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { difference, meanOf, meansByTask } from '../../bench/starter/analysis/by-task.ts';
import { findingOf } from '../../bench/starter/analysis/claims.ts';
import { fixesByTask } from '../../bench/starter/analysis/fixes.ts';
import { netValue } from '../../bench/starter/analysis/iterations.ts';
import { isFailedDraft, isRuntimeError, isWrongValue, solvedAfter } from '../../bench/starter/analysis/outcomes.ts';
import { type Cases, rateDifference, rateOf } from '../../bench/starter/analysis/rates.ts';
import { rolesOf } from '../../bench/starter/analysis/roles.ts';
import { runsOf } from '../../bench/starter/analysis/runs.ts';
import { measure } from '../../bench/starter/measure.ts';
import { MeasurementFolder } from '../../bench/starter/measurement-folder.ts';
import { type Pair, type Part, partName } from '../../bench/starter/parts.ts';
import { openServices, runParts } from '../../bench/starter/share.ts';
import type { TrialRow } from '../../bench/starter/trial-row.ts';
import { RewordingModel, rewordedText } from '../../bench/starter/wordings.ts';
import { writeReport } from '../../bench/starter/write-report.ts';
import type { CompletionRequest } from '../../src/models/model.ts';
import { ScriptedModel } from '../../src/models/scripted/scripted-model.ts';
import { generatorMessages, refinerMessages } from '../../src/pipeline/prompts.ts';
import { loadBenchmark } from '../../src/tasks/catalog.ts';
import type { TaskPrompt } from '../../src/tasks/task.ts';
import { dataPlaces } from '../../src/wiring/places.ts';
import { readSettings } from '../../src/wiring/settings.ts';

/** Student's 97.5 % quantile with one degree of freedom. */
const T1 = Math.tan(0.475 * Math.PI);

/** A trial by its attempts: `ok` passes everything, `false` only what it saw, another word is the error that the examples showed. */
function trial(task: string, repeat: number, words: string): TrialRow {
  const attempts = words.split(' ').map((word) => ({
    code: word,
    seen: { error: word === 'ok' || word === 'false' ? null : word },
    passed: word === 'ok',
    tokens: 10,
    seconds: 0,
  }));
  return { task, repeat, fault: null, attempts };
}

function assertNear(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  for (const [index, value] of expected.entries()) {
    assert.ok(Math.abs((actual[index] ?? Number.NaN) - value) < 1e-9, `${actual} is not ${expected}`);
  }
}

function limits(interval: { mean: number; low: number; high: number } | null): number[] {
  return interval === null ? [] : [interval.mean, interval.low, interval.high];
}

test('a trial keeps its last answer: solved after more repairs than it needed', () => {
  const row = trial('a', 0, 'NameError AssertionError ok');
  assert.deepEqual(
    [0, 1, 2, 3].map((repairs) => solvedAfter(repairs)(row)),
    [0, 0, 1, 1],
  );
  assert.equal(solvedAfter(3)({ ...row, fault: 'the sandbox broke' }), 0);
  assert.equal(solvedAfter(1)(trial('a', 0, 'false')), 0);
  assert.ok(isRuntimeError(row) && isFailedDraft(row) && !isWrongValue(row));
  assert.ok(!isRuntimeError(trial('a', 0, 'SyntaxError')) && !isFailedDraft(trial('a', 0, 'false')));
});

test('paired differences are of task means: 1 and 0.5 less 0.5 and 0.5', () => {
  const first = [trial('a', 0, 'ok'), trial('a', 1, 'ok'), trial('b', 0, 'ok'), trial('b', 1, 'false')];
  const second = [trial('b', 0, 'false'), trial('b', 1, 'ok'), trial('a', 0, 'ok'), trial('a', 1, 'false')];
  const [ours, theirs] = [first, second].map((rows) => meansByTask(rows, solvedAfter(0)));
  // Differences 0.5 and 0: mean 0.25, standard error 0.25.
  assertNear(limits(meanOf(difference(ours!, theirs!))), [0.25, 0.25 - T1 * 0.25, 0.25 + T1 * 0.25]);
  assert.throws(() => difference(ours!, meansByTask(first.slice(0, 2), solvedAfter(0))), /same tasks/);
});

test('fix rates count failed drafts alone, and tasks without any do not narrow the interval', () => {
  const rows = [
    trial('a', 0, 'AssertionError ok'),
    trial('a', 1, 'AssertionError AssertionError ok'),
    trial('b', 0, 'AssertionError AssertionError'),
    trial('b', 1, 'ok'),
    trial('c', 0, 'NameError ok'),
  ];
  const first = rateOf(fixesByTask(rows, isWrongValue, 1));
  assert.deepEqual([first.hits, first.of, first.tasks], [1, 3, 2]);
  assertNear([first.share?.mean ?? 0], [1 / 3]);
  assert.equal(rateOf(fixesByTask(rows, isWrongValue, 3)).hits, 2);
  assert.deepEqual(rateOf(fixesByTask([trial('a', 0, 'ok')], isFailedDraft, 1)), {
    of: 0,
    hits: 0,
    tasks: 0,
    share: null,
  });
});

test('the difference of two ratios is that of their linearized values', () => {
  const cases = (...values: Cases[]) => new Map(values.map((value, index) => [String(index), value]));
  const first = cases({ of: 3, hits: 3 }, { of: 1, hits: 0 });
  const second = cases({ of: 3, hits: 0 }, { of: 1, hits: 1 });
  // Values 1.125 and 0.375 around 3/4, less -0.125 and 0.625 around 1/4: 1.25 and -0.25, mean 0.5, standard error 0.75.
  assertNear(limits(rateDifference(first, second)), [0.5, 0.5 - T1 * 0.75, 0.5 + T1 * 0.75]);
  assert.equal(rateDifference(first, cases({ of: 0, hits: 0 }, { of: 0, hits: 0 })), null);
});

test('the net value of a forced trial is its first pass less its regressions', () => {
  const rows = ['E ok E ok', 'ok E E ok', 'ok ok ok ok', 'E E ok E'].map((words) => trial('a', 0, words));
  assert.deepEqual(rows.map(netValue), [0, -1, 0, 0]);
});

test('single runs are counted over all tasks', () => {
  const rows = [trial('a', 1, 'ok'), trial('b', 1, 'E ok'), trial('a', 0, 'ok'), trial('b', 0, 'E E')];
  const { perRun, mean, best, worst, deviation } = runsOf(rows, 3);
  assert.deepEqual([perRun, mean, best, worst], [[1, 2], 1.5, 2, 1]);
  assertNear([deviation ?? 0], [Math.SQRT1_2]);
});

test('roles: here the refiner decides all', () => {
  const solved: Record<string, string> = { 'x-x': 'E E', 'y-x': 'E E', 'x-y': 'E ok', 'y-y': 'ok' };
  const rows = (_: string, { generator, refiner }: Pair) =>
    ['a', 'b'].map((task) => trial(task, 0, solved[`${generator}-${refiner}`] ?? ''));
  const roles = rolesOf(rows, ['y', 'x']);
  assert.deepEqual(
    roles?.refiners.map(({ model }) => model),
    ['x', 'y'],
  );
  assert.deepEqual([roles?.refinerRange?.mean, roles?.generatorRange?.mean, roles?.difference?.mean], [1, 0, 1]);
  assert.equal(rolesOf(rows, ['x']), null);
});

test('a claim holds where its whole interval is above zero', () => {
  const of = (low: number, high: number) => findingOf({ mean: (low + high) / 2, low, high });
  assert.deepEqual([of(1, 2), of(-1, 1), of(-2, -1)], ['confirmed', 'not confirmed', 'the other way round']);
});

const prompt: TaskPrompt = {
  id: 't',
  text: 'def f(x):\n    """Add one."""\n',
  form: 'signature',
  entryPoint: 'f',
  context: '',
  examples: [],
};
const failed = { code: 'def f(x):\n    """```"""\n    return x\n', feedback: 'f(1) returned 1\n\nexpected 2' };
const [, full] = refinerMessages(prompt, failed, null, 'default');

test('wordings leave out what they say, in the words of the library', () => {
  const text = full?.content ?? '';
  const [, unrun] = refinerMessages(prompt, { ...failed, feedback: null }, null, 'default');
  assert.equal(rewordedText(text, 'full'), text);
  assert.equal(rewordedText(text, 'no-error'), unrun?.content);
  const codeless = rewordedText(text, 'no-code');
  assert.ok(!codeless.includes('return x') && codeless.includes('\n\nWhat a run of it showed:\n\nf(1) returned 1'));
});

test('a fresh draft is asked for as any other, and drafts are never reworded', async () => {
  const asked: CompletionRequest[] = [];
  const model = new ScriptedModel('m', (request) => {
    asked.push(request);
    return 'answer';
  });
  const reworded = new RewordingModel(model, 'neither', new Map([[prompt.id, prompt]]));
  const draw = { taskId: 't', repeat: 0, role: 'refiner', attempt: 1, place: 1, places: 2 } as const;
  const sampling = { temperature: 0.8, maxTokens: 8, seed: 1 };
  const messages = refinerMessages(prompt, failed, null, 'default');
  await reworded.complete({ messages, sampling, draw });
  await reworded.complete({ messages, sampling, draw: { ...draw, role: 'generator' } });
  assert.deepEqual(asked[0]?.messages, generatorMessages(prompt, 'default'));
  assert.deepEqual(asked[1]?.messages, messages);
});

test('the smallest model is measured on four tasks, and what is there is not run again', async () => {
  const out = mkdtempSync(join(tmpdir(), 'greenloop-measure-'));
  const { tasks, sha256 } = await loadBenchmark('starter', dataPlaces(readSettings()));
  const ids = tasks.slice(0, 4).map(({ prompt }) => prompt.id);
  const benchmark = { name: 'starter', sha256, tasks: ids };
  const folder = MeasurementFolder.begin(out, { benchmark, models: ['xs'], files: [], repeats: 1, seed: 0, jobs: 1 });
  const services = await openServices(folder, 0);
  const ran: string[] = [];
  const runner = {
    run: (parts: readonly Part[]) =>
      runParts(parts, { folder, job: 0, services, onPart: (part) => ran.push(partName(part)) }),
  };
  try {
    await measure(folder, runner);
    const report = writeReport(folder);
    assert.equal(ran.length, 10);
    assert.match(report, /^xs: 4 tasks of starter x 1, seed 0; faults: 0; drafts that differ between pairs: 0\n/);
    for (const title of ['Pairs', 'Claims', 'values against', 'Ablation', 'Forced', 'Text only', 'Pilot'])
      assert.ok(report.includes(`## ${title}`), `${title}: ${report}`);
    await measure(folder, runner);
    assert.equal(ran.length, 10);
    assert.equal(writeReport(MeasurementFolder.open(out)), report);
    const other = MeasurementFolder.begin(out, { ...folder.plan, seed: 1 });
    assert.doesNotMatch(writeReport(other), /##/);
  } finally {
    await services.sandbox.close();
    rmSync(out, { recursive: true });
  }
});
