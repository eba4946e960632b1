import type { Completion, Usage } from '../model.ts';

/** Servers count the first and last tokens of a conversation differently, and some keep a few free. */
const SLACK = 8;

/** True where an answer ended for length before it had the tokens that were asked for, by more than one, as servers count the last one differently. */
export function endedEarly(
  { finishReason, usage }: Pick<Completion, 'finishReason' | 'usage'>,
  maxTokens: number,
): boolean {
  return finishReason === 'length' && usage !== null && usage.completionTokens + 1 < maxTokens;
}

/** True where prompt and answer fill the context; false where that is not known. */
export function fillsContext({ promptTokens, completionTokens }: Usage, contextTokens: number | null): boolean {
  return contextTokens !== null && promptTokens + completionTokens >= contextTokens - SLACK;
}
