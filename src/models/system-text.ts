import type { Message } from './model.ts';

/**
 * A chat template with this comment is of a model that was trained without a system prompt and is asked without one. A comment, since
 * llama-server tells its clients the text of the template and nothing else that a GGUF file says of itself.
 */
export const NO_SYSTEM_PROMPT = '{# no system prompt #}';

/** True where the conversation has a system text. */
export function hasSystemText(messages: readonly Message[]): boolean {
  return messages.some(({ role, content }) => role === 'system' && content !== '');
}

/** The conversation without its system text. */
export function withoutSystemText(messages: readonly Message[]): Message[] {
  return messages.filter(({ role }) => role !== 'system');
}

/**
 * The conversation with the system text in a line of its own before the first user message, as llama-server writes it for chat templates
 * without a system role (ggml-org/llama.cpp common/chat.cpp), so that a GGUF file is asked the same everywhere.
 */
export function foldSystemText(messages: readonly Message[]): Message[] {
  const texts = messages.flatMap(({ role, content }) => (role === 'system' && content !== '' ? [content] : []));
  const rest = withoutSystemText(messages);
  const first = rest.findIndex(({ role }) => role === 'user');
  if (texts.length === 0 || first < 0) return rest;
  return rest.with(first, { role: 'user', content: [...texts, rest[first]?.content].join('\n') });
}
