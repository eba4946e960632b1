import { z } from 'zod';
import type { AnswerEnd, Chat } from '../chat.ts';
import type { WireError } from '../wire-error.ts';
import { WireError as Refused } from '../wire-error.ts';
import { openaiError } from './openai-error.ts';
import {
  content,
  optionalNumber,
  optionalSeed,
  optionalTokens,
  readBody,
  readMessages,
  refuseMedia,
  stopStrings,
} from './read-body.ts';
import { SSE_COMMENT, sse } from './server-sent.ts';
import type { AnswerHead, AnswerWriter, WholeAnswer, Wire, WireRequest } from './wire.ts';

/** What of a chat is read; all else is ignored, as it does not change what a pipeline answers. */
const chatSchema = z.looseObject({
  model: z.string().min(1),
  messages: z.array(z.looseObject({ role: z.string(), content, tool_calls: z.unknown().optional() })).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: optionalTokens,
  max_completion_tokens: optionalTokens,
  temperature: optionalNumber,
  seed: optionalSeed,
  stop: stopStrings,
  n: z.number().nullish(),
  logprobs: z.boolean().nullish(),
  tools: z.array(z.unknown()).nullish(),
  functions: z.array(z.unknown()).nullish(),
  response_format: z.looseObject({ type: z.string() }).nullish(),
});

/** OpenAI's /v1/chat/completions. */
export const openaiChat: Wire = {
  name: 'openai-chat',
  path: '/v1/chat/completions',
  streamType: 'text/event-stream',
  read,
  whole,
  writer: (head) => new ChunkWriter(head),
  error: openaiError,
};

function read(body: unknown): WireRequest {
  const { stream, stream_options: streamOptions, ...chat } = readBody(chatSchema, body);
  if ((chat.n ?? 1) !== 1) throw new Refused('invalid-request', 'n: a pipeline gives one answer', { field: 'n' });
  if (chat.logprobs === true) {
    throw new Refused('invalid-request', 'logprobs: a pipeline has none to give', { field: 'logprobs' });
  }
  return {
    chat: chatOf(chat),
    isStream: stream === true,
    options: { showsProgress: true, includesUsage: streamOptions?.include_usage === true },
  };
}

function chatOf({
  model,
  messages,
  tools,
  functions,
  response_format: format,
  ...rest
}: z.output<typeof chatSchema>): Chat {
  const conversation = readMessages(messages, 'messages');
  refuseMedia(conversation, 'messages');
  const hasTools = (tools ?? []).length > 0 || (functions ?? []).length > 0 || conversation.hasTools;
  const isFormed = format != null && format.type !== 'text';
  return {
    model,
    messages: conversation.messages,
    hasTools: hasTools || isFormed,
    sampling: {
      temperature: rest.temperature ?? undefined,
      maxTokens: rest.max_completion_tokens ?? rest.max_tokens ?? undefined,
      seed: rest.seed,
      stop: rest.stop,
    },
  };
}

function whole({ id, created, model }: AnswerHead, { text, progress, end }: WholeAnswer): object {
  const message = { role: 'assistant', content: text, refusal: null };
  const reasoning = progress.length === 0 ? {} : { reasoning_content: progress.join('\n') };
  return {
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created,
    model,
    choices: [{ index: 0, message: { ...message, ...reasoning }, logprobs: null, finish_reason: end.finish }],
    usage: usageOf(end),
    ...(end.proof !== null && { greenloop: end.proof }),
  };
}

function usageOf({ usage: { promptTokens, completionTokens } }: AnswerEnd) {
  const total = promptTokens + completionTokens;
  return { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: total };
}

class ChunkWriter implements AnswerWriter {
  readonly keepAlive = SSE_COMMENT;
  readonly #head: AnswerHead;

  constructor(head: AnswerHead) {
    this.#head = head;
  }

  begin(): string {
    return this.#chunk({ role: 'assistant', content: '' });
  }

  progress(line: string): string {
    return this.#chunk({ content: '', reasoning_content: `${line}\n` });
  }

  text(part: string): string {
    return this.#chunk({ content: part });
  }

  end(end: AnswerEnd): string {
    const proof = end.proof === null ? {} : { greenloop: end.proof };
    const last = sse({ ...this.#frame([this.#choice({ content: '' }, end.finish)]), ...proof });
    const usage = this.#head.options.includesUsage ? sse({ ...this.#frame([]), usage: usageOf(end) }) : '';
    return `${last}${usage}data: [DONE]\n\n`;
  }

  fail(error: WireError): string {
    return sse(openaiError(error));
  }

  #chunk(delta: object): string {
    return sse(this.#frame([this.#choice(delta, null)]));
  }

  #choice(delta: object, finish: string | null) {
    return { index: 0, delta, logprobs: null, finish_reason: finish };
  }

  #frame(choices: readonly object[]) {
    const { id, created, model, options } = this.#head;
    const frame = { id: `chatcmpl-${id}`, object: 'chat.completion.chunk', created, model, choices };
    return options.includesUsage ? { ...frame, usage: null } : frame;
  }
}
