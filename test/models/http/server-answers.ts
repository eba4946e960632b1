import type { Meaning } from '../../../src/models/http/server-quirks.ts';

/** An error as a server sends it. */
export interface ServerAnswer {
  readonly server: string;
  readonly status: number;
  readonly body: unknown;
}

const openai = (message: string, type = 'invalid_request_error', code: string | number | null = null) => ({
  error: { message, type, param: null, code },
});
const vllm = (message: string, type = 'BadRequestError') => ({
  object: 'error',
  message,
  type,
  param: null,
  code: 400,
});
const tgi = (error: string) => ({ error, error_type: 'validation' });

const MAXIMUM = "This model's maximum context length is";
const NESTED = JSON.stringify({
  error: { code: 400, message: 'request (9 tokens) exceeds', type: 'exceed_context_size_error' },
});
const MUST_ALTERNATE = 'Conversation roles must alternate user/assistant/user/assistant/...';
const JINJA = `\n------------\nWhile executing CallExpression at line 19, column 27 in source:\n...\nError: Jinja Exception: ${MUST_ALTERNATE}`;

const overflows: readonly ServerAnswer[] = [
  {
    server: 'llama-server',
    status: 400,
    body: {
      error: {
        code: 400,
        message: 'request (5120 tokens) exceeds the available context size (4096 tokens), try increasing it',
        type: 'exceed_context_size_error',
        n_prompt_tokens: 5120,
        n_ctx: 4096,
      },
    },
  },
  {
    server: 'llama-server, in the answer',
    status: 500,
    body: openai('Context size has been exceeded.', 'server_error', 500),
  },
  { server: 'Ollama around llama-server', status: 400, body: { error: NESTED } },
  { server: 'OpenAI', status: 400, body: openai('Too long.', 'invalid_request_error', 'context_length_exceeded') },
  {
    server: 'OpenAI',
    status: 400,
    body: openai(`${MAXIMUM} 8192 tokens. However, your messages resulted in 9000 tokens.`),
  },
  { server: 'vLLM', status: 400, body: vllm(`${MAXIMUM} 6048 tokens. However, you requested 6616 tokens`) },
  {
    server: 'vLLM, new',
    status: 400,
    body: openai(
      `'max_tokens' or 'max_completion_tokens' is too large: 1000. ${MAXIMUM} 1000 tokens and your request has 203 input tokens`,
      'BadRequestError',
      400,
    ),
  },
  {
    server: 'vLLM 0.15',
    status: 400,
    body: vllm(
      "You passed 4001 input tokens and requested 512 output tokens. However, the model's context length is only 4096 tokens",
    ),
  },
  {
    server: 'vLLM V1',
    status: 400,
    body: vllm('The prompt (length 5000) is longer than the maximum model length of 4096.'),
  },
  {
    server: 'vLLM in Xinference',
    status: 500,
    body: {
      detail:
        '[address=0.0.0.0:37591] The decoder prompt (length 17772) is longer than the maximum model length of 16384.',
    },
  },
  { server: 'vLLM, old', status: 400, body: vllm('max_tokens must be at least 1, got -314.') },
  {
    server: 'SGLang',
    status: 400,
    body: vllm("The input (4410 tokens) is longer than the model's context length (4096 tokens)."),
  },
  {
    server: 'SGLang',
    status: 400,
    body: vllm(
      "Requested token count exceeds the model's maximum context length of 4096 tokens. You requested a total of 4320 tokens",
    ),
  },
  {
    server: 'SGLang',
    status: 400,
    body: vllm('Input length (5011 tokens) exceeds the maximum allowed length (4090 tokens). Use a shorter input'),
  },
  {
    server: 'TGI',
    status: 422,
    body: tgi(
      'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 3900 `inputs` tokens and 512 `max_new_tokens`',
    ),
  },
  {
    server: 'TGI',
    status: 422,
    body: tgi('Input validation error: `inputs` must have less than 4096 tokens. Given: 4545'),
  },
  {
    server: 'TGI with status 200',
    status: 200,
    body: tgi('Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096.'),
  },
  {
    server: 'LM Studio',
    status: 400,
    body: {
      error:
        'Trying to keep the first 15857 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens',
    },
  },
  {
    server: 'LM Studio',
    status: 200,
    body: { error: 'The number of tokens to keep from the initial prompt is greater than the context length' },
  },
  { server: 'LM Studio, old', status: 500, body: { error: 'Input length 1581 exceeds context length 1500' } },
  { server: 'Ollama', status: 400, body: { error: 'the input length exceeds the context length' } },
  { server: 'Ollama', status: 500, body: { error: 'prompt too long; exceeded max context length by 512 tokens' } },
  {
    server: 'llama-cpp-python',
    status: 500,
    body: openai('Requested tokens (2285) exceed context window of 2048', 'internal_server_error'),
  },
  {
    server: 'TabbyAPI',
    status: 500,
    body: { detail: 'Request length 71599 + 2048 is greater than max_seq_len 65536' },
  },
  {
    server: 'TabbyAPI',
    status: 503,
    body: { error: { message: 'Job requires 25 pages (only 16 available) and cannot be enqueued.' } },
  },
  { server: 'mlx-serve', status: 400, body: openai('Prompt exceeds maximum context length') },
  { server: 'TensorRT-LLM', status: 400, body: vllm('Prompt length (5056) exceeds maximum sequence length (2048)') },
  {
    server: 'RKLLM',
    status: 400,
    body: { error: 'Prompt is 11543 tokens but the model context window is 4096 tokens.' },
  },
  {
    server: 'Mistral',
    status: 400,
    body: {
      object: 'error',
      message: 'Prompt contains 40000 tokens, too large for model with 32768 maximum context length',
      code: '3051',
    },
  },
  {
    server: 'Anthropic in LiteLLM',
    status: 400,
    body: openai(
      'litellm.BadRequestError: AnthropicException - {"type":"error","error":{"message":"prompt is too long: 209303 tokens > 200000 maximum"}}',
    ),
  },
  {
    server: 'Gemini',
    status: 400,
    body: [
      {
        error: {
          code: 400,
          message: 'The input token count (2800010) exceeds the maximum number of tokens allowed (1048575).',
        },
      },
    ],
  },
  { server: 'Azure OpenAI', status: 400, body: openai('Input tokens exceed the configured limit of 272000 tokens.') },
  {
    server: 'LiteLLM',
    status: 400,
    body: openai('litellm.ContextWindowExceededError: OpenAIException', 'None', '400'),
  },
  {
    server: 'OpenRouter around another',
    status: 400,
    body: {
      error: {
        message: 'Provider returned error',
        code: 400,
        metadata: { raw: JSON.stringify(openai(`${MAXIMUM} 4096 tokens.`)) },
      },
    },
  },
];

