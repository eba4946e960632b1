import { z } from 'zod';
import type { Message } from '../../models/model.ts';
import type { AnswerEnd } from '../chat.ts';
import type { WireError } from '../wire-error.ts';
import { openaiError } from './openai-error.ts';
import { content, optionalNumber, optionalTokens, readBody, readMessages, refuseMedia } from './read-body.ts';
import { SSE_COMMENT, sse } from './server-sent.ts';
import type { AnswerHead, AnswerWriter, WholeAnswer, Wire, WireRequest } from './wire.ts';

const item = z.looseObject({ type: z.string().nullish(), role: z.string().nullish(), content });

const responseSchema = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(item)]).nullish(),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  max_output_tokens: optionalTokens,
  temperature: optionalNumber,
  tools: z.array(z.unknown()).nullish(),
  text: z.looseObject({ format: z.looseObject({ type: z.string() }).nullish() }).nullish(),
  previous_response_id: z.string().nullish(),
});

/** OpenAI's /v1/responses; nothing is kept, so a request holds its whole conversation. */
export const openaiResponses: Wire = {
  name: 'openai-responses',
  path: '/v1/responses',
  streamType: 'text/event-stream',
  read,
  whole: (head, answer) => responseOf(head, 'completed', itemsOf(head, answer), answer.end),
  writer: (head) => new EventWriter(head),
  error: openaiError,
};

function read(body: unknown): WireRequest {
  const { model, input, instructions, stream, tools, text, ...rest } = readBody(responseSchema, body);
  const given = typeof input === 'string' ? [{ role: 'user', content: input }] : (input ?? []);
  const isMessage = (one: z.output<typeof item>) => (one.type ?? 'message') === 'message';
  const said = given.filter(isMessage).map((one) => ({ role: one.role ?? 'user', content: one.content }));
  const conversation = readMessages(said, 'input');
  refuseMedia(conversation, 'input');
  const isTool = (one: z.output<typeof item>) => !isMessage(one) && one.type !== 'reasoning';
  const hasTools = (tools ?? []).length > 0 || given.some(isTool) || conversation.hasTools;
  const isFormed = text?.format != null && text.format.type !== 'text';
  const isContinued = rest.previous_response_id != null;
  return {
    chat: {
      model,
      messages: [...systemOf(instructions), ...conversation.messages],
      hasTools: hasTools || isFormed || isContinued,
      sampling: {
        temperature: rest.temperature ?? undefined,
        maxTokens: rest.max_output_tokens ?? undefined,
      },
    },
    isStream: stream === true,
    options: { showsProgress: true, includesUsage: true },
  };
}

function systemOf(instructions: string | null | undefined): Message[] {
  return instructions ? [{ role: 'system', content: instructions }] : [];
}

function responseOf(head: AnswerHead, status: string, output: readonly object[], end: AnswerEnd | null): object {
  const proof = end?.proof ?? null;
  return {
    id: `resp_${head.id}`,
    object: 'response',
    created_at: head.created,
    status,
    error: null,
    incomplete_details: end?.finish === 'length' ? { reason: 'max_output_tokens' } : null,
    instructions: null,
    max_output_tokens: null,
    model: head.model,
    output,
    parallel_tool_calls: false,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: false,
    temperature: null,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: null,
    truncation: 'disabled',
    usage: end === null ? null : usageOf(end),
    user: null,
    metadata: {},
    ...(proof !== null && { greenloop: proof }),
  };
}

function usageOf({ usage: { promptTokens, completionTokens } }: AnswerEnd) {
  return {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: promptTokens + completionTokens,
  };
}

function itemsOf(head: AnswerHead, { text, progress }: Pick<WholeAnswer, 'text' | 'progress'>): object[] {
  const message = messageItem(head, 'completed', [textPart(text)]);
  return progress.length === 0 ? [message] : [reasoningItem(head, progress.join('\n')), message];
}

function reasoningItem({ id }: AnswerHead, text: string | null): object {
  const summary = text === null ? [] : [{ type: 'summary_text', text }];
  return { id: `rs_${id}`, type: 'reasoning', summary };
}

