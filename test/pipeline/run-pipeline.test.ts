import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ModelFault } from '../../src/base/errors.ts';
import { deriveSeed } from '../../src/base/hash.ts';
import type { Completion, CompletionRequest, Model, Role } from '../../src/models/model.ts';
import { OllamaModel } from '../../src/models/ollama/ollama-model.ts';
import { ScriptedModel } from '../../src/models/scripted/scripted-model.ts';
import { attemptLines } from '../../src/pipeline/attempt-lines.ts';
import { exampleTests } from '../../src/pipeline/feedback-tests.ts';
import type { PipelineServices } from '../../src/pipeline/pipeline-services.ts';
import { mostCalls, type PipelineInput, type PipelineSpec, parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import { runPipeline } from '../../src/pipeline/run-pipeline.ts';
import { type Attempt, chosenAttempt, type Trace } from '../../src/pipeline/trace.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { DOUBLE, doubleTask, fenced } from '../own-tasks.ts';

const { prompt } = doubleTask();
const MODEL = { model: 'scripted/m' };
const STAGE = { refiner: MODEL };
const ANALYZED = { analyzer: MODEL, refiner: MODEL };
const sandbox = await openSandbox(readSettings(), 2);
after(() => sandbox.close());

function pipeline(changes: Partial<PipelineInput> = {}): PipelineSpec {
  return parsePipeline({ name: 'test', generator: MODEL, stages: [STAGE], ...changes }, 'test');
}

function services(model: Model, changes: Partial<PipelineServices> = {}): PipelineServices {
  const feedbackTests = exampleTests(prompt);
  return { model: () => model, sandbox, feedbackTests, timeoutSeconds: 60, seed: 7, repeat: 0, ...changes };
}

type Line = string | Partial<Completion> | Error;

/** A model that gives the answers in order, and what it was asked. */
function script(...answers: readonly Line[]): { model: Model; requests: CompletionRequest[] } {
  const requests: CompletionRequest[] = [];
  const model = new ScriptedModel('m', (request) => {
    const answer = answers[requests.push(request) - 1];
    if (answer === undefined) throw new TypeError(`asked ${requests.length} times`);
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { model, requests };
}

async function run(spec: PipelineSpec, answers: readonly Line[], changes: Partial<PipelineServices> = {}) {
  const { model, requests } = script(...answers);
  return { trace: await runPipeline(spec, prompt, services(model, changes)), requests };
}

function verdictsOf({ attempts }: Trace): (string | undefined)[] {
  return attempts.map(({ verdict }) => verdict?.kind);
}

function lastMessage(request: CompletionRequest | undefined): string {
  return request?.messages.at(-1)?.content ?? '';
}

const [right, square, next, raising] = [DOUBLE.right, DOUBLE.square, DOUBLE.next, DOUBLE.raising].map(fenced) as [
  string,
  string,
  string,
  string,
];

describe('an answer that its token limit cuts off', () => {
  const usage = { promptTokens: 90, completionTokens: 512 };
  const truncated: Partial<Completion> = {
    text: '```python\ndef double(x):\n    return (x *',
    finishReason: 'length',
    usage,
  };

  it('is told to the refiner, who then writes a shorter program', async () => {
    const { trace, requests } = await run(pipeline(), [truncated, right]);
    assert.deepEqual(trace.stopReason, 'passed');
    assert.match(
      lastMessage(requests[1]),
      /\nThe answer was cut off at 512 tokens, before it ended: write a shorter program\.\n/,
    );
    const lines = attemptLines(trace.attempts[0] as Attempt, [], prompt.entryPoint);
    assert.match(lines[0] ?? '', /: the answer was cut off at 512 tokens; /);
  });

  it('is asked for again with twice the tokens, once in a trial, where the pipeline says so', async () => {
    const spec = pipeline({ onTruncated: 'ask-again', onUnchanged: 'continue', stop: { sameFailure: null } });
    const { trace, requests } = await run(spec, [truncated, truncated, truncated, right]);
    assert.deepEqual(
      requests.map(({ sampling, draw }) => [draw.role, draw.attempt, sampling.maxTokens]),
      [
        ['generator', 0, 512],
        ['generator', 0, 1024],
        ['refiner', 1, 512],
        ['refiner', 2, 512],
      ],
    );
    assert.deepEqual(
      trace.attempts.map(({ completions }) => completions.length),
      [2, 1, 1],
    );
    assert.equal(trace.cost.calls, 4);
    assert.ok(trace.cost.calls <= mostCalls(spec));
  });

  it('is taken as it is where its code is complete', async () => {
    const rambling = { text: `${right}\nThis doubles`, finishReason: 'length', usage } as const;
    const { trace, requests } = await run(pipeline({ onTruncated: 'ask-again' }), [rambling]);
    assert.deepEqual([trace.stopReason, requests.length], ['passed', 1]);
  });
});

describe('a pipeline stops', () => {
  it('at the first pass', async () => {
    const { trace } = await run(pipeline(), [square, right]);
    assert.equal(trace.stopReason, 'passed');
    assert.deepEqual(verdictsOf(trace), ['failed', 'passed']);
    assert.equal(trace.checked, 'examples');
    assert.equal(trace.fault, null);
  });

  it('at a draft that passes, without asking any refiner', async () => {
    const { trace, requests } = await run(pipeline({ stages: [ANALYZED, STAGE] }), [right]);
    assert.deepEqual([trace.stopReason, trace.attempts.length, requests.length], ['passed', 1, 1]);
  });

  it('when its iterations are spent, a pass in the last one included', async () => {
    const spec = pipeline({
      stages: [
        { iterations: 1, ...STAGE },
        { iterations: 1, ...STAGE },
      ],
    });
    const { trace } = await run(spec, [square, next, raising]);
    assert.equal(trace.stopReason, 'iterations-spent');
    assert.deepEqual(verdictsOf(trace), ['failed', 'failed', 'raised']);
    assert.deepEqual(
      trace.attempts.map(({ index, stage }) => [index, stage]),
      [
        [0, null],
        [1, 0],
        [2, 1],
      ],
    );
    assert.equal((await run(spec, [square, next, right])).trace.stopReason, 'passed');
    assert.equal((await run(pipeline({ stages: [] }), [square])).trace.stopReason, 'iterations-spent');
  });

  it('when its budget of tokens is spent', async () => {
    const usage = { promptTokens: 60, completionTokens: 40 };
    const answers = [square, next, raising].map((text) => ({ text, usage }));
    const { trace } = await run(pipeline({ stop: { tokens: 200 } }), answers);
    assert.deepEqual([trace.stopReason, trace.attempts.length], ['budget-spent', 2]);
  });

  it('when its budget of seconds is spent', async () => {
    const answers = [square, next, raising].map((text) => ({ text, seconds: 1000 }));
    const { trace } = await run(pipeline({ stop: { seconds: 1500 } }), answers);
    assert.deepEqual([trace.stopReason, trace.attempts.length], ['budget-spent', 2]);
    assert.ok(trace.cost.seconds >= 2000);
  });

  it('when the same failing code has come again and again', async () => {
    const { trace } = await run(pipeline(), [square, square, square]);
    assert.deepEqual([trace.stopReason, trace.attempts.length], ['failure-repeated', 3]);
    const twice = await run(pipeline({ stop: { sameFailure: 2 } }), [square, next, square]);
    assert.deepEqual([twice.trace.stopReason, twice.trace.attempts.length], ['failure-repeated', 3]);
    const off = await run(pipeline({ stop: { sameFailure: null } }), [square, square, square, square]);
    assert.deepEqual([off.trace.stopReason, off.trace.attempts.length], ['iterations-spent', 4]);
  });

  it('at a fault of a model, with what was done before and what it cost', async () => {
    const fault = new ModelFault('unreachable', 'no answer from the server');
    const { trace } = await run(pipeline({ stages: [ANALYZED] }), [square, 'It squares.', fault]);
    assert.equal(trace.stopReason, 'fault');
    assert.deepEqual(trace.fault, { kind: 'model: unreachable', message: 'no answer from the server' });
    assert.deepEqual([trace.attempts.length, trace.cost.calls], [1, 2]);
  });

  it('at a fault of the sandbox', async () => {
    const closed = await openSandbox(readSettings(), 1);
    await closed.close();
    const { trace } = await run(pipeline(), [square], { sandbox: closed });
    assert.deepEqual([trace.stopReason, trace.fault?.kind, trace.attempts.length], ['fault', 'sandbox', 0]);
    assert.equal(trace.cost.calls, 1);
  });

  it('at an error of its own program, which is a fault of this trial that asks to be reported', async () => {
    const { trace } = await run(pipeline(), [square]);
    assert.deepEqual([trace.stopReason, trace.fault?.kind], ['fault', 'internal']);
    assert.match(trace.fault?.message ?? '', /^internal error: "TypeError: .*"; please report it/);
  });
});

describe('stop: never', () => {
  it('goes on after a pass and through repeated failures, until the iterations are spent', async () => {
    const never = pipeline({ stop: 'never' });
    const { trace, requests } = await run(never, [right, square, right, right]);
    assert.deepEqual(
      [trace.stopReason, verdictsOf(trace)],
      ['iterations-spent', ['passed', 'failed', 'passed', 'passed']],
    );
    assert.match(lastMessage(requests[1]), /All checks passed \(2\)\./);
    const stubborn = await run(never, [square, square, square, square]);
    assert.equal(stubborn.trace.stopReason, 'iterations-spent');
  });

  it('extends the very trajectory of the early stop', async () => {
    const answers = [square, right, right, right];
    const early = await run(pipeline(), answers);
    const never = await run(pipeline({ stop: 'never' }), answers);
    const asked = ({ requests }: typeof early) => requests.map(({ isComplete: _, ...request }) => request);
    assert.deepEqual(asked(never).slice(0, early.requests.length), asked(early));
    assert.equal(never.trace.attempts.length, 4);
  });

  it('still keeps to its budget', async () => {
    const answers = [right, right].map((text) => ({ text, usage: { promptTokens: 1, completionTokens: 1 } }));
    const { trace } = await run(pipeline({ stop: { when: 'never', tokens: 3 } }), answers);
    assert.deepEqual([trace.stopReason, trace.attempts.length], ['budget-spent', 2]);
  });
});

describe('feedback', () => {
  it('none never runs the code, nor shows a result', async () => {
    const closed = await openSandbox(readSettings(), 1);
    await closed.close();
    const spec = pipeline({ stages: [ANALYZED], feedback: { source: 'none' } });
    const answers = [square, 'Review.', next, 'Review.', next, 'Review.', next];
    const { trace, requests } = await run(spec, answers, { sandbox: closed });
    assert.deepEqual([trace.stopReason, trace.checked], ['iterations-spent', 'nothing']);
    assert.deepEqual(
      trace.attempts.map(({ verdict }) => verdict),
      [null, null, null, null],
    );
    assert.equal(requests.length, 7);
    for (const request of requests.slice(1)) {
      assert.match(lastMessage(request), /has not been run/);
      assert.doesNotMatch(lastMessage(request), /gave|raised|run of it showed|passed/);
    }
  });

  it('of a task without examples comes from compiling and loading alone', async () => {
    const bare = doubleTask({ examples: [] }).prompt;
    const broken = fenced('import nosuchmodule\n\ndef double(n):\n    return n\n');
    const { model, requests } = script(broken, square);
    const trace = await runPipeline(pipeline(), bare, services(model, { feedbackTests: exampleTests(bare) }));
    assert.deepEqual([trace.checked, trace.stopReason, verdictsOf(trace)], ['load', 'passed', ['raised', 'passed']]);
    assert.match(
      lastMessage(requests[1]),
      /Loading the code raised ModuleNotFoundError: No module named 'nosuchmodule'/,
    );
    assert.equal(trace.attempts.at(-1)?.verdict?.checksPassed, 0);
  });

  it('has the detail that the pipeline asks for', async () => {
    const values = await run(pipeline(), [square, right]);
    assert.match(lastMessage(values.requests[1]), /double\(3\) gave 9, expected 6/);
    const traceback = await run(pipeline({ feedback: { detail: 'traceback' } }), [square, right]);
    assert.match(lastMessage(traceback.requests[1]), /AssertionError\n\nFailed tests:\nassert double\(3\) == 6/);
    assert.doesNotMatch(lastMessage(traceback.requests[1]), /gave/);
  });

  it('calls the function by its name where the tests say candidate', async () => {
    const checks = 'def check(candidate):\n    assert sum([candidate(3)]) == 6\n';
    const { requests } = await run(pipeline(), [square, right], { feedbackTests: { setup: '', checks } });
    assert.match(lastMessage(requests[1]), /sum\(\[double\(3\)\]\) gave 9, expected 6/);
  });
});

describe('the analyzer', () => {
  it('sees the failed code and what the run showed; the refiner reads its answer too', async () => {
    const { trace, requests } = await run(pipeline({ stages: [ANALYZED] }), [square, 'Use 2 * n.', right]);
    assert.deepEqual(
      requests.map(({ draw }) => draw.role),
      ['generator', 'analyzer', 'refiner'] satisfies Role[],
    );
    for (const request of requests.slice(1)) {
      assert.match(lastMessage(request), /return n \* n[\s\S]*double\(3\) gave 9, expected 6/);
    }
    assert.match(lastMessage(requests[2]), /Use 2 \* n\./);
    assert.deepEqual(
      trace.attempts.map(({ completions }) => completions.map(({ role }) => role)),
      [['generator'], ['analyzer', 'refiner']],
    );
  });

  it('has the settings of its own role', async () => {
    const stages = [{ analyzer: { ...MODEL, temperature: 0.9, maxTokens: 77 }, refiner: MODEL }];
    const { trace, requests } = await run(pipeline({ stages }), [square, 'Use 2 * n.', right]);
    assert.deepEqual(
      requests.map(({ sampling }) => [sampling.temperature, sampling.maxTokens]),
      [
        [0.3, 512],
        [0.9, 77],
        [0.2, 512],
      ],
    );
    assert.equal(trace.attempts[1]?.completions[0]?.temperature, 0.9);
  });
});

describe('an attempt', () => {
  it('keeps the answer, the code as extracted and as repaired, and each repair', async () => {
    const answer = `Here it is:\n${fenced('def twice(n):\n    return floor(2 * n)\n')}\nDone.`;
    const { trace } = await run(pipeline({ cut: false }), [answer]);
    const [attempt] = trace.attempts as [Attempt];
    assert.equal(attempt.answer, answer);
    assert.equal(attempt.extracted.trim(), 'def twice(n):\n    return floor(2 * n)');
    assert.match(attempt.code, /^from math import floor\n[\s\S]*^double = twice$/m);
    assert.deepEqual(
      attempt.repairs.map(({ name }) => name),
      ['entry-point', 'imports'],
    );
    assert.equal(attempt.verdict?.kind, 'passed');
    const plain = await run(pipeline({ repair: 'none', stages: [] }), [answer]);
    assert.deepEqual([plain.trace.attempts[0]?.repairs, verdictsOf(plain.trace)], [[], ['raised']]);
  });

  it('comes of an answer that ended when its code was complete, unless the pipeline says otherwise', async () => {
    const { trace } = await run(pipeline(), [`${right}\nDone.`]);
    assert.equal(trace.attempts[0]?.answer, `${right}\n`);
    assert.equal(trace.attempts[0]?.completions[0]?.finishReason, 'cut');
  });

  it('is told as it ends, in order', async () => {
    const seen: Attempt[] = [];
    const { trace } = await run(pipeline(), [square, next, right], {
      onEvent: (event) => event.kind === 'attempt' && seen.push(event.attempt),
    });
    assert.deepEqual(seen, trace.attempts);
    assert.deepEqual(
      seen.map(({ index }) => index),
      [0, 1, 2],
    );
  });

  it('without code is refined like any other', async () => {
    const { trace, requests } = await run(pipeline(), ['I cannot do that.', right]);
    assert.deepEqual(verdictsOf(trace), ['no-code', 'passed']);
    assert.match(lastMessage(requests[1]), /holds no Python code/);
  });

  it('adds to the cost of the trace', async () => {
    const usage = { promptTokens: 30, completionTokens: 5 };
    const answers = [square, 'Use 2 * n.', next, 'Again.'].map((text) => ({ text, usage, seconds: 2 }));
    const { trace } = await run(pipeline({ stages: [ANALYZED] }), [
      ...answers,
      { text: right, usage: null, seconds: 2 },
    ]);
    const { calls, promptTokens, completionTokens, seconds } = trace.cost;
    assert.deepEqual([calls, promptTokens, completionTokens], [5, 120, 20]);
    const run_seconds = trace.attempts.reduce((sum, { verdict }) => sum + (verdict?.seconds ?? 0), 0);
    assert.ok(Math.abs(seconds - 10 - run_seconds) < 1e-9);
  });
});

describe('conversation: continued', () => {
  it('sends one growing chat: each request begins with the one before and its answer', async () => {
    const answers = [square, 'It squares.', next, 'It adds one.', right];
    const spec = pipeline({ stages: [{ ...ANALYZED, from: 'last' }], conversation: 'continued' });
    const { trace, requests } = await run(spec, answers);
    assert.equal(trace.stopReason, 'passed');
    for (const [index, { messages }] of requests.slice(1).entries()) {
      const before = [...(requests[index]?.messages ?? []), { role: 'assistant', content: answers[index] }];
      assert.deepEqual(messages.slice(0, before.length), before);
      assert.equal(messages.length, before.length + 1);
    }
    assert.match(lastMessage(requests[1]), /double\(3\) gave 9, expected 6/);
    assert.match(lastMessage(requests[3]), /double\(2\) gave 3, expected 4/);
  });

  it('shows a refiner without analyzer what the run showed', async () => {
    const { requests } = await run(pipeline({ conversation: 'continued' }), [square, right]);
    assert.match(lastMessage(requests[1]), /double\(3\) gave 9, expected 6\n[\s\S]*function `double`/);
  });
});

describe('a role', () => {
  it('has its answers begun as code where it says so, but for the analyzer', async () => {
    const begun = { ...MODEL, prefill: 'code' } as const;
    const spec = pipeline({ generator: begun, stages: [{ analyzer: MODEL, refiner: begun }] });
    const { requests } = await run(spec, [square, 'It squares.', right]);
    const prefills = requests.map(({ prefill, stop }) => [prefill, stop]);
    assert.deepEqual(prefills, [
      ['```python\n', ['\n```']],
      [undefined, undefined],
      ['```python\n', ['\n```']],
    ]);
  });
});

/** An answer that is never done. */
function rejectedBy(signal: AbortSignal): Promise<Completion> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

describe('drafts', () => {
  const drafting = (changes: Partial<PipelineInput> = {}) => pipeline({ stages: [{ drafts: 3 }], ...changes });

  it('are drawn until one passes, each asked for like the first and hotter where the generator says so', async () => {
    const spec = drafting({ generator: { ...MODEL, temperature: [0.2, 0.8] } });
    const { trace, requests } = await run(spec, [square, next, right]);
    assert.deepEqual([trace.stopReason, trace.attempts.length], ['passed', 3]);
    assert.deepEqual(
      requests.map(({ sampling, draw }) => [sampling.temperature, draw.role, draw.attempt, draw.place, draw.places]),
      [
        [0.2, 'generator', 0, 0, 4],
        [0.8, 'generator', 1, 1, 4],
        [0.8, 'generator', 2, 2, 4],
      ],
    );
    assert.deepEqual(requests[1]?.messages, requests[0]?.messages);
    assert.equal(new Set(requests.map(({ sampling }) => sampling.seed)).size, 3);
    assert.deepEqual(
      trace.attempts.map(({ stage, from }) => [stage, from]),
      [
        [null, null],
        [0, null],
        [0, null],
      ],
    );
  });

  it('leave the repairs the one that passes most checks, and the answer is the best attempt', async () => {
    const half = fenced('def double(n):\n    return 4\n');
    const spec = pipeline({ stages: [{ drafts: 2 }, { iterations: 1, refiner: MODEL }] });
    const { trace, requests } = await run(spec, [raising, half, square.replace('n * n', 'n * n * n'), raising]);
    assert.match(lastMessage(requests[3]), /return 4/);
    assert.deepEqual([trace.attempts[3]?.from, chosenAttempt(trace.attempts)?.index], [1, 1]);
  });

  it('that are still being written when one passes are ended, and count as spent', async () => {
    let ended = 0;
    const scripted = new ScriptedModel('m', ({ draw }) => (draw.attempt === 0 ? square : right));
    const model: Model = {
      name: scripted.name,
      prepare: () => scripted.prepare(),
      complete: (request, signal) =>
        request.draw.attempt < 2 ? scripted.complete(request, signal) : rejectedBy(signal as AbortSignal),
    };
    const own = services(model, { slots: 4 });
    const trace = await runPipeline(drafting(), prompt, {
      ...own,
      onEvent: (event) => {
        if (event.kind === 'call-ended' && event.completion.finishReason === 'cut') ended += 1;
      },
    });
    assert.deepEqual([trace.stopReason, trace.attempts.length], ['passed', 2]);
    assert.equal(trace.unused.length, 2);
    assert.ok(ended >= 2);
    assert.ok(trace.unused.every(({ usage }) => usage?.isEstimated && usage.promptTokens > 10));
    assert.equal(trace.cost.calls, 4);
  });

  it('end where the same failing one comes again and again, and repairs go on', async () => {
    const spec = pipeline({ stages: [{ drafts: 9 }, { iterations: 1, refiner: MODEL }] });
    const { trace } = await run(spec, [square, square, square, right]);
    assert.deepEqual([trace.stopReason, trace.attempts.at(-1)?.from], ['passed', 2]);
  });
});

describe('a repair that gives back the same program', () => {
  const policy = (onUnchanged: 'continue' | 'redraw' | 'stop') => pipeline({ onUnchanged });
  const rolesOf = ({ requests }: { requests: readonly CompletionRequest[] }) => requests.map(({ draw }) => draw.role);

  it('is followed by a new draft, or by another repair, or by nothing, as the pipeline says', async () => {
    const redraw = await run(policy('redraw'), [square, square, right]);
    assert.deepEqual(rolesOf(redraw), ['generator', 'refiner', 'generator']);
    assert.deepEqual([redraw.trace.stopReason, redraw.trace.attempts[2]?.from], ['passed', null]);
    assert.deepEqual(rolesOf(await run(policy('continue'), [square, square, right])), [
      'generator',
      'refiner',
      'refiner',
    ]);
    const stop = await run(policy('stop'), [square, square]);
    assert.deepEqual([stop.trace.stopReason, stop.trace.attempts.length], ['failure-repeated', 2]);
  });

  it('is the same with other comments and layout', async () => {
    const laidOut = square.replace('    return', '    # Squares it.\n\n    return');
    const { trace, requests } = await run(policy('redraw'), [square, laidOut, right]);
    assert.notEqual(trace.attempts[1]?.code, trace.attempts[0]?.code);
    assert.equal(requests[2]?.draw.role, 'generator');
  });

  it('confirms it where nothing is run', async () => {
    const { trace } = await run(pipeline({ feedback: { source: 'none' } }), [square, square, square, square]);
    assert.deepEqual(
      trace.attempts.map(({ from }) => from),
      [null, 0, 1, 2],
    );
  });
});

describe('an adaptive pipeline', () => {
  const stages = [{ drafts: 3 }, { iterations: 3, refiner: MODEL }];

  it('makes as many moves as its stages have, the same for a seed, and others for another', async () => {
    const answers = [square, next, raising, square, next, raising, square];
    const moves = async (seed: number) => {
      const spec = pipeline({ stages, next: 'adaptive', stop: { sameFailure: null } });
      const { trace } = await run(spec, answers, { seed });
      assert.equal(trace.attempts.length, 7);
      return JSON.stringify(trace.attempts.map(({ from }) => from));
    };
    assert.equal(await moves(1), await moves(1));
    assert.ok(new Set(await Promise.all([1, 2, 3, 4, 5].map(moves))).size > 1);
  });
});

describe('select: agreement', () => {
  const twice = fenced('def double(n):\n    return n + n\n');
  const half = (value: string) => fenced(`def double(n):\n    return ${value}\n`);

  it('takes the program that most drafts behave like, without any expected value', async () => {
    const spec = pipeline({
      stages: [{ drafts: 3 }],
      select: 'agreement',
      feedback: { source: 'none' },
      stop: { agreement: 1 },
    });
    const { trace } = await run(spec, [square, right, half('n + 1'), twice]);
    assert.deepEqual(trace.agreement?.groups, [[1, 3], [0], [2]]);
    assert.equal(chosenAttempt(trace.attempts)?.index, 3);
    assert.ok((trace.agreement?.inputs ?? 0) > 10 && (trace.agreement?.seconds ?? 0) > 0);
  });

  it('draws no further drafts once the largest group stays it', async () => {
    const spec = pipeline({ stages: [{ drafts: 5 }], select: 'agreement', feedback: { source: 'none' } });
    const { trace } = await run(spec, [right, twice, right, twice, right, right]);
    assert.equal(trace.stopReason, 'agreed');
    assert.ok(trace.attempts.length < 6);
  });

  it('compares only drafts that pass as many examples', async () => {
    const spec = pipeline({ stages: [{ drafts: 3 }], select: 'agreement', stop: { agreement: 1 } });
    const { trace } = await run(spec, [square, square, square, right]);
    assert.deepEqual([trace.stopReason, chosenAttempt(trace.attempts)?.index], ['passed', 3]);
  });
});

describe('seeds', () => {
  const seedsOf = async (changes: Partial<PipelineServices>, task = prompt) => {
    const { model, requests } = script(square, 'Use 2 * n.', next, 'Again.', right);
    await runPipeline(pipeline({ stages: [ANALYZED] }), task, services(model, changes));
    return requests.map(({ sampling }) => sampling.seed);
  };

  it('are the same for the same experiment, and all different within a trace', async () => {
    const seeds = await seedsOf({});
    assert.deepEqual(await seedsOf({}), seeds);
    assert.equal(new Set(seeds).size, 5);
    assert.equal(seeds[0], deriveSeed(7, 'Own/double', 0, 'generator', 0));
    assert.equal(seeds[4], deriveSeed(7, 'Own/double', 0, 'refiner', 2));
  });

  it('are others for another experiment, repeat or task', async () => {
    const all = [await seedsOf({}), await seedsOf({ seed: 8 }), await seedsOf({ repeat: 1 })];
    const other = await seedsOf({}, { ...prompt, id: 'Own/other' });
    assert.equal(new Set([...all.flat(), ...other]).size, 20);
  });
});

describe('through a real server in the wire format of Ollama', () => {
  const stub = new OllamaStub();
  const model = () => new OllamaModel({ name: 'llama3.2:3b', url: stub.url, timeoutSeconds: 30 });
  before(() => stub.start());
  after(() => stub.stop());

  it('a failing draft is analyzed and repaired', async () => {
    stub.answer = ({ messages }) => {
      const text = messages.at(-1)?.content ?? '';
      if (/What is wrong/.test(text))
        return /double\(3\) gave 9/.test(text) ? 'It squares; use 2 * n.' : 'I see nothing.';
      return /It squares; use 2 \* n\./.test(text) ? right : square;
    };
    const trace = await runPipeline(pipeline({ stages: [ANALYZED] }), prompt, services(model()));
    assert.deepEqual([trace.stopReason, verdictsOf(trace)], ['passed', ['failed', 'passed']]);
    const completions = trace.attempts.flatMap((attempt) => attempt.completions);
    assert.deepEqual(
      stub.requests.map(({ options }) => [options.seed, options.temperature, options.num_predict]),
      completions.map(({ seed, temperature }) => [seed, temperature, 512]),
    );
    assert.deepEqual(
      completions.map(({ role, model: name, usage }) => [role, name, usage !== null]),
      [
        ['generator', 'scripted/m', true],
        ['analyzer', 'scripted/m', true],
        ['refiner', 'scripted/m', true],
      ],
    );
    assert.ok(trace.cost.promptTokens > 0 && trace.cost.completionTokens > 0);
  });

  it('an abort in the middle of an answer rejects with its reason and ends the request', async () => {
    stub.faults.push({ kind: 'hang' });
    const controller = new AbortController();
    const running = runPipeline(pipeline(), prompt, services(model(), { signal: controller.signal }));
    while (stub.inFlight === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(new Error('enough'));
    await assert.rejects(running, { message: 'enough' });
    await stub.idle();
    assert.equal(stub.inFlight, 0);
  });
});

describe('an abort', () => {
  const processes = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;

  it('in the middle of a run rejects with its reason and leaves nothing running', async () => {
    const own = await openSandbox(readSettings(), 1);
    const others = processes();
    const controller = new AbortController();
    const { model, requests } = script(fenced('def double(n):\n    while True:\n        pass\n'), right);
    const changes = { sandbox: own, signal: controller.signal, timeoutSeconds: 300 };
    const running = runPipeline(pipeline(), prompt, services(model, changes));
    while (processes() === others) await new Promise((resolve) => setTimeout(resolve, 5));
    setTimeout(() => controller.abort(new Error('enough')), 300);
    await assert.rejects(running, { message: 'enough' });
    while (processes() > others) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(requests.length, 1);
    await own.close();
  });

  it('before the start asks nobody', async () => {
    const { model, requests } = script(right);
    const signal = AbortSignal.abort(new Error('enough'));
    await assert.rejects(runPipeline(pipeline(), prompt, services(model, { signal })), { message: 'enough' });
    assert.equal(requests.length, 0);
  });
});

describe('a deadline', () => {
  it('in the middle of an answer ends the loop with what there is, and counts what was asked', async () => {
    const deadline = new AbortController();
    const scripted = new ScriptedModel('m', () => square);
    const model: Model = {
      name: scripted.name,
      prepare: () => scripted.prepare(),
      complete: (request, signal) => {
        if (request.draw.attempt === 0) return scripted.complete(request, signal);
        setTimeout(() => deadline.abort(new Error('too late')));
        return rejectedBy(signal as AbortSignal);
      },
    };
    const trace = await runPipeline(pipeline(), prompt, services(model, { deadline: deadline.signal }));
    assert.deepEqual([trace.stopReason, trace.fault, verdictsOf(trace)], ['budget-spent', null, ['failed']]);
    assert.deepEqual([trace.cost.calls, trace.unused.length], [2, 1]);
  });

  it('in the middle of a run ends the run; without any attempt the trace has none', async () => {
    const deadline = AbortSignal.timeout(500);
    const { model } = script(fenced('def double(n):\n    while True:\n        pass\n'));
    const trace = await runPipeline(pipeline(), prompt, services(model, { deadline, timeoutSeconds: 300 }));
    assert.deepEqual([trace.stopReason, trace.fault, trace.attempts], ['budget-spent', null, []]);
  });
});
