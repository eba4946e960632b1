import { deriveSeed } from '../base/hash.ts';
import type { Completion, CompletionRequest, Message, Role } from '../models/model.ts';
import type { TaskPrompt } from '../tasks/task.ts';
import { watchAnswer } from './complete-answer.ts';
import { endsOf, type PipelineServices } from './pipeline-services.ts';
import { mostDrafts, type PipelineSpec, type RoleSpec } from './pipeline-spec.ts';
import type { NamedCompletion } from './trace.ts';

/** What is asked, of whom. */
export interface Question {
  readonly role: Role;
  readonly by: RoleSpec;
  readonly messages: Message[];
  /** Number of the attempt that the answer leads to. */
  readonly attempt: number;
  /** Programs that the messages show: an answer may quote them. */
  readonly shown: readonly string[];
}

/** An answer, and the chat that it ends. */
export interface Answered {
  readonly text: string;
  readonly chat: Message[];
  /** True where its cap on new tokens ended it. */
  readonly isTruncated: boolean;
}

/** An answer that is all one code block. */
const BEGUN_CODE = { prefill: '```python\n', stop: ['\n```'] } as const;

type Services = Pick<PipelineServices, 'model' | 'seed' | 'repeat' | 'signal' | 'deadline' | 'onEvent'>;

/** What one trial asks its models: names and seeds every draw, tells of it, and keeps every answer for the attempt that it leads to. */
export class ModelCalls {
  readonly #spec: PipelineSpec;
  readonly #prompt: TaskPrompt;
  readonly #services: Services;
  readonly #ending = new AbortController();
  readonly #signal: AbortSignal;
  /** Answers that are underway or came, by attempt and role; each is asked for once. */
  readonly #answers = new Map<string, Promise<Answered>>();
  readonly #completions = new Map<number, NamedCompletion[]>();
  readonly #drawn = new Map<string, number>();

  constructor(spec: PipelineSpec, prompt: TaskPrompt, services: Services) {
    this.#spec = spec;
    this.#prompt = prompt;
    this.#services = services;
    this.#signal = AbortSignal.any([...endsOf(services), this.#ending.signal]);
  }

  /** The answer of a role for an attempt; what was asked for before comes as it was asked then. */
  ask(question: Question): Promise<Answered> {
    const key = `${question.attempt} ${question.role}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = this.#ask(question, this.#place(question));
    this.#answers.set(key, answer);
    // Who never waits for it is not told of what breaks.
    answer.catch(() => {});
    return answer;
  }

  /** Asks once more what was answered too long, with twice the tokens. */
  askAgain(question: Question): Promise<Answered> {
    const { by } = question;
    return this.#ask({ ...question, by: { ...by, maxTokens: 2 * by.maxTokens } }, 0);
  }

  /** The answers that led to an attempt, which is made now. */
  take(attempt: number): NamedCompletion[] {
    const own = this.#completions.get(attempt) ?? [];
    this.#completions.delete(attempt);
    return own;
  }

  /** Answers that led to no attempt. */
  get unused(): NamedCompletion[] {
    return [...this.#completions.values()].flat();
  }

  /** Ends the calls that nobody waits for any more; what they had written counts as spent. */
  async cancel(): Promise<void> {
    this.#ending.abort();
    await Promise.allSettled(this.#answers.values());
  }

  async #ask(question: Question, place: number): Promise<Answered> {
    const { role, by, messages, attempt } = question;
    const { model, temperature } = by;
    const { onEvent, signal, deadline } = this.#services;
    const request = this.#request(question, place);
    const call = { role, model, attempt };
    onEvent?.({ kind: 'call-started', ...call, messages });
    const start = performance.now();
    let written = '';
    const onText = (text: string) => {
      written = text;
      onEvent?.({ kind: 'call-text', ...call, text });
    };
    const completion = await this.#services
      .model(model)
      .complete({ ...request, onText: onEvent && onText }, this.#signal)
      .catch((error: unknown) => {
        const isGivenUp = this.#ending.signal.aborted || deadline?.aborted;
        if (!isGivenUp || signal?.aborted) throw error;
        return cancelled(messages, written, (performance.now() - start) / 1000);
      });
    onEvent?.({ kind: 'call-ended', ...call, completion });
    const named = { ...completion, role, model, seed: request.sampling.seed, temperature, messages };
    this.#completions.set(attempt, [...(this.#completions.get(attempt) ?? []), named]);
    deadline?.throwIfAborted();
    const { text, finishReason } = completion;
    return { text, chat: [...messages, { role: 'assistant', content: text }], isTruncated: finishReason === 'length' };
  }

  /** Which draft of its model this is; answers of other roles stand where the first draft does. */
  #place({ role, by: { model } }: Question): number {
    if (role !== 'generator') return 0;
    const place = this.#drawn.get(model) ?? 0;
    this.#drawn.set(model, place + 1);
    return place;
  }

  #request({ role, by, messages, attempt, shown }: Question, place: number) {
    const { model, temperature, maxTokens } = by;
    const { seed: runSeed, repeat } = this.#services;
    const { id: taskId } = this.#prompt;
    const draw = { taskId, repeat, role, attempt, place, places: Math.max(1, mostDrafts(this.#spec, model)) };
    const seed = deriveSeed(runSeed, taskId, repeat, role, attempt);
    const isComplete = this.#spec.cut && role !== 'analyzer' ? watchAnswer(this.#prompt, shown) : undefined;
    const begun = by.prefill === 'code' ? BEGUN_CODE : {};
    const sampling = { temperature, maxTokens, seed };
    return { messages, sampling, draw, isComplete, ...begun } satisfies CompletionRequest;
  }
}

/** Servers do not say what an answer cost that was given up. */
const CHARACTERS_PER_TOKEN = 4;

function cancelled(messages: readonly Message[], text: string, seconds: number): Completion {
  const tokens = (characters: number) => Math.ceil(characters / CHARACTERS_PER_TOKEN);
  const sent = messages.reduce((sum, { content }) => sum + content.length, 0);
  const usage = { promptTokens: tokens(sent), completionTokens: tokens(text.length), isEstimated: true } as const;
  return { text, finishReason: 'cut', usage, seconds, timings: null };
}
