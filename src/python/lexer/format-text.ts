import { lineEndLength } from './characters.ts';
import { closes, type StringOpening } from './string-scan.ts';

const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;
const LETTER_N = 78;

/** An f-string or a t-string that is being read (PEP 701, PEP 750). */
export interface FormatString {
  readonly from: number;
  readonly opening: StringOpening;
  /** How many brackets are open around it. */
  readonly brackets: number;
  /** How many brackets are open inside of each replacement field that is open, its own brace included. */
  readonly fields: number[];
  /** True in literal text and in format specifications, false in the expression of a field. */
  isInText: boolean;
}

/** What ends a piece of the literal text of an f-string. */
type TextEnd = 'field' | 'field-end' | 'quotes' | 'line' | 'single-brace' | 'text-end';

/** Where a piece of literal text ends and why: `to` is the place of what ends it. */
export function scanFormatText(source: string, from: number, format: FormatString): { to: number; end: TextEnd } {
  const { quote, quotes, isRaw } = format.opening;
  const isInSpecification = format.fields.length > 0;
  let at = from;
  while (at < source.length) {
    const code = source.charCodeAt(at);
    if (code === BACKSLASH) at += escapeLength(source, at, isRaw);
    else if (code === quote && closes(source, at, quote, quotes)) return { to: at, end: 'quotes' };
    else if (quotes === 1 && lineEndLength(source, at) > 0) return { to: at, end: 'line' };
    else if (code === OPEN || code === CLOSE) {
      const isDouble = !isInSpecification && source.charCodeAt(at + 1) === code;
      if (!isDouble) return { to: at, end: code === OPEN ? 'field' : isInSpecification ? 'field-end' : 'single-brace' };
      at += 2;
    } else at += 1;
  }
  return { to: at, end: 'text-end' };
}

/** A backslash takes the next character with it, but no brace; `\N{...}` is a whole. */
function escapeLength(source: string, at: number, isRaw: boolean): number {
  const next = source.charCodeAt(at + 1);
  if (next === OPEN || next === CLOSE) return 1;
  if (!isRaw && next === LETTER_N && source.charCodeAt(at + 2) === OPEN) return namedLength(source, at);
  return 1 + (lineEndLength(source, at + 1) || 1);
}

function namedLength(source: string, at: number): number {
  const name = /\{[^{}\r\n'"\\]*\}/y;
  name.lastIndex = at + 2;
  return name.test(source) ? name.lastIndex - at : 2;
}
