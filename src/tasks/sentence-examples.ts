import { RELATION, readExample, tellsAnotherValue } from './call-lines.ts';
import { endOfBrackets, endOfValue } from './call-text.ts';
import type { ExampleScope } from './example-statement.ts';

/** A longer call or value is no part of a sentence. */
const LONGEST = 1000;
const MOST_CALLS = 200;

/** A call of the entry point within a sentence, and what stands around it. */
interface SpokenCall {
  /** The sentence up to the call. */
  readonly before: string;
  /** True where the call begins a line of its own, which `findCallLines` reads. */
  readonly isLine: boolean;
  readonly call: string;
  /** `should return`, `==`, `gives`. */
  readonly relation: string;
  readonly value: string;
  /** The rest of the sentence, up to the next call of the entry point. */
  readonly after: string;
}

/**
 * Examples in the middle of a sentence, each a call and a literal value: `so roman(4) should return "IV"`. What a sentence reports
 * as a fault is no example; `roman(4) gives "IIII" but should give "IV"` is one of what it should give.
 */
export function findSentenceExamples(text: string, scope: ExampleScope): string[] {
  const calls = new RegExp(`(?<![\\w.])${scope.entryPoint}\\s*\\(`, 'g');
  const starts = [...text.matchAll(calls)].slice(0, MOST_CALLS).map(({ index }) => index);
  return starts.flatMap((start, index) => {
    const spoken = readSpoken(text, start, starts[index + 1] ?? text.length);
    const value = spoken === null ? null : demandedValue(spoken);
    return value === null ? [] : (readExample(spoken!.call, value, scope) ?? []);
  });
}

function readSpoken(text: string, start: number, next: number): SpokenCall | null {
  const piece = text.slice(start, start + LONGEST);
  const end = endOfBrackets(piece, piece.indexOf('('));
  if (end === null) return null;
  const { from, relation } = relationAt(piece, end);
  const to = relation === '' ? null : endOfValue(piece, from);
  if (to === null) return null;
  const after = sentenceEnd(text.slice(start + to, Math.max(start + to, Math.min(next, start + LONGEST))));
  const line = text
    .slice(Math.max(0, start - 100), start)
    .split('\n')
    .at(-1)!;
  const isLine = /^[\s*•>#`\d.)-]*$/.test(line) && !(next < text.length && !text.slice(start, next).includes('\n'));
  return {
    before: line.split(/(?<=[.!?;:])\s/).at(-1)!,
    isLine,
    call: piece.slice(0, end),
    relation,
    value: piece.slice(from, to),
    after,
  };
}

function relationAt(piece: string, end: number): { readonly from: number; readonly relation: string } {
  for (const expression of [RELATION, IS]) {
    expression.lastIndex = end;
    const relation = expression.exec(piece)?.[0];
    if (relation !== undefined) return { from: expression.lastIndex, relation };
  }
  return { from: end, relation: '' };
}

const IS = /[ \t`]+is[ \t`]+/iy;
const DEMAND = /should|must|will|would|==|[>→➞⇒↦]/i;
/** Words before a call after which it states no fact: conditions, questions, reports of a fault, code. */
const NO_FACT =
  /\b(?:if|when|whether|unless|while|until|does|do|did|why|but|currently|actually|still|not|never|got|return|elif)\b|n't\b/i;
const CONDITION = /\b(?:if|whether|unless|while|until|does|do|did|why|not|never|return|elif)\b|n't\b/i;

/** The value that a sentence demands of its call; null where it tells none. */
function demandedValue({ before, isLine, relation, value, after }: SpokenCall): string | null {
  if (!endsValue(after) || after.endsWith('?')) return null;
  if (isLine && !tellsAnotherValue(after)) return null;
  if (relation.trim() === '=' && /\d$/.test(value)) return null;
  if (DEMAND.test(relation)) return CONDITION.test(before) ? null : value;
  if (tellsAnotherValue(after)) return otherValue(after);
  return NO_FACT.test(before) ? null : value;
}

/** True where no operator or unit goes on with the value: `2nd`, `1 / 3` and `3 times` are not what they begin with. */
function endsValue(after: string): boolean {
  return /^`?(?:\s*$|\s+(?:\(|[-–—]\s)|(?!\.\.)[,.;:!?)](?:\D|$)|\s+(?:and|or|but|because|since|as|for|with|to|instead|rather|not|while|whereas|when|too|also|again|where|in|on|like|holds?)\b)/.test(
    after,
  );
}

const OTHER = /\b(?:instead of|rather than|should (?:be|return|give|equal)|(?:is |was )?expected(?: to be)?)[ \t`:]*/g;

function otherValue(after: string): string | null {
  const match = [...after.matchAll(OTHER)].at(-1);
  if (match === undefined) return null;
  const from = match.index + match[0].length;
  const to = endOfValue(after, from);
  return to !== null && endsValue(after.slice(to)) ? after.slice(from, to) : null;
}

function sentenceEnd(text: string): string {
  return text.slice(0, /\n|(?<=[.!?;])\s/.exec(text)?.index ?? text.length);
}