const systemRefusals: readonly ServerAnswer[] = [
  { server: 'vLLM with Gemma 2', status: 400, body: vllm('System role not supported') },
  { server: 'SGLang with Gemma 2', status: 500, body: openai('System role not supported', 'server_error', 500) },
  { server: 'Mistral 0.1', status: 400, body: vllm(MUST_ALTERNATE) },
  { server: 'llama-server, its own Jinja', status: 500, body: openai(JINJA, 'server_error', 500) },
  {
    server: 'LM Studio with Mistral 0.2',
    status: 400,
    body: { error: 'Only user and assistant roles are supported!' },
  },
  {
    server: 'OpenAI',
    status: 400,
    body: openai(
      "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
      'invalid_request_error',
      'unsupported_value',
    ),
  },
  {
    server: 'Gemini API',
    status: 400,
    body: [{ error: { code: 400, message: 'Developer instruction is not enabled for models/gemma-3-12b-it' } }],
  },
  {
    server: 'Bedrock',
    status: 400,
    body: openai("This model doesn't support system messages. Try again without a system message"),
  },
  {
    server: 'Bedrock',
    status: 400,
    body: openai(
      "1 validation error detected: Value 'system' at 'messages.1.member.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant]",
    ),
  },
  { server: 'another', status: 400, body: { detail: 'System messages are not allowed.' } },
  {
    server: 'FastAPI',
    status: 422,
    body: {
      detail: [
        {
          type: 'literal_error',
          loc: ['body', 'messages', 0, 'role'],
          msg: "Input should be 'user' or 'assistant'",
          input: 'system',
        },
      ],
    },
  },
  { server: 'with status 200', status: 200, body: { error: 'System role not supported' } },
];

