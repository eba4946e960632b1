/** Characters of one answer or program that are kept: some five times what models are ever asked for. */
export const LONGEST_ANSWER = 2 ** 20;

/** A text of a model or a file as it is kept: one that is too long is cut, and its last line, a comment of Python, says so. */
export function limitAnswer(text: string): string {
  if (text.length <= LONGEST_ANSWER) return text;
  const mark = (cut: number) => `\n# greenloop cut ${cut} more characters here\n`;
  const room = LONGEST_ANSWER - mark(text.length).length;
  const kept = text.slice(0, isHighSurrogate(text.charCodeAt(room - 1)) ? room - 1 : room);
  return `${kept}${mark(text.length - kept.length)}`;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
