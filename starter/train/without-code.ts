/**
 * A refiner's text without the attempt, from its heading to the end of its code block: the error alone. What models learnt and what
 * the ablation asks them must be the same text.
 */
export function withoutCode(text: string): string {
  return text.replace(/The attempt so far:\n\n(`{3,})python\n[\s\S]*?\n\1\n\n/, '');
}
