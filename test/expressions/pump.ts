import { createContext, Script } from 'node:vm';

/** Of a text that a quadratic expression takes seconds for, and a linear one a millisecond. */
const LENGTH = 200_000;
/** Not a speed: of some hundred texts that take this long one is looked at alone, which takes a millisecond or is caught in backtracking. */
const LONG_MS = 2500;
const HUNG_MICROSECONDS = 500_000;
const USUAL = [
  ' ',
  '\t',
  '\n',
  '\r',
  '\u2028',
  'a',
  'A',
  '1',
  '_',
  '.',
  '\\',
  '"',
  "'",
  '`',
  '(',
  ')',
  '#',
  ':',
  '=',
  ',',
];

/** A text that an expression does not get through, made of one or two pieces of it again and again; null where it gets through all. */
export function findHang(source: string, flags: string): string | null {
  const words = [...source.replace(/\\[a-zA-Z]/g, ' ').matchAll(/[A-Za-z_]{2,}(?: [a-z]+)*|[^\w\s\\]/g)].map(
    ([word]) => word,
  );
  const pieces = [...new Set([...USUAL, ...words.slice(0, 40)])].slice(0, 44);
  const run = runner(source, flags);
  for (const one of pieces) {
    const texts = [...pieces, ''].flatMap((other) => pumped(one + other, words.slice(0, 4)));
    const hang = run(texts);
    if (hang !== null) return `${JSON.stringify(hang.slice(0, 60))}...`;
  }
  return null;
}

function pumped(piece: string, heads: readonly string[]): string[] {
  const body = piece.repeat(Math.ceil(LENGTH / piece.length));
  return ['', 'a', '"', '\n', ...heads].map((head) => `${head}${body}\0`);
}

/** Tells which of some texts an expression does not get through; null where it gets through all. */
function runner(source: string, flags: string): (texts: readonly string[]) => string | null {
  const state = { expression: new RegExp(source, flags), texts: [] as readonly string[], at: 0 };
  const context = createContext(state);
  const use = flags.includes('g') ? "texts[at].replace(expression, '')" : 'expression.test(texts[at])';
  const script = new Script(`for (; at < texts.length; at += 1) ${use}`);
  const getsThrough = (texts: readonly string[], at: number, timeout: number) => {
    Object.assign(state, { texts, at });
    try {
      script.runInContext(context, { timeout });
      return true;
    } catch {
      return false;
    }
  };
  return (texts) => {
    for (let at = 0; !getsThrough(texts, at, LONG_MS); at = state.at + 1) {
      // On a busy machine all of them together may take so long; alone none does, least of all processor time.
      const place = state.at;
      const text = texts[place] ?? '';
      const before = process.cpuUsage().user;
      if (!getsThrough([text], 0, LONG_MS) || process.cpuUsage().user - before > HUNG_MICROSECONDS) return text;
      state.at = place;
    }
    return null;
  };
}
