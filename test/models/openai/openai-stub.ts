import { z } from 'zod';
import { HttpStub, type StubReply } from '../http/http-stub.ts';

const chatSchema = z.strictObject({
  model: z.string(),
  messages: z.array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })).min(1),
  max_tokens: z.number().int().positive(),
  temperature: z.number().nonnegative(),
  seed: z.number().int(),
  stream: z.literal(false),
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
    const answer = await this.answer(request);
    return {
      status: 200,
      body: toAnswer(request, typeof answer === 'string' ? { message: { content: answer } } : answer),
    };
  }

  #overflow(request: OpenAIChatRequest): StubReply {
    const tokens = tokensOf(request);
    const message = `request (${tokens} tokens) exceeds the available context size (${this.contextTokens} tokens), try increasing it`;
    const counts = { n_prompt_tokens: tokens, n_ctx: this.contextTokens };
    return { status: 400, body: { error: { code: 400, message, type: 'exceed_context_size_error', ...counts } } };
  }
}

function toAnswer(request: OpenAIChatRequest, answer: Exclude<OpenAIAnswer, string>): unknown {
  const { message, finish_reason = 'stop', ...fields } = answer;
  const completionTokens = Math.ceil(String(message?.content ?? '').length / 4);
  return {
    choices: [{ finish_reason, index: 0, message: { role: 'assistant', ...message } }],
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
