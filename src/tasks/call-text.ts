const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const STRING =
  /"""(?:[^\\]|\\[\s\S])*?"""|'''(?:[^\\]|\\[\s\S])*?'''|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/y;

/** The offset after the bracket that closes the one at `open`, over strings and comments; null where none does. */
export function endOfBrackets(text: string, open: number): number | null {
  const expected: string[] = [];
  for (let at = open; at < text.length; at = nextToken(text, at)) {
    const character = text[at]!;
    if (character in CLOSING) expected.push(CLOSING[character]!);
    else if (')]}'.includes(character)) {
      if (expected.pop() !== character) return null;
      if (expected.length === 0) return at + 1;
    }
  }
  return null;
}

const LONGEST_STATEMENT = 5_000;

/** The end of the first line from `start` on that leaves no bracket open; null where that is too far away. */
export function endOfLogicalLine(text: string, start: number): number | null {
  let depth = 0;
  const limit = Math.min(text.length, start + LONGEST_STATEMENT);
  for (let at = start; at < limit; at = nextToken(text, at)) {
    const character = text[at]!;
    if (character === '\n' && depth === 0) return at;
    if (character in CLOSING) depth += 1;
    else if (depth > 0 && ')]}'.includes(character)) depth -= 1;
  }
  return depth === 0 && limit === text.length ? limit : null;
}

/** The pieces of Python text between the commas that stand in no bracket and no string, trimmed; blank ones are left out. */
export function splitAtCommas(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; ) {
    if (text[at] === ',') {
      pieces.push(text.slice(start, at));
      start = at + 1;
    }
    at = text[at]! in CLOSING ? (endOfBrackets(text, at) ?? text.length) : nextToken(text, at);
  }
  return [...pieces, text.slice(start)].map((piece) => piece.trim()).filter((piece) => piece !== '');
}

/** The argument texts of each call of a function in Python text. */
export function argumentsOfCalls(text: string, name: string): string[] {
  const calls = new RegExp(`(?<![\\w.])${name}\\s*\\(`, 'g');
  return [...text.matchAll(calls)].flatMap((call) => {
    const open = call.index + call[0].length - 1;
    const end = endOfBrackets(text, open);
    return end === null ? [] : [text.slice(open + 1, end - 1)];
  });
}

const PLAIN = /[-+]?(?:\d[\d_]*(?:\.\d+)?(?:e[-+]?\d+)?|\.\d+)|(?:True|False|None|true|false|none|null)\b/y;

/** The offset after the number, string, constant or bracketed display at `at`; null where something else stands there. */
export function endOfValue(text: string, at: number): number | null {
  const first = text[at] ?? '';
  if (first in CLOSING) return endOfBrackets(text, at);
  if (first === '"' || first === "'") {
    const end = nextToken(text, at);
    return end > at + 1 ? end : null;
  }
  PLAIN.lastIndex = at;
  return PLAIN.test(text) ? PLAIN.lastIndex : null;
}

/** The offset after the string, comment or single character at `at`. */
function nextToken(text: string, at: number): number {
  if (text[at] === '#') {
    const end = text.indexOf('\n', at);
    return end === -1 ? text.length : end;
  }
  STRING.lastIndex = at;
  const string = text[at] === '"' || text[at] === "'" ? STRING.exec(text) : null;
  return string === null ? at + 1 : STRING.lastIndex;
}
