import { readExpression } from './python-module.ts';

/**
 * One example of a docstring. `value`: an expression and the expression that it equals; `pattern`: an expression and its shown text,
 * in which `...` stands for anything (+ELLIPSIS); `printed`: a call of print and its one line; `left-out`: what is no check, and why.
 */
export type Doctest =
  | { readonly kind: 'value' | 'pattern' | 'printed'; readonly source: string; readonly expected: string }
  | { readonly kind: 'left-out'; readonly source: string; readonly reason: string };

const PROMPT = /^\s*>>>(?: |$)(.*)$/;
const CONTINUATION = /^\s*\.\.\.(?: |$)(.*)$/;
const DIRECTIVE = /#\s*doctest:([^#\n]*)/g;
const STRINGS = /"(?:[^"\\\n]|\\[\s\S]?)*(?:"|$|(?=\n))|'(?:[^'\\\n]|\\[\s\S]?)*(?:'|$|(?=\n))/g;
const MOST_SHOWN = 50;

/** The examples of a docstring, or of other text with `>>>` prompts, that show something; statements that show nothing are none. */
export function findDoctests(docstring: string): Doctest[] {
  const lines = docstring.split(/\r\n?|\n/);
  return lines.flatMap((line, index) => {
    const first = PROMPT.exec(line)?.[1];
    return first === undefined ? [] : (readDoctest(first, lines, index + 1) ?? []);
  });
}

/** True where `...` stands in the text outside of its strings. */
export function hasEllipsis(text: string): boolean {
  return /\.\.\.|…/.test(text.replace(STRINGS, '""'));
}

function readDoctest(first: string, lines: readonly string[], next: number): Doctest | null {
  const input = [first];
  let at = next;
  for (; at < lines.length; at += 1) {
    const more = CONTINUATION.exec(lines[at]!)?.[1];
    if (more === undefined) break;
    input.push(more);
  }
  const text = input.join('\n');
  const shown = readShown(lines, at);
  return shown.length === 0 ? null : classify(text, shown, optionsOf(text));
}

/** The lines up to the next blank one or prompt. */
function readShown(lines: readonly string[], from: number): string[] {
  const shown = lines.slice(from, from + MOST_SHOWN).map((line) => line.trim());
  const end = shown.findIndex((line) => line === '' || line.startsWith('>>>') || /^(?:"""|''')/.test(line));
  return end === -1 ? shown : shown.slice(0, end);
}

/** The options that an example's comments switch on: SKIP, ELLIPSIS and others. */
function optionsOf(input: string): ReadonlySet<string> {
  const directives = [...input.matchAll(DIRECTIVE)].map((match) => match[1]!).join(' ');
  return new Set([...directives.matchAll(/\+\s*([A-Z_]+)/g)].map((match) => match[1]!));
}

function classify(input: string, shown: readonly string[], options: ReadonlySet<string>): Doctest {
  const source = readExpression(input);
  const leftOut = (reason: string): Doctest => ({ kind: 'left-out', source: source ?? input.trim(), reason });
  if (options.has('SKIP')) return leftOut('it is marked +SKIP');
  if (source === null) return leftOut('it is a statement');
  if (shown[0]!.startsWith('Traceback (')) return leftOut('it shows an exception');
  if (options.has('ELLIPSIS') && hasEllipsis(shown.join('\n')))
    return { kind: 'pattern', source, expected: shown.join('\n') };
  if (/^print\s*\(/.test(source)) {
    const [line = '', ...more] = shown;
    return more.length === 0 ? { kind: 'printed', source, expected: line } : leftOut('it prints several lines');
  }
  const expected = readExpected(shown);
  if (expected === null || hasEllipsis(expected))
    return leftOut(
      hasEllipsis(shown.join('\n')) ? 'its value is abbreviated with an ellipsis' : 'it shows no Python value',
    );
  return { kind: 'value', source, expected };
}

/** Lines after an input hold prose now and then: the expected value is the shortest run of them that is an expression. */
function readExpected(shown: readonly string[]): string | null {
  let text = '';
  for (const line of shown) {
    text = text === '' ? line : `${text} ${line}`;
    const expected = readExpression(text);
    if (expected !== null) return expected;
  }
  return null;
}
