/** What terminals show over two columns: East Asian scripts, full-width forms and emoji. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u{3000}-\u{303e}\u{30fb}-\u{30ff}\u{ff01}-\u{ff60}\u{ffe0}-\u{ffe6}\p{Emoji_Presentation}]/u;

const ZERO = /[\p{Mn}\p{Me}]/u;

/** Columns of a page of text where the terminal does not say how many it has. */
export const TEXT_WIDTH = 80;

/** Columns that the name of what a note is about may take. */
export const LABEL_WIDTH = 32;

/** How many columns of a terminal a text takes. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += ZERO.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** The text, or its beginning and end with `…` between where it is wider than so many columns. */
export function shortened(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const characters = [...text];
  const end = takeWidth(characters.toReversed(), Math.floor((width - 1) / 2)).toReversed();
  const start = takeWidth(characters, width - 1 - displayWidth(end.join('')));
  return `${start.join('')}…${end.join('')}`;
}

/** Words on lines of at most `width` columns; a word that is longer stands alone, whole. */
export function wrapped(text: string, width: number): string[] {
  return wrappedWords(text.split(' '), width);
}

/** The same of words that may have blanks inside. */
export function wrappedWords(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && displayWidth(`${last} ${word}`) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The same, but a word that is longer than a line goes on in the next one. */
export function wrappedWithin(text: string, width: number): string[] {
  return wrapped(text, width).flatMap((line) => cut([...line], width));
}

/** The text with blanks on the other side, as wide as so many columns. */
export function padded(text: string, width: number, side: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return side === 'left' ? text + blanks : blanks + text;
}

/** The beginning of a text that takes at most so many columns. */
export function takeStart(text: string, width: number): string {
  return takeWidth([...text], width).join('');
}

/** The end of a text that takes at most so many columns. */
export function takeEnd(text: string, width: number): string {
  return takeWidth([...text].toReversed(), width)
    .toReversed()
    .join('');
}

function cut(characters: readonly string[], width: number): string[] {
  if (displayWidth(characters.join('')) <= width) return [characters.join('')];
  const lines: string[] = [];
  for (let at = 0; at < characters.length; ) {
    const taken = takeWidth(characters.slice(at), width);
    lines.push(taken.join(''));
    at += Math.max(1, taken.length);
  }
  return lines;
}

function takeWidth(characters: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let room = width;
  for (const character of characters) {
    room -= displayWidth(character);
    if (room < 0) break;
    taken.push(character);
  }
  return taken;
}
