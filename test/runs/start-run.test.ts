import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { Refusal } from '../../src/base/errors.ts';
import { type RunEvent, runEventSchema } from '../../src/runs/event.ts';
import { countTrials, type Plan } from '../../src/runs/plan.ts';
import { startRun } from '../../src/runs/start-run.ts';
import { type Trial, trialKey } from '../../src/runs/trial.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { openRandomRun, type RandomRun, randomRun } from './random-runs.ts';

const sandbox = await openSandbox(readSettings(), 2);
after(() => sandbox.close());

const RUNS = { numRuns: 30 };

async function eventsOf(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** The events of each trial, in order. */
function byTrial(events: readonly RunEvent[]): Map<string, RunEvent[]> {
  const trials = events.filter(({ kind }) => kind !== 'run-started' && kind !== 'run-ended');
  return Map.groupBy(trials, (event) => {
    if (event.kind === 'trial-ended') return placeOf(event.trial);
    return 'taskId' in event ? trialKey(event.pipeline, event.taskId, event.repeat) : '';
  });
}

function placeOf({ pipeline, trace }: Trial): string {
  return trialKey(pipeline, trace.taskId, trace.repeat);
}

function countOf(events: readonly RunEvent[], kind: RunEvent['kind']): number {
  return events.filter((event) => event.kind === kind).length;
}

/** Asserts what is true of the events of any run, and gives the trials that ended. */
function assertEvents(events: readonly RunEvent[], plan: Plan): Trial[] {
  for (const event of events) {
    assert.deepEqual(runEventSchema.parse(event), event);
    assert.deepEqual(JSON.parse(JSON.stringify(event)), event);
  }
  const [first, last] = [events[0], events.at(-1)];
  assert.ok(first?.kind === 'run-started' && last?.kind === 'run-ended');
  assert.deepEqual([first.plan, first.trials], [plan, countTrials(plan)]);
  assert.deepEqual([countOf(events, 'run-started'), countOf(events, 'run-ended')], [1, 1]);
  const trials = events.flatMap((event) => (event.kind === 'trial-ended' ? [event.trial] : []));
  assert.equal(last.trials, trials.length);
  assert.equal(last.state, trials.length === countTrials(plan) ? 'complete' : 'stopped');
  for (const own of byTrial(events).values()) assertTrialEvents(own);
  return trials;
}

function assertTrialEvents(events: readonly RunEvent[]): void {
  assert.equal(events[0]?.kind, 'trial-started');
  assert.equal(countOf(events, 'trial-started'), 1);
  const last = events.at(-1);
  assert.equal(countOf(events, 'trial-ended'), Number(last?.kind === 'trial-ended'));
  if (last?.kind === 'trial-ended') assertTold(events, last.trial);
}

/** The calls and attempts that were told are those of the trace. */
function assertTold(events: readonly RunEvent[], { trace }: Trial): void {
  const attempts = events.flatMap((event) => (event.kind === 'attempt' ? [event.attempt] : []));
  assert.deepEqual(attempts, trace.attempts);
  const asked = events.filter((event) => event.kind === 'call-started');
  const answered = events.filter((event) => event.kind === 'call-ended');
  assert.equal(answered.length, trace.cost.calls);
  // The call that broke was asked and not answered.
  assert.ok(asked.length === answered.length || (trace.fault !== null && asked.length === answered.length + 1));
  const kept = trace.attempts.flatMap(({ index, completions }) =>
    completions.map(({ seed: _, temperature: __, ...completion }) => ({ attempt: index, ...completion })),
  );
  const told = answered.map(({ role, model, attempt, completion }, index) => {
    assert.deepEqual([role, model, attempt], [asked[index]?.role, asked[index]?.model, asked[index]?.attempt]);
    return { attempt, ...completion, role, model, messages: asked[index]?.messages };
  });
  // What was answered before a fault that no attempt came of stands in no attempt.
  assert.deepEqual(trace.fault === null ? told : told.slice(0, kept.length), kept);
}

describe('the events of a run', () => {
  it('are plain JSON of their schema, and tell every trial whole', async () => {
    await fc.assert(
      fc.asyncProperty(randomRun, async (run) => {
        const { plan, services } = await openRandomRun(run);
        const trials = assertEvents(await eventsOf(startRun(plan, services)), plan);
        assert.equal(new Set(trials.map(placeOf)).size, countTrials(plan));
      }),
      RUNS,
    );
  });

  it('are the same with a real sandbox', async () => {
    const [run] = fc.sample(fc.record({ run: randomRun }), { numRuns: 1, seed: 7 });
    const { plan, services } = await openRandomRun({ ...run!.run, tasks: 2, repeats: 1 });
    const trials = assertEvents(await eventsOf(startRun(plan, { ...services, sandbox })), plan);
    assert.equal(trials.length, countTrials(plan));
  });

  it('tell of a text while it is written', async () => {
    const { plan, services } = await openRandomRun({ ...ONE, tasks: 1 }, ({ onText }) => {
      onText?.('def');
      onText?.('def double');
    });
    const events = await eventsOf(startRun(plan, services));
    assertEvents(events, plan);
    const told = events.filter((event) => event.kind === 'call-text');
    const [first, second, ...lines] = told.map(({ text, role, attempt }) => `${role} ${attempt} ${text}`);
    assert.deepEqual([first, second], ['generator 0 def', 'generator 0 def double']);
    // The scripted model tells of its answer line by line.
    assert.ok(lines.length > 1 && lines.every((line, index) => index === 0 || line.startsWith(lines[index - 1]!)));
  });

  it('end with a stopped run where it is aborted at any moment, and no model is asked any more', async () => {
    await fc.assert(
      fc.asyncProperty(randomRun, fc.nat(60), fc.boolean(), async (run, moment, isInCall) => {
        const controller = new AbortController();
        let [calls, late] = [0, 0];
        const { plan, services } = await openRandomRun(run, async (_, signal) => {
          if (controller.signal.aborted) late += 1;
          calls += 1;
          if (isInCall && calls === moment) controller.abort();
          await new Promise((resolve) => setImmediate(resolve));
          signal?.throwIfAborted();
        });
        const events: RunEvent[] = [];
        for await (const event of startRun(plan, services, controller.signal)) {
          events.push(event);
          if (!isInCall && events.length === moment) controller.abort();
        }
        assertEvents(events, plan);
        const asked = calls;
        await new Promise((resolve) => setTimeout(resolve, 1));
        assert.deepEqual([late, calls], [0, asked]);
      }),
      RUNS,
    );
  });

  it('are two where it was aborted before it began', async () => {
    const { plan, services } = await openRandomRun(ONE, () => assert.fail('asked'));
    const events = await eventsOf(startRun(plan, services, AbortSignal.abort()));
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['run-started', 'run-ended'],
    );
    assertEvents(events, plan);
  });

  it('end, and the error comes after them, where something breaks that is no fault of a trial', async () => {
    const { plan, services } = await openRandomRun({ ...ONE, tasks: 4, parallel: 1 }, ({ draw }) => {
      if (draw.taskId === 'Own/2') throw new Refusal('no such model');
    });
    const events: RunEvent[] = [];
    const running = async () => {
      for await (const event of startRun(plan, services)) events.push(event);
    };
    await assert.rejects(running(), { name: 'Refusal', message: 'no such model' });
    assert.equal(assertEvents(events, plan).length, 2);
  });

  it('are refused where the tasks are not those of the plan', async () => {
    const { plan, services } = await openRandomRun(ONE);
    const other = { ...plan, tasks: plan.tasks.map((task) => ({ ...task, hash: 'other' })) };
    await assert.rejects(eventsOf(startRun(other, services)), /the task Own\/0 has changed since this run was planned/);
  });
});

