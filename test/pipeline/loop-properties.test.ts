import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ModelFault } from '../../src/base/errors.ts';
import type { CompletionRequest, Model } from '../../src/models/model.ts';
import { reportOf } from '../../src/pipeline/agreement/behaviour-program.ts';
import type { LoopEvent } from '../../src/pipeline/loop-event.ts';
import { mostCalls, type PipelineInput, parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import { runPipeline } from '../../src/pipeline/run-pipeline.ts';
import { chosenAttempt, type Trace, traceSchema } from '../../src/pipeline/trace.ts';
import type { RunRequest, Sandbox } from '../../src/sandbox/sandbox.ts';
import { UNMEASURED, type Verdict } from '../../src/sandbox/verdict.ts';
import { doubleTask } from '../own-tasks.ts';

const { prompt } = doubleTask();
const MODELS = ['scripted/a', 'scripted/b', 'scripted/c'] as const;
/** What an answer's number of passed checks is, in its own text: `return 2` passes two of three. */
const CHECKS = 3;

/** Passes as many checks as the code says; runs on inputs that compare drafts give what it returns. */
const sandbox: Sandbox = {
  run: async ({ code, tests }: RunRequest): Promise<Verdict> => {
    const measured = { ...UNMEASURED, testedBy: 'judge', seconds: 0.5 } as const;
    const passed = Number(/return (\d)/.exec(code)?.[1] ?? 0);
    const isObserved = tests !== null && 'onlyJudged' in tests;
    const asked = isObserved ? Array.from({ length: 50 }, (_, probe) => check(reportOf(probe), `'${passed}'`)) : [];
    const counts = { checksPassed: passed, checksFailed: CHECKS - passed, checks: asked };
    if (code.trim() === '') return { ...measured, kind: 'no-code' };
    return passed === CHECKS ? { ...measured, ...counts, kind: 'passed' } : { ...measured, ...counts, kind: 'failed' };
  },
  isolation: async () => ({ name: 'none', python: '3', lacks: [] }),
  close: async () => {},
};

function check(source: string, actual: string) {
  const shown = { test: null, source, call: null, operator: '==', expected: "''", exception: null };
  return { ...shown, passed: false, actual };
}

const temperature = fc.constantFrom(0, 0.2, 0.8);
const schedule = fc.oneof(temperature, fc.array(temperature, { minLength: 1, maxLength: 4 }));
const model = fc.constantFrom(...MODELS);
const repairs = fc.record(
  {
    iterations: fc.integer({ min: 1, max: 3 }),
    refiner: fc.record({ model }),
    analyzer: fc.record({ model }),
    from: fc.constantFrom('best' as const, 'last' as const),
  },
  { requiredKeys: ['refiner'] },
);
const drafts = fc.record(
  { drafts: fc.integer({ min: 1, max: 5 }), model, temperature: schedule },
  { requiredKeys: ['drafts'] },
);
const specs: fc.Arbitrary<PipelineInput> = fc.record(
  {
    name: fc.constant('p'),
    generator: fc.record({ model, temperature: schedule }),
    stages: fc.array(fc.oneof(repairs, drafts), { maxLength: 3 }),
    feedback: fc.record({ source: fc.constantFrom('examples' as const, 'none' as const) }),
    stop: fc.record({
      when: fc.constantFrom('early' as const, 'never' as const),
      tokens: fc.option(fc.integer({ min: 1, max: 1000 }), { nil: null }),
      seconds: fc.option(fc.integer({ min: 1, max: 20 }), { nil: null }),
      sameFailure: fc.option(fc.integer({ min: 2, max: 4 }), { nil: null }),
    }),
    conversation: fc.constantFrom('fresh' as const, 'continued' as const),
    select: fc.constantFrom('examples' as const, 'agreement' as const),
    onUnchanged: fc.constantFrom('continue' as const, 'redraw' as const, 'stop' as const),
    next: fc.constantFrom('fixed' as const, 'adaptive' as const),
  },
  { requiredKeys: ['name', 'generator'] },
);
/** Per attempt, by its number: how many checks the answer passes, nothing at all, or a server that breaks. */
const script = fc.array(
  fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 0, max: CHECKS }) }, fc.constantFrom('', 'broken')),
  {
    minLength: 20,
    maxLength: 20,
  },
);

interface Told {
  readonly trace: Trace;
  readonly requests: readonly CompletionRequest[];
  /** The model of each request. */
  readonly askedOf: readonly string[];
  readonly events: readonly LoopEvent[];
}

