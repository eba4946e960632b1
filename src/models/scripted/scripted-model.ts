import { untilAborted } from '../../base/concurrency.ts';
import { watchOf } from '../answer-watch.ts';
import type { Completion, CompletionRequest, Message, Model } from '../model.ts';
import { withPrefill } from '../prefill.ts';
import { findStop } from '../stop-strings.ts';

/** Answers a request in a program; may throw, as a real model may. */
export type ScriptAnswer = (
  request: CompletionRequest,
  signal?: AbortSignal,
) => string | Partial<Completion> | Promise<string | Partial<Completion>>;

/** A Model that answers as it is told, for tests and the demo, line by line; tokens are estimated so that it has a cost. */
export class ScriptedModel implements Model {
  readonly name: string;
  readonly #answer: ScriptAnswer;

  constructor(name: string, answer: ScriptAnswer) {
    this.name = `scripted/${name}`;
    this.#answer = answer;
  }

  async prepare(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
  }

  async complete(request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    signal?.throwIfAborted();
    const answer = await untilAborted(async () => this.#answer(request, signal), signal);
    const given = typeof answer === 'string' ? { text: answer } : answer;
    const whole = withPrefill(beforeStop(given.text ?? '', request), request.prefill);
    const text = written(whole, request);
    const completion = { seconds: 0, timings: null, ...given, text };
    const usage = estimateUsage(request.messages, text);
    if (text.length < whole.length) return { ...completion, finishReason: 'cut', usage };
    return { finishReason: 'stop', usage, ...completion };
  }
}

/** What comes before the first stop string that is not in the prefill. */
function beforeStop(text: string, { prefill = '', stop }: CompletionRequest): string {
  const from = text.startsWith(prefill) ? prefill.length : 0;
  const place = findStop(text.slice(from), stop);
  return place < 0 ? text : text.slice(0, from + place);
}

/** The text up to the line with which the answer is complete. */
function written(text: string, request: CompletionRequest): string {
  const watch = watchOf(request);
  if (watch === null) return text;
  for (let end = text.indexOf('\n') + 1; end > 0 && end < text.length; end = text.indexOf('\n', end) + 1) {
    if (watch(text.slice(0, end))) return text.slice(0, end);
  }
  watch(text);
  return text;
}

function estimateUsage(messages: readonly Message[], text: string): Completion['usage'] {
  const prompt = messages.map(({ content }) => estimateTokens(content)).reduce((sum, tokens) => sum + tokens, 0);
  return { promptTokens: prompt, completionTokens: estimateTokens(text) };
}

/** Four characters a token, as is usual for code and English. */
function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}
