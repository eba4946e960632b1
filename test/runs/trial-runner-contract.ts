import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ModelFault, Refusal } from '../../src/base/errors.ts';
import type { CompletionRequest } from '../../src/models/model.ts';
import type { ScriptAnswer } from '../../src/models/scripted/scripted-model.ts';
import type { PipelineSpec } from '../../src/pipeline/pipeline-spec.ts';
import type { TrialEvent } from '../../src/runs/event.ts';
import { type PlannedTrial, trialsOf } from '../../src/runs/plan.ts';
import type { TrialRunner } from '../../src/runs/services.ts';
import { keyOfTrial, outcomeOf, type Trial } from '../../src/runs/trial.ts';
import { DOUBLE, doubleTask, fenced } from '../own-tasks.ts';
import { pipelineOf } from './own-experiment.ts';

/** Opens a runner whose models answer so, for these pipelines; it is closed after the test. */
export type OpenRunner = (
  t: TestContext,
  answer: ScriptAnswer,
  pipelines: readonly PipelineSpec[],
) => Promise<TrialRunner>;

const SETTINGS = { seed: 1, timeoutSeconds: 60 };
const tasks = ['a', 'b', 'c'].map((id) => doubleTask({ id: `Own/${id}` }));
const pipelines = [pipelineOf('p', { name: 'p' }), pipelineOf('p', { name: 'q' })];
const planned = trialsOf({ pipelines, tasks, repeats: 2 });

/** Right for one task, repaired for the next, wrong for the last; by all that decides an answer. */
const answer = ({ draw }: CompletionRequest) => {
  if (draw.taskId === 'Own/a') return fenced(DOUBLE.right);
  return fenced(draw.taskId === 'Own/b' && draw.attempt > 0 ? DOUBLE.right : DOUBLE.square);
};

