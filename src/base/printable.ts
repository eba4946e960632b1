// Control characters (terminal escapes), characters that hide or reorder text, unpaired surrogates, line separators.
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text from a server that may be shown: control, invisible and unpaired characters are written as escapes. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Text of several lines that may be shown; tabs and line ends stay. */
export function printableLines(text: string): string {
  return text.replace(/[^\n\t]+/g, printable);
}

/** Of a text that is quoted: enough for the letters of a line between any usual blanks. */
const LONGEST_READ = 10_000;

/**
 * The beginning of text from a server, in quotes, on one line and at most some 200 characters long. Text with double quotes in it gets
 * single ones, and text that is quoted already gets none.
 */
export function quote(text: string): string {
  const line = text.slice(0, LONGEST_READ).replace(/\s+/g, ' ').trim();
  const shown = `${printable(line.slice(0, 200))}${line.length > 200 ? '…' : ''}`;
  if (!shown.includes('"')) return `"${shown}"`;
  if (isQuoted(shown)) return shown;
  return shown.includes("'") ? `"${shown}"` : `'${shown}'`;
}

/** Whether a text with a double quote is one quoted text: it has two, the first and the last character. */
function isQuoted(text: string): boolean {
  return text.startsWith('"') && text.length > 1 && text.indexOf('"', 1) === text.length - 1;
}
