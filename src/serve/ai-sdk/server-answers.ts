import { z } from 'zod';
import { LineReader } from '../../models/http/line-reader.ts';
import { withoutEnd } from '../../models/http/server-url.ts';
import type { AnswerEnd, AnswerEvent, Proof } from '../chat.ts';
import { VIRTUAL } from '../virtual-models.ts';
import type { AnswerSource, Asked } from './answer-source.ts';
import { CallError } from './call-error.ts';

/** Where a server of greenloop listens. */
export interface ServerPlace {
  /** Default `http://127.0.0.1:11500`; with or without `/v1`. */
  readonly baseURL?: string | undefined;
  readonly apiKey?: string | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

const chunkSchema = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        delta: z.looseObject({ content: z.string().nullish(), reasoning_content: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z.looseObject({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish(),
  greenloop: z.custom<Proof>((value) => typeof value === 'object').nullish(),
  error: z.looseObject({ message: z.string() }).nullish(),
});

type Chunk = z.output<typeof chunkSchema>;

/** Asks a pipeline of a server on the wire of OpenAI, part by part; throws CallError of what the server refuses. */
export function askServer(pipeline: string, { baseURL, apiKey, headers }: ServerPlace): AnswerSource {
  const base = withoutEnd(baseURL ?? 'http://127.0.0.1:11500', '/').replace(/\/v1$/, '');
  const url = `${base}/v1/chat/completions`;
  const key = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  return async (asked) => {
    const body = bodyOf(pipeline, asked);
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...key, ...headers, ...definedOf(asked.headers) },
      body: JSON.stringify(body),
      ...(asked.signal !== undefined && { signal: asked.signal }),
    }).catch((cause: unknown) => {
      asked.signal?.throwIfAborted();
      throw new CallError(`no greenloop server answers at ${base}`, { url, body, cause, isRetryable: true });
    });
    if (!response.ok) throw await refusedCall(response, { url, body });
    return readAnswer(response, { url, body });
  };
}

function bodyOf(pipeline: string, { messages, sampling }: Asked): object {
  const { temperature, maxTokens, seed, stop } = sampling;
  return {
    model: pipeline.startsWith(VIRTUAL) ? pipeline : `${VIRTUAL}${pipeline}`,
    messages,
    ...{ temperature, max_tokens: maxTokens, seed, stop },
    stream: true,
    stream_options: { include_usage: true },
  };
}

function definedOf(headers: Asked['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

interface Sent {
  readonly url: string;
  readonly body: object;
}

async function refusedCall(response: Response, sent: Sent): Promise<CallError> {
  const text = await response.text();
  const message = messageIn(text) ?? `the server answered with status ${response.status}`;
  const { status: statusCode, headers } = response;
  return new CallError(message, {
    ...sent,
    statusCode,
    responseHeaders: Object.fromEntries(headers),
    responseBody: text,
    isRetryable: statusCode === 429 || statusCode >= 500,
  });
}

function messageIn(text: string): string | null {
  try {
    return chunkSchema.parse(JSON.parse(text)).error?.message ?? null;
  } catch {
    return null;
  }
}

async function* readAnswer(response: Response, sent: Sent): AsyncGenerator<AnswerEvent> {
  let end: AnswerEnd | null = null;
  for await (const chunk of chunksOf(response, sent)) {
    if (chunk.error != null) throw new CallError(chunk.error.message, { ...sent, isRetryable: true });
    const { delta, finish_reason: reason } = chunk.choices?.[0] ?? {};
    if (delta?.reasoning_content) yield { kind: 'progress', text: delta.reasoning_content.replace(/\n$/, '') };
    if (delta?.content) yield { kind: 'text', text: delta.content };
    end = endAfter(end, chunk, reason);
  }
  if (end === null) {
    throw new CallError('the answer ended before it was complete', { ...sent, isRetryable: true });
  }
  yield end;
}

/** What is known of the end after one more chunk; the usage comes in one of its own. */
function endAfter(known: AnswerEnd | null, { usage, greenloop }: Chunk, reason: string | null | undefined) {
  if (known === null && reason == null) return null;
  const none = { kind: 'ended' as const, finish: 'stop' as const, usage: { promptTokens: 0, completionTokens: 0 } };
  const end: AnswerEnd = known ?? {
    ...none,
    finish: reason === 'length' ? 'length' : 'stop',
    proof: greenloop ?? null,
  };
  if (usage == null) return end;
  return { ...end, usage: { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens } };
}

/** The JSON of each event of a stream, until it says that it is done. */
async function* chunksOf(response: Response, sent: Sent): AsyncGenerator<Chunk> {
  const lines = new LineReader();
  for await (const bytes of response.body ?? []) {
    for (const line of lines.take(bytes)) {
      const data = /^data: ?(.*)$/.exec(line.trim())?.[1];
      if (data === '[DONE]') return;
      if (data !== undefined) yield chunkIn(data, sent);
    }
  }
}

function chunkIn(data: string, sent: Sent): Chunk {
  try {
    return chunkSchema.parse(JSON.parse(data));
  } catch (cause) {
    throw new CallError('an event of the answer is not a chat event', { ...sent, cause, isRetryable: false });
  }
}
