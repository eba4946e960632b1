import { isRecord } from '../http/http.ts';
import type { AnswerParts } from '../http/stream.ts';
import { contentText } from './openai-answer.ts';

/** Fields of a message that are text; servers put reasoning into the last two. */
const TEXTS = ['content', 'refusal', 'reasoning_content', 'reasoning'] as const;
/** Fields that are lists. */
const LISTS = ['reasoning_details', 'tool_calls'] as const;

/** The parts of an answer of /v1/chat/completions, which has about one for each token. */
export class OpenAIParts implements AnswerParts {
  pieces = 0;
  readonly endsSilently = false;
  readonly #texts: Partial<Record<string, string>> = {};
  readonly #lists: Partial<Record<string, readonly unknown[]>> = {};
  #reason: unknown = null;
  #usage: unknown = null;
  #timings: unknown = null;
  /** Of a server that gives the answer in one part. */
  #message: Record<string, unknown> | null = null;

  get text(): string {
    return this.#texts.content ?? '';
  }

  get isEnded(): boolean {
    return this.#reason !== null;
  }

  take(part: unknown): boolean {
    if (!isRecord(part)) return false;
    this.#usage = part.usage ?? this.#usage;
    this.#timings = part.timings ?? this.#timings;
    const choice: unknown = Array.isArray(part.choices) ? part.choices[0] : null;
    if (isRecord(choice)) this.#takeChoice(choice);
    return this.#message !== null;
  }

  joined(): unknown {
    return {
      choices: [{ message: this.#message ?? this.#joinedMessage(), finish_reason: this.#reason }],
      usage: this.#usage ?? usageIn(this.#timings),
      timings: this.#timings,
    };
  }

  /** An answer without a word is one where the server says that it ended. */
  #joinedMessage(): Record<string, unknown> {
    const { content, refusal, ...reasoning } = this.#texts;
    const isEmpty = content === undefined && this.isEnded && refusal === undefined;
    return { ...reasoning, ...this.#lists, refusal, content: isEmpty ? '' : content };
  }

  #takeChoice({ delta, message, finish_reason: reason }: Record<string, unknown>): void {
    this.#reason = reason ?? this.#reason;
    if (isRecord(message)) this.#message = message;
    const written = isRecord(message) ? message : delta;
    if (isRecord(written) && this.#takeWritten(written)) this.pieces += 1;
  }

  /** True where anything was written. */
  #takeWritten(written: Record<string, unknown>): boolean {
    const texts = TEXTS.map((field) => this.#takeText(field, written[field]));
    const lists = LISTS.map((field) => this.#takeList(field, written[field]));
    return [...texts, ...lists].some((length) => length > 0);
  }

  #takeText(field: string, content: unknown): number {
    const text = contentText(content) ?? '';
    if (text !== '') this.#texts[field] = (this.#texts[field] ?? '') + text;
    return text.length;
  }

  #takeList(field: string, list: unknown): number {
    if (!Array.isArray(list) || list.length === 0) return 0;
    // Only that there is one counts.
    this.#lists[field] ??= list;
    return list.length;
  }
}

/** What llama-server counts with each part (`timings_per_token`). */
function usageIn(timings: unknown): unknown {
  if (!isRecord(timings)) return null;
  const { prompt_n: read, cache_n: kept, predicted_n: completion } = timings;
  if (typeof read !== 'number') return null;
  return { prompt_tokens: read + (typeof kept === 'number' ? kept : 0), completion_tokens: completion };
}
