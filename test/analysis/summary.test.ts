import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { type PipelineSummary, summarizePipeline } from '../../src/analysis/summary.ts';
import { ModelFault } from '../../src/base/errors.ts';
import type { CompletionRequest } from '../../src/models/model.ts';
import type { PipelineInput } from '../../src/pipeline/pipeline-spec.ts';
import { summarizeBenchmark, summarizePreflight } from '../../src/runs/benchmark-summary.ts';
import type { Trial } from '../../src/runs/trial.ts';
import { factsOf } from '../../src/runs/trial-facts.ts';
import { shareInterval } from '../../src/statistics/interval.ts';
import type { Task } from '../../src/tasks/task.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { DOUBLE, doubleTask, fenced } from '../own-tasks.ts';
import { benchmarkOf, experimentOf, factsOfTrials, pipelineOf } from '../runs/own-experiment.ts';

const sandbox = await openSandbox(readSettings(), 2);
after(() => sandbox.close());

const SOLO: Partial<PipelineInput> = { stages: [] };

/** The summary of one pipeline whose answers are made of the draw. */
async function summarize(
  tasks: readonly Task[],
  repeats: number,
  answer: (draw: CompletionRequest['draw']) => string,
  changes: Partial<PipelineInput> = SOLO,
): Promise<PipelineSummary> {
  const spec = pipelineOf('p', changes);
  const usage = { promptTokens: 10, completionTokens: 3 };
  const script = ({ draw }: CompletionRequest) => ({ text: answer(draw), usage, seconds: 2 });
  const experiment = experimentOf(sandbox, script, { benchmark: benchmarkOf(tasks), pipelines: [spec], repeats });
  return summarizePipeline(spec, await factsOfTrials(experiment), { repeats, tasks: tasks.length });
}

const [A, B, C] = ['a', 'b', 'c'].map((name) => doubleTask({ id: `Own/${name}` })) as [Task, Task, Task];

