import { z } from 'zod';
import { HttpStub, piecesOf, type StubReply } from '../http/http-stub.ts';

const chatSchema = z.strictObject({
  model: z.string(),
  messages: z.array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })).min(1),
  max_tokens: z.number().int().positive(),
  temperature: z.number().nonnegative(),
  seed: z.number().int(),
  stream: z.boolean(),
  stream_options: z
    .strictObject({ include_usage: z.literal(true), continuous_usage_stats: z.literal(true).optional() })
    .optional(),
  stop: z.array(z.string()).optional(),
  add_generation_prompt: z.literal(false).optional(),
  continue_final_message: z.literal(true).optional(),
  timings_per_token: z.literal(true).optional(),
});

export type OpenAIChatRequest = z.infer<typeof chatSchema>;

/** An answer's text, or a message, a finish reason and top-level fields that replace those of a usual answer. */
export type OpenAIAnswer =
  | string
  | {
      readonly message?: Readonly<Record<string, unknown>>;
      readonly finish_reason?: string | null;
      readonly [field: string]: unknown;
    };

/** A server that speaks the wire format of llama-server: /v1/chat/completions, /v1/models, /props. */
export class OpenAIStub extends HttpStub {
  models = ['qwen2.5-coder-1.5b'];
  contextTokens = 4096;
  /** Null: a server without /props. */
  slots: number | null = 4;
  /** False: a server without /v1/models. */
  hasList = true;
  /** An answer of /v1/models instead of the usual one. */
  list: unknown = undefined;
  chatTemplate = '{{ messages }}';
  /** So many requests that are no chats are answered with "Loading model" yet. */
  loadsFor = 0;
  /** True: a server that answers in one piece whatever it is asked. */
  ignoresStream = false;
  /** Fields of a request that are an error, as OpenAI says it. */
  refusedFields: readonly string[] = [];
  /** What each part of a stream says of the tokens so far: as vLLM, as llama-server, or nothing. */
  counts: 'usage' | 'timings' | 'none' = 'timings';
  readonly requests: OpenAIChatRequest[] = [];
  /** May be replaced; the default repeats the last message. */
  answer: (request: OpenAIChatRequest) => OpenAIAnswer | Promise<OpenAIAnswer> = (request) =>
    `echo: ${request.messages.at(-1)?.content}`;

  /** The base that clients are given. */
  get baseUrl(): string {
    return `${this.url}/v1`;
  }

  protected override isCompletion(path: string): boolean {
    return path === '/v1/chat/completions';
  }

  protected override reply(method: string, path: string, body: unknown): StubReply | Promise<StubReply> {
    if (method === 'GET' && this.loadsFor > 0) {
      this.loadsFor -= 1;
      return failure(503, 'unavailable_error', 'Loading model');
    }
    if (method === 'GET' && path === '/v1/models')
      return this.hasList ? this.#list() : failure(404, 'not_found_error', 'File Not Found');
    if (method === 'GET' && path === '/props') return this.#props();
    if (method === 'POST' && path === '/v1/chat/completions') return this.#chat(body);
    this.problems.push(`${method} ${path}`);
    return failure(404, 'not_found_error', 'File Not Found');
  }

