import { z } from 'zod';
import type { AnswerEnd, Chat, ChatSampling } from '../chat.ts';
import type { WireError } from '../wire-error.ts';
import {
  content,
  optionalNumber,
  optionalSeed,
  readBody,
  readMessages,
  refuseMedia,
  stopStrings,
} from './read-body.ts';
import { ndjson } from './server-sent.ts';
import type { AnswerHead, AnswerWriter, WholeAnswer, Wire, WireRequest } from './wire.ts';

const options = z
  .looseObject({
    temperature: optionalNumber,
    num_predict: z.number().int().nullish(),
    seed: optionalSeed,
    stop: stopStrings,
  })
  .nullish();

const common = {
  model: z.string().min(1),
  stream: z.boolean().nullish(),
  think: z.union([z.boolean(), z.string()]).nullish(),
  format: z.unknown().optional(),
  options,
};

const images = z.array(z.unknown()).nullish();

const chatSchema = z.looseObject({
  ...common,
  messages: z.array(z.looseObject({ role: z.string(), content, images, tool_calls: z.unknown().optional() })).nullish(),
  tools: z.array(z.unknown()).nullish(),
});

const generateSchema = z.looseObject({
  ...common,
  prompt: z.string().nullish(),
  system: z.string().nullish(),
  suffix: z.string().nullish(),
  raw: z.boolean().nullish(),
  images,
});

/** Ollama's /api/chat. */
export const ollamaChat = wireOf('ollama-chat', '/api/chat', readChat, chatPart);

/** Ollama's /api/generate. */
export const ollamaGenerate = wireOf('ollama-generate', '/api/generate', readGenerate, generatePart);

function wireOf(name: Wire['name'], path: string, read: Wire['read'], part: Part): Wire {
  return {
    ...{ name, path, read, streamType: 'application/x-ndjson', error: ollamaError },
    whole: (head, answer) => wholeAnswer(head, answer, part),
    writer: (head) => new LineWriter(head, part),
  };
}

function readChat(body: unknown): WireRequest {
  const { messages, tools, ...rest } = readBody(chatSchema, body);
  const given = messages ?? [];
  const read = readMessages(given, 'messages');
  refuseMedia({ ...read, hasMedia: read.hasMedia || given.some((message) => hasSome(message.images)) }, 'messages');
  const conversation = { messages: read.messages, hasTools: read.hasTools || hasSome(tools) };
  return requestOf(rest, conversation);
}

function readGenerate(body: unknown): WireRequest {
  const { prompt, system, suffix, raw, images: media, ...rest } = readBody(generateSchema, body);
  refuseMedia({ messages: [], hasTools: false, hasMedia: hasSome(media) }, 'images');
  const user = { role: 'user' as const, content: prompt ?? '' };
  const messages = system ? [{ role: 'system' as const, content: system }, user] : [user];
  // A text to be filled in, or one that has its template already, is for the model itself.
  return requestOf(rest, { messages, hasTools: raw === true || (suffix ?? '') !== '' });
}

function requestOf(
  { model, stream, think, format, options: given }: z.output<z.ZodObject<typeof common>>,
  { messages, hasTools }: Pick<Chat, 'messages' | 'hasTools'>,
): WireRequest {
  const isFormed = format != null && format !== '';
  return {
    chat: { model, messages, hasTools: hasTools || isFormed, sampling: samplingOf(given) },
    isStream: stream !== false,
    options: { showsProgress: think !== undefined && think !== null && think !== false, includesUsage: false },
  };
}

function samplingOf(given: z.output<typeof options>): ChatSampling {
  const { temperature, num_predict: tokens, seed, stop } = given ?? {};
  return {
    temperature: temperature ?? undefined,
    maxTokens: tokens == null || tokens < 1 ? undefined : tokens,
    seed,
    stop,
  };
}

function hasSome(list: readonly unknown[] | null | undefined): boolean {
  return (list ?? []).length > 0;
}

/** How a part of an answer stands in a line. */
type Part = (text: string, thinking: string) => object;

function chatPart(text: string, thinking: string): object {
  return { message: { role: 'assistant', content: text, ...(thinking !== '' && { thinking }) } };
}

function generatePart(text: string, thinking: string): object {
  return { response: text, ...(thinking !== '' && { thinking }) };
}

function wholeAnswer(head: AnswerHead, { text, progress, end }: WholeAnswer, part: Part): object {
  const thinking = head.options.showsProgress ? progress.join('\n') : '';
  return { ...frameOf(head), ...part(text, thinking), ...endOf(end) };
}

function frameOf({ model, created }: AnswerHead) {
  return { model, created_at: new Date(created * 1000).toISOString() };
}

function endOf({ finish, usage, proof }: AnswerEnd) {
  const nanoseconds = Math.round(1e9 * (proof?.cost.seconds ?? 0));
  return {
    done: true,
    done_reason: finish,
    total_duration: nanoseconds,
    load_duration: 0,
    prompt_eval_count: usage.promptTokens,
    prompt_eval_duration: 0,
    eval_count: usage.completionTokens,
    eval_duration: nanoseconds,
    ...(proof !== null && { greenloop: proof }),
  };
}

class LineWriter implements AnswerWriter {
  readonly keepAlive: string;
  readonly #head: AnswerHead;
  readonly #part: Part;

  constructor(head: AnswerHead, part: Part) {
    this.#head = head;
    this.#part = part;
    this.keepAlive = this.#line('', '');
  }

  begin(): string {
    return this.#line('', '');
  }

  progress(line: string): string {
    return this.#head.options.showsProgress ? this.#line('', `${line}\n`) : '';
  }

  text(text: string): string {
    return this.#line(text, '');
  }

  end(end: AnswerEnd): string {
    return ndjson({ ...frameOf(this.#head), ...this.#part('', ''), ...endOf(end) });
  }

  fail(error: WireError): string {
    return ndjson(ollamaError(error));
  }

  #line(text: string, thinking: string): string {
    return ndjson({ ...frameOf(this.#head), ...this.#part(text, thinking), done: false });
  }
}

/** An error as Ollama has it. */
export function ollamaError({ message }: WireError): object {
  return { error: message };
}
