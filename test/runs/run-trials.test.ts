import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { ModelFault } from '../../src/base/errors.ts';
import type { CompletionRequest } from '../../src/models/model.ts';
import { trialsOf as plannedOf } from '../../src/runs/plan.ts';
import { outcomeOf, parseTrial } from '../../src/runs/trial.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { DOUBLE, doubleTask, fenced } from '../own-tasks.ts';
import { benchmarkOf, endedTrials, experimentOf, pipelineOf, trialsOf } from './own-experiment.ts';

const sandbox = await openSandbox(readSettings(), 2);
after(() => sandbox.close());

const [A, B] = [doubleTask({ id: 'Own/a' }), doubleTask({ id: 'Own/b' })];
const two = benchmarkOf([A, B]);
const one = benchmarkOf([A]);
const right = () => fenced(DOUBLE.right);

function deeper(depth: number): string {
  return `${deeper(depth + 1)}`;
}

describe('the trials of a plan', () => {
  it('goes repeat by repeat, pipeline by pipeline, task by task', () => {
    const plan = plannedOf({ pipelines: [pipelineOf('p'), pipelineOf('q')], tasks: two.tasks, repeats: 2 });
    assert.deepEqual(
      plan.map(({ repeat, spec, task }) => `${repeat} ${spec.name} ${task.prompt.id}`),
      ['0 p Own/a', '0 p Own/b', '0 q Own/a', '0 q Own/b', '1 p Own/a', '1 p Own/b', '1 q Own/a', '1 q Own/b'],
    );
  });
});

