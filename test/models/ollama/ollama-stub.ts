import { createHash } from 'node:crypto';
import { z } from 'zod';
import { HttpStub, piecesOf, type StubReply } from '../http/http-stub.ts';

const message = z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() });

const chatSchema = z.strictObject({
  model: z.string(),
  messages: z.array(message).min(1),
  stream: z.boolean(),
  think: z.union([z.boolean(), z.enum(['low', 'medium', 'high'])]).optional(),
  truncate: z.literal(false),
  shift: z.literal(false),
  keep_alive: z.string().regex(/^-?\d+(ms|s|m|h)$/),
  options: z.strictObject({
    num_ctx: z.number().int().positive(),
    num_predict: z.number().int().positive(),
    temperature: z.number().nonnegative(),
    seed: z.number().int(),
    stop: z.array(z.string()).optional(),
  }),
});

export type OllamaChatRequest = z.infer<typeof chatSchema>;

/** An answer's text, or fields of the wire format that replace those of a usual answer. */
export type OllamaAnswer = string | { readonly content?: string; readonly [field: string]: unknown };

/** A server that speaks Ollama's wire format: /api/chat, /api/tags, /api/ps, /api/version. */
export class OllamaStub extends HttpStub {
  /** Names as Ollama lists them, with their tags. */
  models = ['llama3.2:3b', 'qwen2.5-coder:latest'];
  /** Names of the models in memory. */
  loaded: readonly string[] = [];
  /** Digests of models that are not those of their names; null where none is told. */
  digests: Readonly<Record<string, string | null>> = {};
  /** Models that refuse `think`, where it is sent at all. */
  refusesThink: readonly string[] = [];
  version = '0.12.6';
  /** Tokens of the longest conversation that the models were trained for. */
  trainedContext = 131072;
  /** So many requests that are no chats are answered with "Loading model" yet. */
  loadsFor = 0;
  readonly requests: OllamaChatRequest[] = [];
  /** May be replaced; the default repeats the last message. */
  answer: (request: OllamaChatRequest) => OllamaAnswer | Promise<OllamaAnswer> = (request) =>
    `echo: ${request.messages.at(-1)?.content}`;

  protected override isCompletion(path: string): boolean {
    return path === '/api/chat';
  }

  protected override reply(method: string, path: string, body: unknown): StubReply | Promise<StubReply> {
    if (method === 'GET' && this.loadsFor > 0) {
      this.loadsFor -= 1;
      return { status: 503, body: { error: 'Model is loading' } };
    }
    if (method === 'GET' && path === '/api/version') return { status: 200, body: { version: this.version } };
    if (method === 'GET' && path === '/api/tags') return { status: 200, body: { models: this.#tags() } };
    if (method === 'GET' && path === '/api/ps')
      return { status: 200, body: { models: this.loaded.map((name) => ({ name, model: name })) } };
    if (method === 'POST' && path === '/api/show') return this.#show();
    if (method === 'POST' && path === '/api/chat') return this.#chat(body);
    this.problems.push(`${method} ${path}`);
    return { status: 404, body: '404 page not found' };
  }

  #tags(): unknown[] {
    return this.models.map((name) => {
      const digest = this.digests[name];
      return { ...toTag(name), ...(digest !== undefined && { digest }) };
    });
  }

  #show(): StubReply {
    const metadata = { 'general.architecture': 'llama', 'llama.context_length': this.trainedContext };
    return { status: 200, body: { model_info: metadata } };
  }

  async #chat(body: unknown): Promise<StubReply> {
    const parsed = chatSchema.safeParse(body);
    if (!parsed.success) {
      this.problems.push(z.prettifyError(parsed.error));
      return failure(400, 'invalid request');
    }
    const request = parsed.data;
    this.requests.push(request);
    if (!this.models.includes(withTag(request.model))) return failure(404, `model '${request.model}' not found`);
    if (request.think !== undefined && this.refusesThink.includes(request.model)) {
      return failure(400, `"${request.model}" does not support thinking`);
    }
    if (tokensOf(request) > request.options.num_ctx) return failure(400, overflowError(request));
    const answer = await this.answer(request);
    const fields: { readonly content?: string } = typeof answer === 'string' ? { content: answer } : answer;
    const whole = toAnswer(request, fields);
    return { status: 200, body: whole, ...(request.stream && { stream: toStream(whole) }) };
  }
}

/** An answer in lines, one for each piece, as Ollama streams it. */
function toStream(answer: Record<string, unknown>): NonNullable<StubReply['stream']> {
  const { message, done, ...rest } = answer;
  const { content, ...other } = message as { content?: unknown };
  const { model, created_at } = answer;
  const type = 'application/x-ndjson';
  if (typeof content !== 'string') return { type, parts: [`${JSON.stringify(answer)}\n`] };
  const pieces = piecesOf(content).map((piece) => ({ content: piece, ...other }));
  const parts = [
    ...pieces.map((message) => ({ model, created_at, message, done: false })),
    ...(done === false ? [] : [{ ...rest, message: { role: 'assistant', content: '' }, done }]),
  ];
  return { type, parts: parts.map((part) => `${JSON.stringify(part)}\n`) };
}

function toAnswer(
  request: OllamaChatRequest,
  { content, ...fields }: { readonly content?: string },
): Record<string, unknown> {
  return {
    model: request.model,
    created_at: '2026-01-01T00:00:00.000000Z',
    message: { role: 'assistant', content: content ?? '' },
    done: true,
    done_reason: 'stop',
    total_duration: 1_600_000_000,
    load_duration: 1_000_000_000,
    prompt_eval_count: tokensOf(request),
    prompt_eval_duration: 100_000_000,
    eval_count: Math.ceil((content ?? '').length / 4),
    eval_duration: 500_000_000,
    ...fields,
  };
}

function toTag(name: string): object {
  return {
    name,
    model: name,
    modified_at: '2026-01-01T00:00:00Z',
    size: 2_019_393_189,
    digest: createHash('sha256').update(name).digest('hex'),
    details: {
      parent_model: '',
      format: 'gguf',
      family: 'llama',
      families: ['llama'],
      parameter_size: '3.2B',
      quantization_level: 'Q4_K_M',
    },
  };
}

function failure(status: number, error: string): StubReply {
  return { status, body: { error } };
}

/** As Ollama passes on what the server inside it says. */
function overflowError(request: OllamaChatRequest): string {
  const error = {
    code: 400,
    message: `request (${tokensOf(request)} tokens) exceeds the available context size (${request.options.num_ctx} tokens), try increasing it`,
    type: 'exceed_context_size_error',
    n_prompt_tokens: tokensOf(request),
    n_ctx: request.options.num_ctx,
  };
  return JSON.stringify({ error });
}

function tokensOf({ messages }: OllamaChatRequest): number {
  return messages.reduce((sum, { content }) => sum + Math.ceil(content.length / 4), 0);
}

function withTag(name: string): string {
  return name.includes(':') ? name : `${name}:latest`;
}
