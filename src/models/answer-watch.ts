import type { CompletionRequest } from './model.ts';
import { withPrefillSoFar } from './prefill.ts';
import { stripReasoning } from './strip-reasoning.ts';

/** Takes the text of an answer so far, as the model writes it; true where the answer may end there. */
export type AnswerWatch = (text: string) => boolean;

/** What a request wants to hear of its answer while it is written, told without reasoning and with the prefill; null where it wants nothing. */
export function watchOf({ onText, isComplete, prefill }: CompletionRequest): AnswerWatch | null {
  if (onText === undefined && isComplete === undefined) return null;
  return (text) => {
    const answer = stripReasoning(withPrefillSoFar(text, prefill), 'cut');
    onText?.(answer);
    return isComplete?.(answer) ?? false;
  };
}
