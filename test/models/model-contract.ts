import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ModelFault, Refusal } from '../../src/base/errors.ts';
import type { Completion, CompletionRequest, Model } from '../../src/models/model.ts';
import { QueuedModel } from '../../src/models/queued-model.ts';
import { RequestQueue } from '../../src/models/request-queue.ts';

/** What an adapter's test gives the contract suite. */
export interface ContractSubject {
  readonly model: Model;
  readonly request: CompletionRequest;
  readonly text: string;
  readonly hasUsage: boolean;
  /** The adapter asked for a model (or file) that is not there, and what its message must name. */
  readonly missing: { readonly model: Model; readonly names: readonly RegExp[] };
  /** Makes each answer wait for the promise given; null where answers take no time. */
  readonly holdAnswers: ((until: Promise<void>) => { readonly asked: Promise<void> }) | null;
  /** Resolves once nothing is open any more. */
  readonly idle: () => Promise<void>;
  /** Seconds that the adapter's clock moves during each answer. */
  readonly secondsPerAnswer: number;
}

/** What every Model promises; `open` makes a fresh subject for each test. */
export function testModelContract(adapter: string, open: (t: TestContext) => Promise<ContractSubject>): void {
  test(`${adapter}: is prepared, answers with its text and says what it used`, async (t) => {
    const { model, request, text, hasUsage } = await open(t);
    await model.prepare();
    const completion = await model.complete(request);
    assert.equal(completion.text, text);
    assertWellFormed(completion);
    assert.equal(completion.usage !== null, hasUsage);
  });

  test(`${adapter}: answers as often as it is asked, also at once`, async (t) => {
    const { model, request, text } = await open(t);
    const completions = await Promise.all(Array.from({ length: 8 }, () => model.complete(request)));
    assert.deepEqual(
      completions.map((completion) => completion.text),
      Array(8).fill(text),
    );
  });

  test(`${adapter}: aborted before it starts, throws the signal's reason`, async (t) => {
    const { model, request, idle } = await open(t);
    const reason = new Error('no longer wanted');
    await assert.rejects(model.complete(request, AbortSignal.abort(reason)), reason);
    await idle();
  });

  test(`${adapter}: aborted while it waits for an answer, throws the signal's reason at once`, async (t) => {
    const { model, request, holdAnswers, idle } = await open(t);
    if (holdAnswers === null) return t.skip('answers take no time');
    const held = Promise.withResolvers<void>();
    const { asked } = holdAnswers(held.promise);
    const reason = new Error('no longer wanted');
    const controller = new AbortController();
    const completion = model.complete(request, controller.signal);
    await asked;
    controller.abort(reason);
    await assert.rejects(completion, reason);
    held.resolve();
    await idle();
  });

  test(`${adapter}: says what to do where the model is not there`, async (t) => {
    const { missing } = await open(t);
    await assert.rejects(missing.model.prepare(), (error: Error) => {
      assert.ok(error instanceof Refusal || error instanceof ModelFault, String(error));
      assert.ok(!error.message.includes('\n'));
      for (const name of missing.names) assert.match(error.message, name);
      return true;
    });
  });

  test(`${adapter}: counts no waiting in the queue as its seconds`, async (t) => {
    const { model, request, secondsPerAnswer } = await open(t);
    const queued = new QueuedModel(model, new RequestQueue(1));
    const completions = await Promise.all([1, 2, 3].map(() => queued.complete(request)));
    assert.deepEqual(
      completions.map(({ seconds }) => seconds),
      [secondsPerAnswer, secondsPerAnswer, secondsPerAnswer],
    );
  });
}

function assertWellFormed({ finishReason, usage, seconds, timings }: Completion): void {
  assert.ok(['stop', 'length', 'cut', 'other'].includes(finishReason));
  const counts = usage === null ? [] : [usage.promptTokens, usage.completionTokens];
  const numbers = [seconds, ...counts, ...Object.values(timings ?? {})];
  assert.ok(numbers.every((number) => Number.isFinite(number) && number >= 0));
}
