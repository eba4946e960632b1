import { z } from 'zod';
import type { Message } from '../../models/model.ts';
import { TokenEstimate } from '../../models/token-estimate.ts';
import type { AnswerEnd } from '../chat.ts';
import type { WireError, WireErrorKind } from '../wire-error.ts';
import {
  content,
  optionalNumber,
  optionalTokens,
  readBody,
  readContent,
  readMessages,
  refuseMedia,
  stopStrings,
} from './read-body.ts';
import { sse } from './server-sent.ts';
import type { AnswerHead, AnswerWriter, WholeAnswer, Wire, WireRequest } from './wire.ts';

const messageSchema = z.looseObject({
  model: z.string().min(1),
  messages: z.array(z.looseObject({ role: z.string(), content })).min(1),
  system: content,
  stream: z.boolean().nullish(),
  max_tokens: optionalTokens,
  temperature: optionalNumber,
  stop_sequences: stopStrings,
  tools: z.array(z.unknown()).nullish(),
  thinking: z.looseObject({ type: z.string() }).nullish(),
});

/** Anthropic's /v1/messages. */
export const anthropic: Wire = {
  name: 'anthropic',
  path: '/v1/messages',
  streamType: 'text/event-stream',
  read,
  whole,
  writer: (head) => new BlockWriter(head),
  error: anthropicError,
};

function read(body: unknown): WireRequest {
  const { model, messages, system, stream, tools, thinking, ...rest } = readBody(messageSchema, body);
  const conversation = readMessages(messages, 'messages');
  refuseMedia(conversation, 'messages');
  return {
    chat: {
      model,
      messages: [...systemOf(system), ...conversation.messages],
      hasTools: (tools ?? []).length > 0 || conversation.hasTools,
      sampling: {
        temperature: rest.temperature ?? undefined,
        maxTokens: rest.max_tokens ?? undefined,
        stop: rest.stop_sequences,
      },
    },
    isStream: stream === true,
    options: { showsProgress: thinking != null && thinking.type !== 'disabled', includesUsage: true },
  };
}

function systemOf(system: z.output<typeof content>): Message[] {
  const { text } = readContent(system);
  return text === '' ? [] : [{ role: 'system', content: text }];
}

/** What /v1/messages/count_tokens answers: an estimate, as no tokenizer of the model is at hand. */
export function countTokens(body: unknown): object {
  const { system, messages } = readBody(messageSchema, body);
  const said = [...systemOf(system), ...readMessages(messages, 'messages').messages];
  return { input_tokens: Math.max(1, new TokenEstimate().tokensOf(said)) };
}

function whole(head: AnswerHead, { text, progress, end }: WholeAnswer): object {
  const thought = head.options.showsProgress && progress.length > 0;
  const thinking = { type: 'thinking', thinking: progress.join('\n'), signature: '' };
  return {
    ...frameOf(head),
    content: [...(thought ? [thinking] : []), { type: 'text', text }],
    stop_reason: reasonOf(end),
    stop_sequence: null,
    usage: usageOf(end),
    ...(end.proof !== null && { greenloop: end.proof }),
  };
}

function frameOf({ id, model }: AnswerHead) {
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model };
}

function reasonOf({ finish }: AnswerEnd): string {
  return finish === 'length' ? 'max_tokens' : 'end_turn';
}

function usageOf({ usage: { promptTokens, completionTokens } }: AnswerEnd) {
  return {
    input_tokens: promptTokens,
    output_tokens: completionTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
  };
}

class BlockWriter implements AnswerWriter {
  readonly keepAlive = sse({ type: 'ping' }, 'ping');
  readonly #head: AnswerHead;
  #index = -1;
  #open: 'thinking' | 'text' | null = null;

  constructor(head: AnswerHead) {
    this.#head = head;
  }

  begin(): string {
    const usage = { input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
    const message = { ...frameOf(this.#head), content: [], stop_reason: null, stop_sequence: null, usage };
    return sse({ type: 'message_start', message }, 'message_start') + this.keepAlive;
  }

  progress(line: string): string {
    if (!this.#head.options.showsProgress || this.#open === 'text') return '';
    const begun = this.#begin('thinking', { type: 'thinking', thinking: '', signature: '' });
    return begun + this.#delta({ type: 'thinking_delta', thinking: `${line}\n` });
  }

  text(part: string): string {
    return this.#begin('text', { type: 'text', text: '' }) + this.#delta({ type: 'text_delta', text: part });
  }

  end(end: AnswerEnd): string {
    const begun = this.#begin('text', { type: 'text', text: '' });
    const delta = { stop_reason: reasonOf(end), stop_sequence: null };
    const proof = end.proof === null ? {} : { greenloop: end.proof };
    return [
      begun,
      this.#stop(),
      sse({ type: 'message_delta', delta, usage: usageOf(end), ...proof }, 'message_delta'),
      sse({ type: 'message_stop' }, 'message_stop'),
    ].join('');
  }

  fail(error: WireError): string {
    return sse(anthropicError(error), 'error');
  }

  /** Ends the block before, and begins one of this kind; nothing where it is open. */
  #begin(kind: 'thinking' | 'text', block: object): string {
    if (this.#open === kind) return '';
    const before = this.#stop();
    this.#open = kind;
    this.#index += 1;
    return (
      before + sse({ type: 'content_block_start', index: this.#index, content_block: block }, 'content_block_start')
    );
  }

  #stop(): string {
    if (this.#open === null) return '';
    this.#open = null;
    return sse({ type: 'content_block_stop', index: this.#index }, 'content_block_stop');
  }

  #delta(delta: object): string {
    return sse({ type: 'content_block_delta', index: this.#index, delta }, 'content_block_delta');
  }
}

const TYPES: Readonly<Record<WireErrorKind, string>> = {
  'invalid-request': 'invalid_request_error',
  'no-key': 'authentication_error',
  forbidden: 'permission_error',
  'not-found': 'not_found_error',
  'too-large': 'request_too_large',
  busy: 'rate_limit_error',
  'model-failed': 'api_error',
  'too-slow': 'timeout_error',
  'client-gone': 'invalid_request_error',
  closing: 'api_error',
  internal: 'api_error',
};

function anthropicError({ kind, message }: WireError): object {
  return { type: 'error', error: { type: TYPES[kind], message } };
}
