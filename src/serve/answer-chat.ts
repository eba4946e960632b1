import { Channel } from '../base/channel.ts';
import { untilAborted } from '../base/concurrency.ts';
import { deriveSeed } from '../base/hash.ts';
import type { Model } from '../models/model.ts';
import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import { type Attempt, chosenAttempt } from '../pipeline/trace.ts';
import type { Trial } from '../runs/trial.ts';
import type { FreeTask } from '../tasks/markdown-task.ts';
import { AnswerDeadline, tooSlow } from './answer-deadline.ts';
import type { AnswerEnd, AnswerEvent, Chat, Proof } from './chat.ts';
import { fenced } from './fenced.ts';
import { progressLine } from './progress-line.ts';
import { proofLine, proofOf } from './proof.ts';
import { type AnswerLimits, solveTask, type TaskServices } from './solve-task.ts';
import { asWireError, WireError } from './wire-error.ts';

export interface AnswerServices extends TaskServices {
  readonly signal: AbortSignal;
}

/** Solves the task that a chat asks for, and tells what happens; throws WireError where a model or the sandbox broke. */
export async function* solveChat(
  { sampling }: Chat,
  task: FreeTask,
  spec: PipelineSpec,
  services: AnswerServices,
): AsyncGenerator<AnswerEvent> {
  const { seed, maxTokens } = sampling;
  const { signal } = services;
  try {
    const earlier: Attempt[] = [];
    for await (const event of solveTask({ task, spec, seed, maxTokens, signal }, services)) {
      const line = progressLine(event, earlier, task.prompt.entryPoint);
      if (event.kind === 'attempt') earlier.push(event.attempt);
      if (line !== null) yield { kind: 'progress', text: line };
      if (event.kind === 'trial-ended') yield* answerOf(event.trial, task, services.limits);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw asWireError(error);
  }
}

function* answerOf(trial: Trial, task: FreeTask, limits: AnswerLimits): Generator<AnswerEvent> {
  const { code } = answerIn(trial, limits);
  const proof = proofOf(trial, task);
  yield { kind: 'text', text: `${fenced(code)}\n\n${proofLine(proof)}\n` };
  yield endOf(proof);
}

/** The attempt that is the answer; throws WireError where there is none. */
export function answerIn({ trace: { attempts, fault } }: Trial, { seconds }: AnswerLimits): Attempt {
  const chosen = chosenAttempt(attempts);
  if (chosen !== null) return chosen;
  throw fault === null ? tooSlow(seconds) : new WireError('model-failed', fault.message);
}

/** How an answer to a task ends. */
export function endOf(proof: Proof): AnswerEnd {
  const { promptTokens, completionTokens } = proof.cost;
  return { kind: 'ended', finish: 'stop', usage: { promptTokens, completionTokens }, proof };
}

/** Characters at the end of a text that is still being written which may yet change. */
const UNSETTLED = 64;

/** Asks the generator's model once, with the conversation as it is; nothing is verified. Throws WireError where it breaks or takes too long. */
export async function* askModel(
  { messages, sampling }: Chat,
  { generator }: PipelineSpec,
  { solver, limits, signal: given }: Pick<AnswerServices, 'solver' | 'limits' | 'signal'>,
): AsyncGenerator<AnswerEvent> {
  const deadline = new AnswerDeadline(limits.seconds);
  const signal = AbortSignal.any([given, deadline.signal]);
  try {
    const model = await untilAborted(() => solver.model(generator.model), signal);
    const texts = new Channel<string>();
    const asked = complete(model, { messages, sampling, usual: generator, signal, onText: (text) => texts.give(text) });
    asked.then(
      () => texts.close(),
      () => texts.close(),
    );
    let sent = '';
    for await (const text of texts) {
      const settled = text.slice(0, Math.max(sent.length, text.length - UNSETTLED));
      if (settled.length <= sent.length || !settled.startsWith(sent)) continue;
      yield { kind: 'text', text: settled.slice(sent.length) };
      sent = settled;
    }
    const { text, usage, finishReason } = await asked;
    const rest = text.startsWith(sent) ? text.slice(sent.length) : '';
    if (rest !== '') yield { kind: 'text', text: rest };
    const { promptTokens = 0, completionTokens = 0 } = usage ?? {};
    const finish = finishReason === 'length' ? 'length' : 'stop';
    yield { kind: 'ended', finish, usage: { promptTokens, completionTokens }, proof: null };
  } catch (error) {
    signal.throwIfAborted();
    throw asWireError(error);
  } finally {
    deadline.clear();
  }
}

const LONGEST_ANSWER = 4096;

interface Asking extends Pick<Chat, 'messages' | 'sampling'> {
  readonly usual: PipelineSpec['generator'];
  readonly signal: AbortSignal;
  readonly onText: (text: string) => void;
}

function complete(model: Model, { messages, sampling, usual, signal, onText }: Asking) {
  const [first = 0.3] = typeof usual.temperature === 'number' ? [usual.temperature] : usual.temperature;
  const {
    temperature = first,
    maxTokens = LONGEST_ANSWER,
    seed = deriveSeed('chat', messages.length),
    stop,
  } = sampling;
  const draw = { taskId: 'chat', repeat: 0, role: 'generator', attempt: 0, place: 0, places: 1 } as const;
  const request = { messages, sampling: { temperature, maxTokens, seed }, draw, onText };
  return model.complete({ ...request, ...(stop && { stop }) }, signal);
}