describe('summarizePipeline', () => {
  it('adds up to its trials: passed, not passed and faults', async () => {
    const summary = await summarize([A, B, C], 2, ({ taskId, repeat }) => {
      if (taskId === 'Own/c') throw new ModelFault('unreachable', `no answer in repeat ${repeat}`);
      return fenced(taskId === 'Own/a' ? DOUBLE.right : DOUBLE.square);
    });
    const notPassed = summary.trials - summary.passed - summary.faults;
    assert.deepEqual([summary.trials, summary.passed, notPassed, summary.faults], [6, 2, 2, 2]);
    // A fault counts in no rate: one of the two tasks that were measured is solved.
    assert.deepEqual([summary.counted, summary.passShare, summary.passRate], [4, 0.5, shareInterval([1, 0])]);
    assert.deepEqual(summary.stopReasons, { passed: 2, 'iterations-spent': 2, fault: 2 });
    assert.deepEqual(summary.faultMessages, { 'no answer in repeat 0': 1, 'no answer in repeat 1': 1 });
  });

  it('counts what outgrew the context as no pass, and every other fault not at all', async () => {
    const summary = await summarize([A, B, C], 1, ({ taskId }) => {
      if (taskId === 'Own/b') throw new ModelFault('context-overflow', 'too long');
      if (taskId === 'Own/c') throw new ModelFault('refused', 'no');
      return fenced(DOUBLE.right);
    });
    assert.deepEqual([summary.trials, summary.faults, summary.counted, summary.passShare], [3, 2, 2, 0.5]);
  });

  it('counts solved tasks by repeat, with mean and sample standard deviation', async () => {
    // Solved in repeats 0, 1, 2: 3, 2, 1 tasks. Mean 2; squared deviations 1 + 0 + 1 = 2; sd = sqrt(2 / (3 - 1)) = 1.
    const summary = await summarize([A, B, C], 3, ({ taskId, repeat }) => {
      const solved = ['Own/a', 'Own/b', 'Own/c'].slice(0, 3 - repeat);
      return fenced(solved.includes(taskId) ? DOUBLE.right : DOUBLE.next);
    });
    assert.deepEqual(summary.solved, { perRepeat: [3, 2, 1], mean: 2, sd: 1 });
    // Shares of the tasks 1, 2/3 and 1/3, not of the repeats: the task is what may be drawn again.
    assert.deepEqual(summary.passRate, shareInterval([1, 2 / 3, 1 / 3]));
    const once = await summarize([A], 1, () => fenced(DOUBLE.right));
    assert.deepEqual(once.solved, { perRepeat: [1], mean: 1, sd: null });
    assert.equal(once.passRate, null);
  });

  it('adds up attempts, calls, tokens and seconds', async () => {
    const analyzed = { analyzer: { model: 'scripted/p' }, refiner: { model: 'scripted/p' }, iterations: 1 };
    const summary = await summarize(
      [A, B],
      1,
      ({ role, taskId }) =>
        role === 'analyzer' ? 'Use 2 * n.' : fenced(taskId === 'Own/a' ? DOUBLE.right : DOUBLE.next),
      { stages: [analyzed] },
    );
    // Own/a: 1 attempt, 1 call. Own/b: 2 attempts, 3 calls. 4 calls of 10 + 3 tokens and 2 seconds.
    assert.deepEqual([summary.attempts, summary.calls, summary.tokens], [3, 4, { prompt: 40, completion: 12 }]);
    assert.ok(summary.seconds >= 8);
  });

  it('counts trials that pass what they saw and fail what they did not see', async () => {
    const programs = { 'Own/a': DOUBLE.fitted, 'Own/b': DOUBLE.right, 'Own/c': DOUBLE.square };
    const answer = ({ taskId }: { taskId: string }) => fenced(programs[taskId as keyof typeof programs]);
    const summary = await summarize([A, B, C], 1, answer);
    assert.deepEqual([summary.passed, summary.falsePasses, summary.unchecked], [1, 1, 0]);
  });

  it('does not call it a false pass where nothing was checked, and counts those trials', async () => {
    const task = doubleTask({ examples: [] });
    const summary = await summarize([task, A], 1, () => fenced(DOUBLE.next));
    assert.deepEqual([summary.passed, summary.falsePasses, summary.unchecked], [0, 0, 1]);
  });

  it('tells base passes from plus passes, without trials that a fault ended', async () => {
    const plusTests = 'def check(candidate):\n    assert candidate(-7) == -14\n';
    const tests = 'def check(candidate):\n    assert candidate(2) == 4\n';
    const tasks = ['a', 'b', 'c'].map((name) => doubleTask({ id: `Own/${name}`, tests, plusTests }));
    const summary = await summarize(
      tasks,
      1,
      ({ taskId, role }) => {
        if (role === 'refiner') throw new ModelFault('unreachable', 'no answer');
        return fenced(taskId === 'Own/a' ? DOUBLE.right : taskId === 'Own/b' ? DOUBLE.fitted : DOUBLE.square);
      },
      {},
    );
    // a passes both; b passes its examples and base, not plus; c passes base but fails an example, and then its refiner breaks.
    assert.deepEqual([summary.passed, summary.basePassed, summary.faults], [1, 2, 1]);
    assert.equal((await summarize([A], 1, () => fenced(DOUBLE.right))).basePassed, null);
  });

  it('says of each repair how often it was applied, and what it gained and lost', async () => {
    // a: the name is repaired, and passes only so. b: the name is repaired, and is wrong all the same.
    // c: a missing import is repaired, which the code gets along without.
    const programs = {
      'Own/a': 'def twice(n):\n    return 2 * n\n',
      'Own/b': 'def square(n):\n    return n * n\n',
      'Own/c': 'def double(n):\n    try:\n        return floor(2 * n)\n    except NameError:\n        return n + n\n',
    };
    const answer = ({ taskId }: { taskId: string }) => fenced(programs[taskId as keyof typeof programs]);
    const summary = await summarize([A, B, C], 1, answer);
    assert.deepEqual(summary.repairs, {
      'entry-point': { applied: 2, gained: 1, lost: 0 },
      imports: { applied: 1, gained: 0, lost: 0 },
    });
    const none = await summarize([A, B, C], 1, answer, { ...SOLO, repair: 'none' });
    assert.deepEqual([none.repairs, none.passed, summary.passed], [{}, 1, 2]);
  });

  it('counts a repair that spoils a pass as lost', () => {
    const trial = {
      pipeline: 'p',
      trace: emptyTrace(),
      grades: [],
      repairEffects: [{ name: 'layout', effect: 'lost' }],
    };
    const summary = summarizePipeline(pipelineOf('p'), [factsOf(trial as Trial)], { repeats: 1, tasks: 1 });
    assert.deepEqual(summary.repairs, { layout: { applied: 1, gained: 0, lost: 1 } });
  });

  it('looks at its own trials alone', async () => {
    const specs = [pipelineOf('p', SOLO), pipelineOf('q', SOLO)];
    const answer = () => fenced(DOUBLE.right);
    const trials = await factsOfTrials(
      experimentOf(sandbox, answer, { benchmark: benchmarkOf([A, B]), pipelines: specs }),
    );
    assert.deepEqual(
      specs.map((spec) => summarizePipeline(spec, trials, { repeats: 1, tasks: 1 }).trials),
      [2, 2],
    );
  });

  it('of no trial is no division by zero', () => {
    const { solved, trials, basePassed } = summarizePipeline(pipelineOf('p'), [], { repeats: 0, tasks: 0 });
    assert.deepEqual([solved, trials, basePassed], [{ perRepeat: [], mean: null, sd: null }, 0, null]);
  });
});

function emptyTrace() {
  const cost = { calls: 0, promptTokens: 0, completionTokens: 0, seconds: 0 };
  return {
    taskId: 'Own/a',
    repeat: 0,
    attempts: [],
    agreement: null,
    unused: [],
    stopReason: 'passed',
    checked: 'tests',
    cost,
    fault: null,
  };
}

describe('summarizeBenchmark', () => {
  it('counts hidden tests, and does not where one task cannot be counted', () => {
    assert.deepEqual(summarizeBenchmark(benchmarkOf([A, B])), { name: 'own', tasks: 2, sha256: '0', hiddenTests: 2 });
    const unknown = doubleTask({ hiddenTests: null });
    assert.equal(summarizeBenchmark(benchmarkOf([A, unknown])).hiddenTests, null);
  });
});

describe('summarizePreflight', () => {
  it('records that it was skipped', () => {
    const leftOut = [{ taskId: 'Own/x', reason: 'its tests check nothing' }];
    const skipped = { skipped: true, tasks: 5, passed: 0, failed: 0, leftOut, wrongExamples: [] };
    assert.deepEqual(summarizePreflight(null, 5, leftOut), skipped);
  });
});
