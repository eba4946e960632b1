import { Channel } from '../base/channel.ts';
import { deriveSeed } from '../base/hash.ts';
import type { Model } from '../models/model.ts';
import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import { type Attempt, chosenAttempt } from '../pipeline/trace.ts';
import type { Trial } from '../runs/trial.ts';
import type { FreeTask } from '../tasks/markdown-task.ts';
import type { Solver } from '../wiring/solver.ts';
import type { AnswerEvent, Chat } from './chat.ts';
import { progressLine } from './progress-line.ts';
import { proofLine, proofOf } from './proof.ts';
import { asWireError, WireError } from './wire-error.ts';

/** What one answer of a pipeline may take. */
export interface AnswerLimits {
  /** Of models and sandbox together. */
  readonly seconds: number;
  /** Of prompts and answers together. */
  readonly tokens: number;
}

/** Keeps what a task was solved with, and what came of it. */
export type KeepAnswer = (task: FreeTask, spec: PipelineSpec, seed: number, trial: Trial) => Promise<void>;

export interface AnswerServices {
  /** Null where nothing is kept. */
  readonly keep: KeepAnswer | null;
  readonly solver: Solver;
  readonly limits: AnswerLimits;
  readonly signal: AbortSignal;
}

/** Solves the task that a chat asks for, and tells what happens; throws WireError where a model or the sandbox broke. */
export async function* solveChat(
  { sampling }: Chat,
  task: FreeTask,
  spec: PipelineSpec,
  { solver, limits, signal, keep }: AnswerServices,
): AsyncGenerator<AnswerEvent> {
  const { seed = 0 } = sampling;
  const limited = withLimits(spec, limits, sampling.maxTokens);
  try {
    const earlier: Attempt[] = [];
    for await (const event of solver.solve(task, limited, { seed, signal })) {
      const line = progressLine(event, earlier, task.prompt.entryPoint);
      if (event.kind === 'attempt') earlier.push(event.attempt);
      if (line !== null) yield { kind: 'progress', text: line };
      if (event.kind !== 'trial-ended') continue;
      await keep?.(task, limited, seed, event.trial);
      yield* answerOf(event.trial, task);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw asWireError(error);
  }
}

/** The pipeline within the limits of the server, and of the request where that asks for less. */
export function withLimits(
  spec: PipelineSpec,
  limits: AnswerLimits,
  maxTokens = Number.POSITIVE_INFINITY,
): PipelineSpec {
  const seconds = Math.min(spec.stop.seconds ?? limits.seconds, limits.seconds);
  const tokens = Math.min(spec.stop.tokens ?? limits.tokens, limits.tokens);
  const capped = <Role extends { readonly maxTokens: number }>(role: Role): Role => ({
    ...role,
    maxTokens: Math.min(role.maxTokens, maxTokens),
  });
  const stages = spec.stages.map((stage) =>
    'drafts' in stage ? capped(stage) : { ...stage, refiner: capped(stage.refiner) },
  );
  return { ...spec, generator: capped(spec.generator), stages, stop: { ...spec.stop, seconds, tokens } };
}

function* answerOf(trial: Trial, task: FreeTask): Generator<AnswerEvent> {
  const { trace } = trial;
  const chosen = chosenAttempt(trace.attempts);
  if (trace.fault !== null && chosen === null) throw new WireError('model-failed', trace.fault.message);
  const proof = proofOf(trial, task);
  const code = chosen?.code.trimEnd() ?? '';
  yield { kind: 'text', text: `${fenced(code)}\n\n${proofLine(proof)}\n` };
  const { promptTokens, completionTokens } = trace.cost;
  yield { kind: 'ended', finish: 'stop', usage: { promptTokens, completionTokens }, proof };
}

/** A fence that the code itself does not hold. */
function fenced(code: string): string {
  const longest = Math.max(0, ...[...code.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}python\n${code}\n${fence}`;
}

/** Characters at the end of a text that is still being written which may yet change. */
const UNSETTLED = 64;

/** Asks the generator's model once, with the conversation as it is; nothing is verified. */
export async function* askModel(
  { messages, sampling }: Chat,
  { generator }: PipelineSpec,
  { solver, signal }: Pick<AnswerServices, 'solver' | 'signal'>,
): AsyncGenerator<AnswerEvent> {
  try {
    const model = await solver.model(generator.model);
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