/** What every TrialRunner promises. */
export function testTrialRunnerContract(name: string, open: OpenRunner, skip: string | false = false): void {
  const it = (what: string, body: (t: TestContext) => Promise<void>) => test(`${name}: ${what}`, { skip }, body);

  it('gives every trial once, begun before it ends, the same whatever their order', async (t) => {
    const runner = await open(t, answer, pipelines);
    const once = await eventsOf(runner, planned);
    assert.deepEqual(endedOf(once).map(outcomeOf).toSorted(), [
      ...Array(4).fill('not-passed'),
      ...Array(8).fill('passed'),
    ]);
    for (const [place, event] of once.entries()) {
      if (event.kind !== 'trial-ended') continue;
      const { pipeline, trace } = event.trial;
      const begun = once.findIndex(
        (other) =>
          other.kind === 'trial-started' &&
          other.pipeline === pipeline &&
          other.taskId === trace.taskId &&
          other.repeat === trace.repeat,
      );
      assert.ok(begun >= 0 && begun < place);
    }
    const other = await open(t, answer, pipelines);
    const reversed = await eventsOf(other, planned.toReversed());
    assert.deepEqual(byKey(endedOf(reversed)), byKey(endedOf(once)));
    assert.equal(byKey(endedOf(once)).length, planned.length);
  });

  it('pipelines that ask the same share the answer', async (t) => {
    let drafts = 0;
    const counting = (request: CompletionRequest) => {
      if (request.draw.role === 'generator') drafts += 1;
      return answer(request);
    };
    await eventsOf(await open(t, counting, pipelines), planned);
    assert.equal(drafts, planned.length / 2);
  });

  it('a model that breaks is the fault of that trial alone', async (t) => {
    const broken = (request: CompletionRequest) => {
      if (request.draw.taskId === 'Own/b') throw new ModelFault('bad-answer', 'no text in it');
      return answer(request);
    };
    const trials = endedOf(await eventsOf(await open(t, broken, pipelines), planned));
    const faults = trials.filter((trial) => outcomeOf(trial) === 'fault');
    assert.deepEqual([trials.length, faults.length], [12, 4]);
    assert.ok(faults.every(({ trace }) => trace.taskId === 'Own/b' && trace.fault?.message === 'no text in it'));
  });

  it('throws the refusal of a model', async (t) => {
    const refusing = () => {
      throw new Refusal('the recording has no such draw');
    };
    const runner = await open(t, refusing, pipelines);
    await assert.rejects(eventsOf(runner, planned), { name: 'Refusal', message: 'the recording has no such draw' });
  });

  it('aborted before, throws the reason and asks nothing', async (t) => {
    let asked = 0;
    const counting = (request: CompletionRequest) => {
      asked += 1;
      return answer(request);
    };
    const runner = await open(t, counting, pipelines);
    const reason = new Error('enough');
    await assert.rejects(eventsOf(runner, planned, { signal: AbortSignal.abort(reason) }), reason);
    await sleep(300);
    assert.equal(asked, 0);
  });

  it('aborted meanwhile, throws the reason, and what had ended was given', async (t) => {
    // A model that hangs is cut off in the end, so that a worker in this process can be drained.
    const { promise: cut, resolve } = Promise.withResolvers<string>();
    const hanging: ScriptAnswer = (request) => (request.draw.taskId === 'Own/c' ? cut : answer(request));
    t.after(() => resolve('pass'));
    const runner = await open(t, hanging, pipelines);
    const enough = new AbortController();
    const ended: Trial[] = [];
    const running = (async () => {
      for await (const event of runner.run(planned, SETTINGS, { signal: enough.signal })) {
        if (event.kind === 'trial-ended') ended.push(event.trial);
        if (ended.length === 2) enough.abort(new Error('enough'));
      }
    })();
    await assert.rejects(running, { message: 'enough' });
    assert.ok(ended.length >= 2);
    resolve('pass');
  });

  it('whoever takes no more ends it', async (t) => {
    let asked = 0;
    const slow = async (request: CompletionRequest) => {
      asked += 1;
      await sleep(20);
      return answer(request);
    };
    const many = trialsOf({ pipelines, tasks, repeats: 40 });
    const runner = await open(t, slow, pipelines);
    for await (const event of runner.run(many, SETTINGS, {})) if (event.kind === 'trial-ended') break;
    await sleep(300);
    const then = asked;
    await sleep(500);
    assert.equal(asked, then);
    assert.ok(asked < many.length / 2);
  });

  it('runs of the same trials at the same time get all of them', async (t) => {
    const runner = await open(t, answer, pipelines);
    const [one, other] = await Promise.all([eventsOf(runner, planned), eventsOf(runner, planned)]);
    assert.deepEqual(byKey(endedOf(one)), byKey(endedOf(other)));
    assert.equal(endedOf(one).length, planned.length);
  });

  it('grades as it is told', async (t) => {
    const runner = await open(t, answer, pipelines);
    const trials = endedOf(await eventsOf(runner, planned, { grading: 'none' }));
    assert.ok(trials.length === planned.length && trials.every(({ grades }) => grades.length === 0));
  });
}

async function eventsOf(
  runner: TrialRunner,
  trials: readonly PlannedTrial[],
  options: Parameters<TrialRunner['run']>[2] = {},
): Promise<TrialEvent[]> {
  const events: TrialEvent[] = [];
  for await (const event of runner.run(trials, SETTINGS, options)) events.push(event);
  return events;
}

function endedOf(events: readonly TrialEvent[]): Trial[] {
  return events.flatMap((event) => (event.kind === 'trial-ended' ? [event.trial] : []));
}

/** Trials by their key, without what is measured in seconds. */
export function byKey(trials: readonly Trial[]): [string, unknown][] {
  return trials
    .map((trial): [string, unknown] => [keyOfTrial(trial), withoutSeconds(trial)])
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
}

/** The same JSON without what differs from one process to the next: seconds, and the bytes that a program had. */
export function withoutSeconds(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner) => (/seconds|^peakBytes$/i.test(key) ? undefined : inner)));
}
