import type { Completion } from './model.ts';

// What servers say about a request that does not fit, by server:
const wordings = [
  /exceed_context_size_error|exceeds the available context size/i, // llama-server, and Ollama since it runs one
  /context_length_exceeded/i, // OpenAI
  /maximum context length|longer than the maximum model length|max_tokens must be at least 1, got -/i, // vLLM
  /exceeds the context length|exceeded max context length|longer than the context length/i, // Ollama
  /greater than the context length|context the overflows/i, // LM Studio
];

/** True where a server's error says that the request does not fit into the model's context. */
export function saysOverflow(text: string): boolean {
  return wordings.some((wording) => wording.test(text));
}

/** True where an answer ended for length before it had its tokens: the context was full. One token of slack, as servers count the last one differently. */
export function ranOutOfContext(
  finishReason: Completion['finishReason'],
  completionTokens: number | null,
  maxTokens: number,
): boolean {
  return finishReason === 'length' && completionTokens !== null && completionTokens + 1 < maxTokens;
}