  #list(): StubReply {
    if (this.list !== undefined) return { status: 200, body: this.list };
    const meta = {
      vocab_type: 2,
      n_vocab: 151936,
      n_ctx_train: 32768,
      n_embd: 1536,
      n_params: 1543714304,
      size: 1117320192,
    };
    const data = this.models.map((id) => ({ id, object: 'model', created: 1767225600, owned_by: 'llamacpp', meta }));
    return { status: 200, body: { object: 'list', data } };
  }

  #props(): StubReply {
    if (this.slots === null) return failure(404, 'not_found_error', 'File Not Found');
    const settings = { n_ctx: this.contextTokens };
    return {
      status: 200,
      body: {
        default_generation_settings: settings,
        total_slots: this.slots,
        model_path: 'model.gguf',
        chat_template: this.chatTemplate,
      },
    };
  }

  async #chat(body: unknown): Promise<StubReply> {
    const parsed = chatSchema.safeParse(body);
    if (!parsed.success) {
      this.problems.push(z.prettifyError(parsed.error));
      return failure(400, 'invalid_request_error', 'invalid request');
    }
    const request = parsed.data;
    this.requests.push(request);
    if (!this.models.includes(request.model))
      return failure(404, 'NotFoundError', `The model \`${request.model}\` does not exist.`);
    if (tokensOf(request) > this.contextTokens) return this.#overflow(request);
    const refused = this.refusedFields.find((field) => JSON.stringify(request).includes(`"${field}":true`));
    if (refused !== undefined) return failure(400, 'invalid_request_error', `Unknown parameter: '${refused}'.`);
    const answer = await this.answer(request);
    const reply = toAnswer(request, typeof answer === 'string' ? { message: { content: answer } } : answer);
    if (!request.stream || this.ignoresStream) return { status: 200, body: reply };
    return { status: 200, body: reply, stream: this.#toStream(request, reply) };
  }

  /** An answer in events, one for each piece, as llama-server and vLLM stream it. */
  #toStream(request: OpenAIChatRequest, answer: ReturnType<typeof toAnswer>): NonNullable<StubReply['stream']> {
    const { choices, usage, timings, ...head } = answer;
    const [{ message, finish_reason }] = choices;
    const { content = null, role, ...other } = message;
    const event = (delta: object, fields: object, finish_reason: unknown = null) => ({
      ...head,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason }],
      ...fields,
    });
    const prompt = tokensOf(request);
    const counted = (tokens: number) => {
      if (this.counts === 'usage' && request.stream_options?.continuous_usage_stats)
        return { usage: { prompt_tokens: prompt, completion_tokens: tokens, total_tokens: prompt + tokens } };
      if (this.counts === 'timings' && request.timings_per_token)
        return {
          timings: { cache_n: 1, prompt_n: prompt - 1, prompt_ms: 100, predicted_n: tokens, predicted_ms: 5 * tokens },
        };
      return {};
    };
    const pieces = piecesOf(String(content ?? '')).map((piece, index) => event({ content: piece }, counted(index + 1)));
    const asksUsage = request.stream_options?.include_usage === true && this.counts !== 'none';
    const parts = [
      event({ role, content: null, ...other }, {}),
      ...pieces,
      event({}, this.counts === 'timings' ? { timings } : {}, finish_reason),
      ...(asksUsage ? [{ ...head, object: 'chat.completion.chunk', choices: [], usage }] : []),
    ];
    const lines = [...parts.map((part) => JSON.stringify(part)), '[DONE]'];
    return { type: 'text/event-stream', parts: lines.map((line) => `data: ${line}\n\n`) };
  }

  #overflow(request: OpenAIChatRequest): StubReply {
    const tokens = tokensOf(request);
    const message = `request (${tokens} tokens) exceeds the available context size (${this.contextTokens} tokens), try increasing it`;
    const counts = { n_prompt_tokens: tokens, n_ctx: this.contextTokens };
    return { status: 400, body: { error: { code: 400, message, type: 'exceed_context_size_error', ...counts } } };
  }
}

function toAnswer(request: OpenAIChatRequest, answer: Exclude<OpenAIAnswer, string>) {
  const { message, finish_reason = 'stop', ...fields } = answer;
  const completionTokens = Math.ceil(String(message?.content ?? '').length / 4);
  return {
    choices: [{ finish_reason, index: 0, message: { role: 'assistant', ...message } }] as [
      { finish_reason: string | null; index: number; message: Record<string, unknown> },
    ],
    created: 1767225600,
    id: 'chatcmpl-1',
    model: request.model,
    object: 'chat.completion',
    usage: {
      completion_tokens: completionTokens,
      prompt_tokens: tokensOf(request),
      total_tokens: completionTokens + tokensOf(request),
    },
    timings: { prompt_n: tokensOf(request), prompt_ms: 100, predicted_n: completionTokens, predicted_ms: 500 },
    ...fields,
  };
}

function failure(status: number, type: string, message: string): StubReply {
  return { status, body: { error: { code: status, message, type } } };
}

function tokensOf({ messages }: OpenAIChatRequest): number {
  return messages.reduce((sum, { content }) => sum + Math.ceil(content.length / 4), 0);
}