describe('runTrials', () => {
  it('gives every trial with its grade, and the seeds of its own repeat', async () => {
    const experiment = { benchmark: two, pipelines: [pipelineOf('p')], repeats: 2 };
    const trials = await trialsOf(experimentOf(sandbox, right, experiment));
    assert.deepEqual(trials.map(({ trace }) => `${trace.taskId} ${trace.repeat}`).sort(), [
      'Own/a 0',
      'Own/a 1',
      'Own/b 0',
      'Own/b 1',
    ]);
    assert.ok(trials.every((trial) => outcomeOf(trial) === 'passed' && trial.grades.length === 1));
    const seeds = trials.map(({ trace }) => trace.attempts[0]?.completions[0]?.seed);
    assert.equal(new Set(seeds).size, 4);
  });

  it('has as many trials in flight as it may, and not one more', async () => {
    for (const parallel of [1, 3]) {
      let [inFlight, most] = [0, 0];
      const answer = async () => {
        most = Math.max(most, ++inFlight);
        await new Promise((resolve) => setTimeout(resolve, 10));
        inFlight -= 1;
        return right();
      };
      const experiment = { benchmark: two, pipelines: [pipelineOf('p')], repeats: 3, parallel };
      await trialsOf(experimentOf(sandbox, answer, experiment));
      assert.equal(most, parallel);
    }
  });

  it('two pipelines with one generator share its seeds, so that they can share its draft', async () => {
    const pipelines = [pipelineOf('p', { stages: [] }), pipelineOf('q')];
    const seeds: number[] = [];
    const answer = ({ draw, sampling }: CompletionRequest) => {
      if (draw.role === 'generator') seeds.push(sampling.seed);
      return right();
    };
    await trialsOf(experimentOf(sandbox, answer, { benchmark: one, pipelines }));
    assert.equal(seeds.length, 2);
    assert.equal(seeds[0], seeds[1]);
  });

  it('counts a fault apart, with what was done before it, and never as not passed', async () => {
    const answer = ({ draw }: CompletionRequest) => {
      if (draw.taskId === 'Own/a' && draw.role === 'refiner') throw new ModelFault('timed-out', 'no answer in 5 s');
      return fenced(DOUBLE.square);
    };
    const trials = await trialsOf(experimentOf(sandbox, answer, { benchmark: two, pipelines: [pipelineOf('p')] }));
    const [a, b] = trials.toSorted((x, y) => x.trace.taskId.localeCompare(y.trace.taskId));
    assert.ok(a !== undefined && b !== undefined);
    assert.deepEqual([outcomeOf(a), outcomeOf(b)], ['fault', 'not-passed']);
    assert.deepEqual([a.trace.attempts.length, a.grades.length, a.trace.fault?.message], [1, 1, 'no answer in 5 s']);
  });

  it('counts a sandbox that breaks while grading as a fault', async () => {
    const broken = await openSandbox(readSettings(), 1);
    // Closed when the draft has been judged by the examples: the grading tests cannot be run any more.
    const closing: Sandbox = {
      run: async (request, signal) => {
        const verdict = await broken.run(request, signal);
        await broken.close();
        return verdict;
      },
      isolation: () => broken.isolation(),
      close: () => broken.close(),
    };
    const [trial] = await trialsOf(experimentOf(closing, right, { benchmark: one, pipelines: [pipelineOf('p')] }));
    assert.ok(trial !== undefined);
    assert.deepEqual([outcomeOf(trial), trial.trace.fault?.kind, trial.grades], ['fault', 'sandbox', []]);
    assert.equal(trial.trace.attempts[0]?.verdict?.kind, 'passed');
  });

  for (const [what, broken] of [
    ['a stack that is too deep', () => deeper(0)],
    ['a text that is too long', () => 'x'.repeat(2 ** 30)],
    ['no error at all', () => Promise.reject('x\n\u001b[2J')],
    ['a time that no run can keep', () => ({ text: right(), seconds: Number.NaN })],
    ['counts that no run can keep', () => ({ text: right(), usage: { promptTokens: 7.5, completionTokens: -1 } })],
  ] as const) {
    it(`counts ${what} as a fault of that trial, which asks to be reported, and keeps a run that can be read`, async () => {
      const answer = ({ draw }: CompletionRequest) => (draw.taskId === 'Own/a' ? broken() : right());
      const trials = await trialsOf(experimentOf(sandbox, answer, { benchmark: two, pipelines: [pipelineOf('p')] }));
      const [a, b] = trials.toSorted((x, y) => x.trace.taskId.localeCompare(y.trace.taskId));
      assert.ok(a !== undefined && b !== undefined);
      assert.deepEqual([outcomeOf(a), a.trace.fault?.kind, outcomeOf(b)], ['fault', 'internal', 'passed']);
      assert.match(a.trace.fault?.message ?? '', /^internal error: [^\p{Cc}]+; please report it, /u);
      assert.deepEqual(parseTrial(JSON.stringify(a)), a);
    });
  }

  it('ends with the reason of an abort, and keeps what had ended', async () => {
    const controller = new AbortController();
    const answer = ({ draw }: CompletionRequest) => {
      if (draw.repeat === 0) return right();
      controller.abort(new Error('enough'));
      return new Promise<string>(() => {});
    };
    const ended: string[] = [];
    const changes = {
      benchmark: one,
      pipelines: [pipelineOf('p')],
      repeats: 9,
      parallel: 1,
      signal: controller.signal,
    };
    const running = async () => {
      for await (const { trace } of endedTrials(experimentOf(sandbox, answer, changes)))
        ended.push(String(trace.repeat));
    };
    await assert.rejects(running(), { message: 'enough' });
    assert.deepEqual(ended, ['0']);
  });

  it('grades every attempt, and the last one counts', async () => {
    const answer = ({ draw }: CompletionRequest) => fenced(draw.attempt === 0 ? DOUBLE.right : DOUBLE.square);
    const stages = [{ iterations: 1, refiner: { model: 'scripted/p' }, from: 'last' as const }];
    const pipelines = [pipelineOf('p', { stop: 'never', stages })];
    const [trial] = await trialsOf(experimentOf(sandbox, answer, { benchmark: one, pipelines }));
    assert.deepEqual(
      trial?.grades.map(({ passed }) => passed),
      [true, false],
    );
    assert.ok(trial !== undefined && outcomeOf(trial) === 'not-passed');
  });
});
