/** The most that a JSON text may hold: levels of lists and objects, and values of any kind. */
export interface JsonSize {
  readonly depth: number;
  readonly values: number;
}

const NO_NUMBER = /-?\b(?:NaN|Infinity)\b/g;
const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPENING: ReadonlySet<number> = new Set([91, 123]);
const CLOSING: ReadonlySet<number> = new Set([93, 125]);

/**
 * Throws a SyntaxError that says why, before the text is parsed, where its value would not fit into memory or would be too deep to be
 * walked through; gives back the number of values. Looks at each character once.
 */
export function refuseHugeJson(text: string, most: JsonSize): number {
  let [depth, values] = [0, 1];
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (character === QUOTE) index = endOfString(text, index);
    else if (OPENING.has(character)) {
      depth += 1;
      values += 1;
    } else if (CLOSING.has(character)) depth -= 1;
    else if (character === COMMA) values += 1;
    if (depth > most.depth) throw new SyntaxError(`the JSON nests deeper than ${most.depth} levels`);
    if (values > most.values) throw new SyntaxError(`the JSON holds more than ${most.values} values`);
  }
  return values;
}

/** The text without the bare words NaN, Infinity and -Infinity, which Python writes: null stands in their place. */
export function withNullForNoNumbers(text: string): string {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    const start = text.indexOf('"', from);
    const end = start < 0 ? text.length : endOfString(text, start) + 1;
    const outside = text.slice(from, start < 0 ? text.length : start);
    pieces.push(outside.replace(NO_NUMBER, 'null'), start < 0 ? '' : text.slice(start, end));
    from = end;
  }
  return pieces.join('');
}

/** The place of the quote that ends the string which begins here, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}
