import { readExpression } from './python-module.ts';

/** One example of a docstring: a call expression, and the expression of the value that it gives. */
export interface Doctest {
  readonly source: string;
  readonly expected: string;
}

const PROMPT = /^\s*>>>(?: |$)(.*)$/;
const CONTINUATION = /^\s*\.\.\.(?: |$)(.*)$/;

/** Doctests whose input and expected output are both expressions; prints, statements and tracebacks are left out. */
export function findDoctests(docstring: string): Doctest[] {
  const lines = docstring.split(/\r\n?|\n/);
  return lines.flatMap((line, index) => {
    const first = PROMPT.exec(line)?.[1];
    return first === undefined ? [] : readDoctest(first, lines, index + 1);
  });
}

function readDoctest(first: string, lines: readonly string[], next: number): Doctest[] {
  const input = [first];
  let at = next;
  for (; at < lines.length; at += 1) {
    const more = CONTINUATION.exec(lines[at]!)?.[1];
    if (more === undefined) break;
    input.push(more);
  }
  const source = readExpression(input.join('\n'));
  if (source === null || /^print\s*\(/.test(source)) return [];
  const expected = readExpected(lines, at);
  return expected === null ? [] : [{ source, expected }];
}

/** Lines after an input hold prose now and then: the expected value is the shortest run of them that is an expression. */
function readExpected(lines: readonly string[], from: number): string | null {
  let text = '';
  for (let at = from; at < Math.min(lines.length, from + 50); at += 1) {
    const line = lines[at]!.trim();
    if (line === '' || line.startsWith('>>>') || line.startsWith('Traceback (')) return null;
    text = text === '' ? line : `${text} ${line}`;
    const expected = readExpression(text);
    if (expected !== null) return expected;
  }
  return null;
}
