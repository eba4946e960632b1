/**
 * What an error of a server means for a run: the request is too long for the context (`context-overflow`), the model repeated itself until
 * the server ended it (`repetition-aborted`), the server could not parse what the model wrote (`unparsed-answer`), the model is being loaded
 * (`loading`), its chat template has no system role (`no-system-role`).
 */
export type Meaning = 'context-overflow' | 'repetition-aborted' | 'unparsed-answer' | 'loading' | 'no-system-role';

/** One way in which a server says something. */
interface ServerQuirk {
  readonly server: string;
  readonly means: Meaning;
  /** Found in the words of the error, and in nothing else that the body holds. */
  readonly says: RegExp;
  /** Statuses with which it means that; any without it, 200 with an error in the body included. */
  readonly statuses?: readonly number[];
  /** Where it was seen: repository and issue or pull request, or the server's documentation. */
  readonly source: string;
}

/** Statuses that are about the caller, whatever the error says: no key, no right, too many requests. */
export const STATUSES_OF_ACCESS: readonly number[] = [401, 403, 429];

const overflows: readonly Omit<ServerQuirk, 'means'>[] = [
  {
    server: 'llama-server',
    says: /exceed_context_size_error|exceeds the available context size|context size has been exceeded/i,
    source: 'ggml-org/llama.cpp tools/server; lmstudio-ai/lmstudio-bug-tracker#2339',
  },
  { server: 'OpenAI', says: /\bcontext_length_exceeded\b/, source: 'prcore/assistant#1; OpenAI error codes' },
  {
    server: 'OpenAI, vLLM, DeepSeek, OpenRouter',
    says: /maximum context length (?:is |of |\()\d/i,
    source: 'langchain-ai/langchain#11001; vllm-project/vllm#20409; evalstate/fast-agent#621',
  },
  {
    server: 'vLLM',
    says: /longer than the maximum model length|exceeds the max_model_len/i,
    source: 'xorbitsai/inference#3785; EleutherAI/lm-evaluation-harness#2880',
  },
  {
    server: 'vLLM',
    says: /context length is only \d/i,
    source: 'vllm-project/vllm#33418',
  },
  {
    server: 'vLLM',
    says: /max_tokens must be at least 1, got -\d/i,
    source: 'vllm-project/vllm, before it checked the length of the prompt itself',
  },
  {
    server: 'SGLang',
    says: /input \(\d+ tokens\) is longer than the model's context length/i,
    source: 'sgl-project/sglang#8096; QwenLM/Qwen3#1321',
  },
  {
    server: 'SGLang',
    says: /requested token count exceeds the model's maximum context length/i,
    source: 'sgl-project/sglang#3642; anomalyco/opencode#25230',
  },
  {
    server: 'SGLang',
    says: /input length \(\d+ tokens\) exceeds the maximum allowed length/i,
    source: 'mmcdermott/MEDS_EIC_AR#172',
  },
  {
    server: 'text-generation-inference',
    says: /`?inputs`? tokens \+ `?max_new_tokens`? must be <=|`?inputs`? must have less than \d+ tokens/i,
    source: 'huggingface/chat-ui#340; huggingface/text-generation-inference#695, #2749',
  },
  {
    server: 'LM Studio',
    says: /context the overflows|tokens to keep from the initial prompt is greater than the context length/i,
    source: 'lmstudio-ai/lmstudio-bug-tracker#237, #546',
  },
  {
    server: 'LM Studio',
    says: /input length \d+ exceeds context length \d/i,
    source: 'lmstudio-ai/model-catalog#38; lmstudio-ai/examples#29',
  },
  {
    server: 'Ollama',
    says: /exceeds the context length|exceeded max context length|longer than the context length/i,
    source: 'ollama/ollama server/prompt.go and runner',
  },
  {
    server: 'llama-cpp-python',
    says: /requested tokens \(\d+\) exceed context window of \d/i,
    source: 'abetlen/llama-cpp-python#416',
  },
  {
    server: 'TabbyAPI',
    says: /length \d+(?: \+ \d+)? is greater than max_seq_len \d|job requires \d+ pages \(only \d+ available\)/i,
    source: 'SillyTavern/SillyTavern#3543; theroyallab/tabbyAPI#262',
  },
  { server: 'mlx-serve', says: /prompt exceeds maximum context length/i, source: 'ddalcu/mlx-serve#66' },
  {
    server: 'TensorRT-LLM',
    says: /prompt length \(\d+\) exceeds maximum (?:sequence|input) length/i,
    source: 'triton-inference-server/tensorrtllm_backend#141, #565',
  },
  {
    server: 'RKLLM',
    says: /prompt is \d+ tokens but the model context window is \d/i,
    source: 'jaylfc/taOS#1738',
  },
  {
    server: 'Mistral',
    says: /too large for model with \d+ maximum context length/i,
    source: 'Mistral API, error 3051',
  },
  {
    server: 'Anthropic',
    says: /prompt is too long: \d+ tokens|exceed context limit: \d/i,
    source: 'OpenHands/OpenHands#5350; BrokkAi/brokk-app#540',
  },
  {
    server: 'Gemini',
    says: /input token count(?: \(\d+\))? exceeds the maximum number of tokens allowed/i,
    source: 'BerriAI/litellm#18282',
  },
  { server: 'Azure OpenAI', says: /input tokens exceed the configured limit of \d/i, source: 'BerriAI/litellm#15968' },
  { server: 'LiteLLM', says: /\bContextWindowExceededError\b/, source: 'BerriAI/litellm#228; onyx-dot-app/onyx#5507' },
];

const systemRefusals: readonly Omit<ServerQuirk, 'means'>[] = [
  {
    server: 'any with the chat template of Gemma 2',
    says: /system role (?:is )?not supported/i,
    source: 'vllm-project/vllm#2964; sgl-project/sglang#892; huggingface/chat-ui#1386',
  },
  {
    server: 'any with the chat template of Mistral 0.1 or Gemma',
    // Later templates of Mistral say so after "After the optional system message": they take one.
    says: /(?<!optional system message, )conversation roles must alternate user\/assistant/i,
    source: 'EricLBuehler/mistral.rs#45; PromtEngineer/localGPT#720',
  },
  {
    server: 'any with the chat template of Mistral 0.2',
    says: /only user,? (?:and )?assistant(?:,? and tool)? roles are supported/i,
    source: 'mlc-ai/mlc-llm#1681; SystemSculpt/obsidian-systemsculpt-ai#86',
  },
  { server: 'OpenAI', says: /does not support 'system' with this model/i, source: 'janhq/jan#4392' },
  { server: 'Gemini API', says: /developer instruction is not enabled/i, source: 'agno-agi/agno#3505' },
  {
    server: 'Amazon Bedrock',
    says: /(?:does not|doesn't|do not|don't) support (?:a |the )?system (?:role|message|prompt|instruction)/i,
    source: '567-labs/instructor#1753',
  },
  {
    server: 'Amazon Bedrock',
    says: /value 'system' at 'messages\.\d+\.member\.role' failed to satisfy/i,
    source: 'continuedev/continue#1938',
  },
  {
    server: 'any',
    says: /system (?:role|message|prompt|instruction)s? (?:is|are) (?:currently )?(?:not|un) ?(?:supported|allowed|accepted)/i,
    source: 'arcee-ai/fastmlx#22, in other words',
  },
  {
    server: 'servers that check requests by pydantic',
    says: /input should be 'user'(?: or|,) 'assistant'$/im,
    source: 'pydantic documentation, literal_error',
  },
];

/** What servers are known to say, and what it means; the first row that matches counts. */
export const SERVER_QUIRKS: readonly ServerQuirk[] = [
  ...overflows.map((quirk) => ({ ...quirk, means: 'context-overflow' as const })),
  ...systemRefusals.map((quirk) => ({ ...quirk, means: 'no-system-role' as const })),
  {
    server: 'Ollama',
    means: 'repetition-aborted',
    says: /token repeat limit reached/i,
    source: 'ollama/ollama#18374, #7547, #8967, #14117',
  },
  {
    server: 'llama-server',
    means: 'unparsed-answer',
    says: /failed to parse input at pos \d+/i,
    source: 'ggml-org/llama.cpp#20260, #24327',
  },
  {
    server: 'llama-server',
    means: 'unparsed-answer',
    says: /output that does not match the expected [\w-]+ format/i,
    source: 'ggml-org/llama.cpp#27733; mostlygeek/llama-swap#856',
  },
  {
    server: 'llama-server',
    means: 'loading',
    says: /^[ \t]*loading model\b(?!.*\b(?:fail|error))/im,
    statuses: [503],
    source: 'containers/ramalama#2343; mindverse/Second-Me#20',
  },
  {
    server: 'Hugging Face, text-generation-inference',
    means: 'loading',
    says: /\bis (?:currently |still )?(?:loading|being loaded)\b/i,
    statuses: [503],
    source: 'huggingface/transformers#23793',
  },
  {
    server: 'Ollama',
    means: 'loading',
    says: /llm server loading model/i,
    statuses: [500, 503],
    source: 'ollama/ollama llm/server.go',
  },
];
