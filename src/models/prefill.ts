import type { CompletionRequest, Message } from './model.ts';

type Prefilled = Pick<CompletionRequest, 'messages' | 'prefill'>;

/** The conversation with the beginning of the answer as its last message, which the model continues. */
export function withPrefillMessage({ messages, prefill = '' }: Prefilled): readonly Message[] {
  return prefill === '' ? messages : [...messages, { role: 'assistant', content: prefill }];
}

/** The answer with its beginning, which some servers repeat (llama-server b9749) and others leave out. */
export function withPrefill(text: string, prefill = ''): string {
  return text.startsWith(prefill) ? text : prefill + text;
}

/** The same of an answer that is being written, which may be about to repeat its beginning. */
export function withPrefillSoFar(text: string, prefill = ''): string {
  return prefill.startsWith(text) ? prefill : withPrefill(text, prefill);
}