function messageItem({ id }: AnswerHead, status: string, parts: readonly object[]): object {
  return { id: `msg_${id}`, type: 'message', status, role: 'assistant', content: parts };
}

function textPart(text: string): object {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

/** Which item of the answer is being written. */
type Phase = 'none' | 'reasoning' | 'message';

class EventWriter implements AnswerWriter {
  readonly keepAlive = SSE_COMMENT;
  readonly #head: AnswerHead;
  #sequence = 0;
  #phase: Phase = 'none';
  #index = -1;
  #progress = '';
  #text = '';

  constructor(head: AnswerHead) {
    this.#head = head;
  }

  begin(): string {
    const response = responseOf(this.#head, 'in_progress', [], null);
    return this.#event('response.created', { response }) + this.#event('response.in_progress', { response });
  }

  progress(line: string): string {
    // What comes after the text has begun has no place any more.
    if (this.#phase === 'message') return '';
    const opened = this.#phase === 'none' ? this.#openReasoning() : '';
    const delta = `${line}\n`;
    this.#progress += delta;
    return opened + this.#event('response.reasoning_summary_text.delta', { ...this.#summary(), delta });
  }

  text(part: string): string {
    const opened = this.#phase === 'message' ? '' : this.#closeReasoning() + this.#openMessage();
    this.#text += part;
    return opened + this.#event('response.output_text.delta', { ...this.#content(), delta: part, logprobs: [] });
  }

  end(end: AnswerEnd): string {
    const opened = this.#phase === 'message' ? '' : this.#closeReasoning() + this.#openMessage();
    const part = textPart(this.#text);
    const item = messageItem(this.#head, 'completed', [part]);
    const progress = this.#progress === '' ? [] : [this.#progress.trimEnd()];
    const output = itemsOf(this.#head, { text: this.#text, progress });
    const status = end.finish === 'length' ? 'incomplete' : 'completed';
    return [
      opened,
      this.#event('response.output_text.done', { ...this.#content(), text: this.#text, logprobs: [] }),
      this.#event('response.content_part.done', { ...this.#content(), part }),
      this.#event('response.output_item.done', { output_index: this.#index, item }),
      this.#event(`response.${status}`, { response: responseOf(this.#head, status, output, end) }),
    ].join('');
  }

  fail(error: WireError): string {
    const response = responseOf(this.#head, 'failed', [], null);
    const failure = { code: 'server_error', message: error.message };
    return this.#event('response.failed', { response: { ...response, error: failure } });
  }

  #openReasoning(): string {
    this.#phase = 'reasoning';
    this.#index += 1;
    const part = { type: 'summary_text', text: '' };
    return (
      this.#event('response.output_item.added', {
        output_index: this.#index,
        item: reasoningItem(this.#head, null),
      }) + this.#event('response.reasoning_summary_part.added', { ...this.#summary(), part })
    );
  }

  #closeReasoning(): string {
    if (this.#phase !== 'reasoning') return '';
    const text = this.#progress.trimEnd();
    return (
      this.#event('response.reasoning_summary_text.done', { ...this.#summary(), text }) +
      this.#event('response.reasoning_summary_part.done', {
        ...this.#summary(),
        part: { type: 'summary_text', text },
      }) +
      this.#event('response.output_item.done', {
        output_index: this.#index,
        item: reasoningItem(this.#head, text),
      })
    );
  }

  #openMessage(): string {
    this.#phase = 'message';
    this.#index += 1;
    return (
      this.#event('response.output_item.added', {
        output_index: this.#index,
        item: messageItem(this.#head, 'in_progress', []),
      }) + this.#event('response.content_part.added', { ...this.#content(), part: textPart('') })
    );
  }

  #summary() {
    return { item_id: `rs_${this.#head.id}`, output_index: this.#index, summary_index: 0 };
  }

  #content() {
    return { item_id: `msg_${this.#head.id}`, output_index: this.#index, content_index: 0 };
  }

  #event(type: string, fields: object): string {
    const event = { type, sequence_number: this.#sequence, ...fields };
    this.#sequence += 1;
    return sse(event, type);
  }
}
