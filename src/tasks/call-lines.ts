import { hasEllipsis } from '../python/doctests.ts';
import { endOfBrackets, endOfLogicalLine } from './call-text.ts';
import { type ExampleScope, exampleStatement } from './example-statement.ts';

const PREFIX = String.raw`^[ \t]*(?:(?:[*•>#-]|\d+[.)])[ \t]*)*(?:(?:for|e\.g\.|i\.e\.|examples?|assert)\b[ \t]*(?::[ \t]*)?)?\x60*`;
const SIGN = `==>|=>|==|-+>|→|➞|⇒|=(?!=)|↦`;
const VERB = String.raw`(?:(?:should|must|will|would)[ \t]+)?(?:returns?|gives?|equals?|yields?|outputs?|evaluates[ \t]+to|be)\b`;
/** What stands between a call and the value that it gives. */
export const RELATION = new RegExp(String.raw`[ \t\x60]*(?:#[ \t]*)?(?:${SIGN}|${VERB})[ \t\x60]*:?[ \t]*`, 'iy');

/** A call of the entry point at the beginning of a line, and the text that says what it gives. */
interface CallLine {
  readonly from: number;
  readonly to: number;
  readonly call: string;
  readonly rest: string;
}

/**
 * Examples of the form `f(x) == y` (also with =>, ==>, ->, →, ➞, =, returns, should return) at the beginning of a line of prose,
 * after a bullet or `for`. Lines beside one that defines the function by itself, as in `f(n) = f(n-1) + 1`, are mathematics
 * and no examples.
 */
export function findCallLines(text: string, scope: ExampleScope): string[] {
  const recursive = new RegExp(`(?<![\\w.])${scope.entryPoint}\\s*\\(`);
  return adjacentGroups(readCallLines(text, scope.entryPoint), text)
    .filter((group) => !group.some(({ rest }) => recursive.test(rest)))
    .flat()
    .filter(({ rest }) => !tellsAnotherValue(rest.split(recursive)[0]!))
    .flatMap(({ call, rest }) => readExample(call, rest, scope) ?? []);
}

/** Calls at the beginning of a line whose values are abbreviated by an ellipsis, so that nothing can be checked. */
export function findAbbreviated(text: string, scope: ExampleScope): string[] {
  return readCallLines(text, scope.entryPoint)
    .filter(({ call, rest }) => hasEllipsis(rest) && readExample(call, rest, scope) === null)
    .map(({ call }) => call);
}

function readCallLines(text: string, entryPoint: string): CallLine[] {
  const starts = new RegExp(`${PREFIX}(?=${entryPoint}\\s*\\()`, 'gim');
  return [...text.matchAll(starts)].flatMap((match) => readCallLine(text, match.index + match[0].length) ?? []);
}

function readCallLine(text: string, start: number): CallLine | null {
  const end = endOfBrackets(text, text.indexOf('(', start));
  if (end === null) return null;
  RELATION.lastIndex = end;
  if (!RELATION.test(text)) return null;
  const from = RELATION.lastIndex;
  const to = endOfLogicalLine(text, from) ?? endOfLine(text, from);
  return { from: start, to, call: text.slice(start, end), rest: text.slice(from, to).trim() };
}

/** True for text that contrasts what a call gives with what it should give: `3 but it should be 4`, `3 instead of 4`. */
export function tellsAnotherValue(rest: string): boolean {
  return /\b(?:instead of|rather than|should (?:be|return|give|equal)|expected|wrong)\b/.test(rest);
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** Groups of calls on lines with no other line between. */
function adjacentGroups(lines: readonly CallLine[], text: string): CallLine[][] {
  const groups: CallLine[][] = [];
  for (const line of lines) {
    const last = groups.at(-1)?.at(-1);
    const isAdjacent = last !== undefined && endOfLine(text, last.to + 1) >= line.from;
    if (isAdjacent) groups.at(-1)!.push(line);
    else groups.push([line]);
  }
  return groups;
}

/** The example made of a call and the text that says what it gives; null where none of its readings is an expression. */
export function readExample(call: string, rest: string, scope: ExampleScope): string | null {
  for (const reading of readings(rest)) {
    const statement = exampleStatement(call, WORDS[reading] ?? reading, scope);
    if (statement !== null) return statement;
  }
  return null;
}

const WORDS: Readonly<Record<string, string>> = { true: 'True', false: 'False', none: 'None', null: 'None' };

const FULL_STOP = /(?<![.,;:!])[.,;:!]+$/;
const REMARKS = [
  /(?<!\s)\s+#.*$/s,
  /(?<!\s)\s+\(.*$/s,
  /(?<!\s)\s+=\s.*$/s,
  /(?<![\s,.;])[\s,.;]+(?:because|since|as|but|and)\b.*$/s,
];
const LONGEST_REST = 5000;

/**
 * The text without its full stop, then also without what prose adds: a remark, or the sum worked out to its end. A value that is
 * abbreviated by an ellipsis (`2.333...`, `[1, 2, ..., 9]`) is none.
 */
function readings(rest: string): string[] {
  if (rest.length > LONGEST_REST) return [];
  const text = rest.replace(/(?<![`\s])[`\s]+$/, '');
  return [text, ...REMARKS.map((remark) => text.replace(remark, ''))]
    .filter((reading) => !hasEllipsis(reading))
    .map((reading) => reading.replace(FULL_STOP, '').replace(/(?<![`\s])[`\s]+$/, ''));
}
