/** The most that a JSON text may hold: levels of lists and objects, and values of any kind. */
export interface JsonSize {
  readonly depth: number;
  readonly values: number;
}

const NO_NUMBER = /-?\b(?:NaN|Infinity)\b/g;
const BLANK = 32;
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

/** The text of a JSON object with this string for every member of that name; all else stays as it is written. */
export function withStringFor(text: string, name: string, value: string): string {
  const pieces: string[] = [];
  let from = 0;
  for (const member of membersOf(text)) {
    if (member.name !== name) continue;
    pieces.push(text.slice(from, member.start), JSON.stringify(value));
    from = member.end;
  }
  return [...pieces, text.slice(from)].join('');
}

interface JsonMember {
  readonly name: string;
  /** Where its value begins and ends. */
  readonly start: number;
  readonly end: number;
}

function* membersOf(text: string): Generator<JsonMember> {
  let depth = 0;
  let named: Pick<JsonMember, 'name' | 'start'> | null = null;
  for (let index = 0; index < text.length; index += 1) {
    const start = index;
    const character = text.charCodeAt(index);
    if (character === QUOTE) index = endOfString(text, index);
    else if (OPENING.has(character)) depth += 1;
    else if (CLOSING.has(character)) depth -= 1;
    if (character === QUOTE && depth === 1 && named === null) {
      named = { name: JSON.parse(text.slice(start, index + 1)), start: text.indexOf(':', index) + 1 };
    } else if (named !== null && (depth === 0 || (depth === 1 && character === COMMA))) {
      yield withoutBlanks(text, { ...named, end: index });
      named = null;
    }
  }
}

function withoutBlanks(text: string, { name, ...place }: JsonMember): JsonMember {
  let { start, end } = place;
  while (text.charCodeAt(start) <= BLANK) start += 1;
  while (text.charCodeAt(end - 1) <= BLANK) end -= 1;
  return { name, start, end };
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
