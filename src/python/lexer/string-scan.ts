import { lineEndLength } from './characters.ts';

const BACKSLASH = 92;

/** How a string literal begins: `rb"""` is raw bytes in three double quotes. */
export interface StringOpening {
  readonly isRaw: boolean;
  readonly isBytes: boolean;
  /** An f-string or a t-string. */
  readonly isFormatted: boolean;
  readonly quote: number;
  readonly quotes: 1 | 3;
  /** Where the text inside of the quotes begins. */
  readonly inner: number;
}

const PREFIX = /^(?:[rub]|br|rb|[ft]r?|r[ft])?$/i;

/** The opening of a string at a quote, after a prefix of a word or none; null where the word is no prefix. */
export function readOpening(source: string, from: number, quoteAt: number): StringOpening | null {
  const prefix = source.slice(from, quoteAt);
  if (!PREFIX.test(prefix)) return null;
  const quote = source.charCodeAt(quoteAt);
  const isTriple = source.charCodeAt(quoteAt + 1) === quote && source.charCodeAt(quoteAt + 2) === quote;
  return {
    isRaw: /r/i.test(prefix),
    isBytes: /b/i.test(prefix),
    isFormatted: /[ft]/i.test(prefix),
    quote,
    quotes: isTriple ? 3 : 1,
    inner: quoteAt + (isTriple ? 3 : 1),
  };
}

/** Where a string without replacement fields ends, its quotes included; what is not closed ends with its line, or with the last line of the text. */
export function scanString(source: string, { quote, quotes, inner }: StringOpening): { to: number; isClosed: boolean } {
  for (let at = inner; at < source.length; at += 1) {
    const code = source.charCodeAt(at);
    if (code === BACKSLASH) at += lineEndLength(source, at + 1) || 1;
    else if (code === quote && closes(source, at, quote, quotes)) return { to: at + quotes, isClosed: true };
    else if (quotes === 1 && lineEndLength(source, at) > 0) return { to: at, isClosed: false };
  }
  return { to: Math.max(source.trimEnd().length, inner), isClosed: false };
}

/** True where as many quotes stand as opened the string. */
export function closes(source: string, at: number, quote: number, quotes: 1 | 3): boolean {
  return quotes === 1 || (source.charCodeAt(at + 1) === quote && source.charCodeAt(at + 2) === quote);
}

const ESCAPE = /\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U(?:000[\da-fA-F]|0010)[\da-fA-F]{4}|N\{[^{}\r\n'"\\]+\}|[^xuUN])/sy;
const BYTES_ESCAPE = /\\(?:x[\da-fA-F]{2}|[^x])/sy;

/** The offset in a piece of a string of the first escape that Python refuses (`\x4`, `\N`), or null; names of characters are not looked up. */
export function findBadEscape(text: string, isBytes: boolean): number | null {
  const pattern = isBytes ? BYTES_ESCAPE : ESCAPE;
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', pattern.lastIndex)) {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return at;
  }
  return null;
}