describe('who watches a run', () => {
  it('ends the work by leaving, or by an error of its own', async () => {
    await fc.assert(
      fc.asyncProperty(randomRun, fc.integer({ min: 1, max: 40 }), fc.boolean(), async (run, most, throws) => {
        let calls = 0;
        const underWay = new Set<AbortSignal | undefined>();
        const { plan, services } = await openRandomRun(run, async (_, signal) => {
          calls += 1;
          underWay.add(signal);
          await new Promise((resolve) => setImmediate(resolve));
          underWay.delete(signal);
        });
        let seen = 0;
        const watching = async () => {
          for await (const _ of startRun(plan, services)) {
            seen += 1;
            if (seen < most) continue;
            if (throws) throw new Error('enough');
            break;
          }
        };
        await watching().catch(({ message }) => assert.equal(message, 'enough'));
        assert.ok([...underWay].every((signal) => signal?.aborted));
        const asked = calls;
        await new Promise((resolve) => setTimeout(resolve, 2));
        assert.equal(calls, asked);
      }),
      RUNS,
    );
  });

  it('and is slow holds the trials back', async () => {
    const parallel = 8;
    const run = { ...ONE, tasks: 4, repeats: 100, parallel };
    let calls = 0;
    const { plan, services } = await openRandomRun(run, () => {
      calls += 1;
    });
    let [taken, ended, most] = [0, 0, 0];
    for await (const { kind } of startRun(plan, services)) {
      taken += 1;
      if (kind === 'trial-ended') ended += 1;
      if (taken % 100 !== 1) continue;
      await untilStill(() => calls);
      most = Math.max(most, calls - ended);
    }
    assert.equal(ended, countTrials(plan));
    assert.ok(most <= parallel, `${most} trials waited at most`);
  });
});

/** One pipeline without stages. */
const ONE: RandomRun = {
  ...{ seed: 1, tasks: 2, repeats: 1, parallel: 2, faults: 0 },
  pipelines: fc
    .sample(randomRun, { numRuns: 1, seed: 1 })[0]!
    .pipelines.slice(0, 1)
    .map((spec) => ({ ...spec, stages: [] })),
};

/** Waits until a number has stayed the same for a while. */
async function untilStill(read: () => number): Promise<void> {
  for (let [before, same] = [read(), 0]; same < 5; ) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    same = read() === before ? same + 1 : 0;
    before = read();
  }
}