async function run(input: PipelineInput, answers: readonly (number | string)[], slots: number): Promise<Told> {
  const [requests, askedOf, events]: [CompletionRequest[], string[], LoopEvent[]] = [[], [], []];
  const scripted = (name: string): Model => ({
    name,
    prepare: async () => {},
    complete: async (request, signal) => {
      requests.push(request);
      askedOf.push(name);
      // Later drafts answer first.
      for (let turn = 20 - request.draw.attempt; turn > 0; turn -= 1) await null;
      signal?.throwIfAborted();
      const answer = answers[request.draw.attempt % answers.length];
      if (answer === 'broken') throw new ModelFault('refused', 'the server broke');
      const text = answer === '' ? 'no code' : `\`\`\`python\ndef double(n):\n    return ${answer}\n\`\`\``;
      const usage = { promptTokens: 30, completionTokens: 10 };
      return { text, finishReason: 'stop', usage, seconds: 1, timings: null };
    },
  });
  const trace = await runPipeline(parsePipeline(input, 'p'), prompt, {
    ...{ model: scripted, sandbox, feedbackTests: { setup: '', checks: 'assert double(1) == 2' }, timeoutSeconds: 1 },
    ...{ seed: 7, repeat: 2, slots, onEvent: (event: LoopEvent) => events.push(event) },
  });
  return { trace, requests, askedOf, events };
}

/** Without what depends on who was asked at the same time. */
function inSequence({ unused: _, cost: __, ...trace }: Trace) {
  return trace;
}

const trials = fc.record({ input: specs, answers: script, slots: fc.integer({ min: 1, max: 4 }) });

describe('whatever the pipeline and the answers', () => {
  const holds = (name: string, property: (told: Told, input: PipelineInput) => void) =>
    it(name, async () => {
      await fc.assert(
        fc.asyncProperty(trials, async ({ input, answers, slots }) =>
          property(await run(input, answers, slots), input),
        ),
        { numRuns: 300 },
      );
    });

  holds('a Trace is what its schema says', ({ trace }) => {
    assert.deepEqual(traceSchema.parse(JSON.parse(JSON.stringify(trace))), trace);
  });

  holds(
    'no draw is named twice, and no model is asked for more answers than the pipeline says',
    ({ requests, askedOf }, input) => {
      const names = requests.map(({ draw }) => JSON.stringify([draw.taskId, draw.repeat, draw.role, draw.attempt]));
      assert.equal(new Set(names).size, names.length);
      const spec = parsePipeline(input, 'p');
      assert.ok(requests.length <= mostCalls(spec));
      for (const { draw } of requests) assert.ok(spec.onUnchanged === 'redraw' || draw.place < draw.places);
      const drafts = requests.flatMap(({ draw }, index) => (draw.role === 'generator' ? [{ draw, index }] : []));
      const rows = drafts.map(({ draw, index }) => `${askedOf[index]} ${draw.place}`);
      assert.equal(new Set(rows).size, rows.length);
    },
  );

  holds('every answer is accounted for', ({ trace, events }) => {
    const ended = events.filter(({ kind }) => kind === 'call-ended').length;
    const kept = [...trace.attempts.flatMap(({ completions }) => completions), ...trace.unused];
    assert.deepEqual([kept.length, trace.cost.calls], [ended, ended]);
  });

  holds('events and Trace tell the same attempts', ({ trace, events }) => {
    const told = events.flatMap((event) => (event.kind === 'attempt' ? [event.attempt] : []));
    assert.deepEqual(told, trace.attempts);
    for (const [index, { from, ...attempt }] of trace.attempts.entries()) {
      assert.equal(attempt.index, index);
      assert.ok(from === null || from < index);
      assert.ok(attempt.bestSoFar <= index);
    }
  });

  holds('nothing is begun once a budget is spent, and nothing after a pass', ({ trace }, input) => {
    const { stop, feedback } = parsePipeline(input, 'p');
    const before = trace.attempts.slice(0, -1);
    const tokens = before.reduce((sum, { completions }) => sum + 40 * completions.length, 0);
    assert.ok(stop.tokens === null || tokens < stop.tokens || trace.attempts.length <= 1);
    if (stop.when === 'never' || feedback.source === 'none' || input.select === 'agreement') return;
    assert.ok(before.every(({ verdict }) => verdict?.kind !== 'passed'));
  });

  holds('the answer is the best there is, or the last where every stage goes on from the last', ({ trace }, input) => {
    const stages = parsePipeline(input, 'p').stages;
    const takesLast = stages.length > 0 && stages.every((stage) => 'from' in stage && stage.from === 'last');
    const chosen = chosenAttempt(trace.attempts);
    if (takesLast) return assert.equal(chosen, trace.attempts.at(-1) ?? null);
    const most = Math.max(0, ...trace.attempts.map(({ verdict }) => verdict?.checksPassed ?? 0));
    assert.ok(chosen === null || chosen.verdict === null || chosen.verdict.checksPassed === most);
    return undefined;
  });

  it('drafts that are asked for at the same time give the Trace that they give one by one', async () => {
    await fc.assert(
      fc.asyncProperty(trials, async ({ input, answers }) => {
        const [one, four] = [await run(input, answers, 1), await run(input, answers, 4)];
        assert.deepEqual(inSequence(four.trace), inSequence(one.trace));
        assert.ok(four.trace.cost.calls >= one.trace.cost.calls);
      }),
      { numRuns: 300 },
    );
  });
});
