/** A number literal as far as it reaches, and whether Python takes it. */
interface NumberLiteral {
  readonly to: number;
  readonly isValid: boolean;
}

const DIGITS = String.raw`\d(?:_?\d)*`;
const NUMBER = new RegExp(
  [
    '0[xX](?:_?[\\da-fA-F])+',
    '0[oO](?:_?[0-7])+',
    '0[bB](?:_?[01])+',
    `(?:${DIGITS}\\.(?:${DIGITS})?|\\.${DIGITS}|${DIGITS})(?:[eE][+-]?${DIGITS})?[jJ]?`,
  ].join('|'),
  'y',
);
/** Keywords may follow a number without a blank: `1if x else 2`. */
/** `0or` begins like an octal number. */
const FOLLOWING = /(?<!(?<![\w.])0(?=o))(?:and|else|for|i[fns]|not|or)|(?![\w\u0080-\uffff])/y;
const WORD = /[\w\u0080-\uffff]*/y;
const LEADING_ZEROS = /^0[0_]*[1-9]/;
const INTEGER = /^[\d_]+$/;
/** Of the digits of a decimal integer: the limit that Python sets to the time of its conversion. */
const MOST_DIGITS = 4300;

/** Reads the number literal that begins at a digit, or at a point before a digit. */
export function readNumber(source: string, at: number): NumberLiteral {
  NUMBER.lastIndex = at;
  const literal = NUMBER.exec(source)![0];
  const to = at + literal.length;
  FOLLOWING.lastIndex = to;
  if (!FOLLOWING.test(source)) {
    WORD.lastIndex = to;
    return { to: to + WORD.exec(source)![0].length, isValid: false };
  }
  return { to, isValid: literal.length === 1 || !INTEGER.test(literal) || isDecimal(literal) };
}

function isDecimal(literal: string): boolean {
  if (LEADING_ZEROS.test(literal)) return false;
  return literal.length <= MOST_DIGITS || literal.replaceAll('_', '').length <= MOST_DIGITS;
}