/** What real servers were seen to send, by what it means. */
export const SERVER_ANSWERS: Readonly<Record<Meaning, readonly ServerAnswer[]>> = {
  'context-overflow': overflows,
  'no-system-role': systemRefusals,
  'repetition-aborted': [
    { server: 'Ollama', status: 500, body: { error: 'prediction aborted, token repeat limit reached' } },
    {
      server: "Ollama's /v1",
      status: 500,
      body: openai('prediction aborted, token repeat limit reached', 'api_error'),
    },
    { server: 'with status 200', status: 200, body: { error: 'prediction aborted, token repeat limit reached' } },
  ],
  'unparsed-answer': [
    {
      server: 'llama-server',
      status: 500,
      body: openai('Failed to parse input at pos 0: def f(x):\n    return x', 'server_error', 500),
    },
    {
      server: 'llama-server',
      status: 500,
      body: openai('The model produced output that does not match the expected peg-native format'),
    },
  ],
  loading: [
    {
      server: 'llama-server',
      status: 503,
      body: { error: { message: 'Loading model', type: 'unavailable_error', code: 503 } },
    },
    { server: 'an old llama-server', status: 503, body: { status: 'loading model' } },
    {
      server: 'Hugging Face',
      status: 503,
      body: { error: 'Model bigcode/starcoder is currently loading', estimated_time: 20 },
    },
    { server: 'TGI', status: 503, body: { error: 'Model is loading', error_type: 'loading' } },
    { server: 'Ollama', status: 500, body: { error: 'unexpected server status: llm server loading model' } },
  ],
};

/** Errors that only sound like one of those, and are none. */
export const OTHER_ERRORS: readonly ServerAnswer[] = [
  {
    server: 'OpenAI',
    status: 429,
    body: openai('Rate limit reached: limit 10000 tokens per minute', 'tokens', 'rate_limit_exceeded'),
  },
  {
    server: 'Groq',
    status: 413,
    body: openai('Request too large for model `x` on tokens per minute (TPM): Limit 6000, Requested 8000'),
  },
  { server: 'any', status: 400, body: openai('max_tokens must be at least 1') },
  { server: 'any', status: 400, body: openai('unknown context') },
  { server: 'any', status: 400, body: openai('context_length is not a valid field') },
  {
    server: 'any',
    status: 400,
    body: openai('the maximum context length could not be found in the configuration of the model'),
  },
  { server: 'any', status: 200, body: { error: 'unknown context' } },
  { server: 'any', status: 503, body: { error: { message: 'Server is busy, try again', type: 'unavailable_error' } } },
  { server: 'any', status: 503, body: { error: 'error loading model: out of memory' } },
  { server: 'any', status: 503, body: { error: 'No models are currently loaded' } },
  { server: 'any', status: 500, body: { error: 'Loading model failed with an error' } },
  {
    server: 'Mistral 0.3',
    status: 400,
    body: vllm(`After the optional system message, ${MUST_ALTERNATE.toLowerCase()}`),
  },
  { server: 'any', status: 400, body: openai('the system is not supported in this region') },
  {
    server: 'FastAPI, which repeats the request',
    status: 422,
    body: {
      detail: [
        {
          type: 'int_type',
          loc: ['body', 'seed'],
          msg: 'Input should be a valid integer',
          input: `${MAXIMUM} 4096 tokens. System role not supported`,
        },
      ],
    },
  },
];
