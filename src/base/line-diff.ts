import { createTwoFilesPatch, diffLines, FILE_HEADERS_ONLY } from 'diff';

/** One line of a difference: there in both texts, or in one. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** More changed lines would take seconds to match: then all of one text is replaced by all of the other. */
const MOST_CHANGES = 2000;
/** Unchanged lines around a change. */
const CONTEXT = 3;

/** What changes one text into another, line by line. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [old, own] = [before, after].map(withLineEnd) as [string, string];
  const changes = diffLines(old, own, { maxEditLength: MOST_CHANGES }) ?? [
    { value: old, removed: true, added: false },
    { value: own, removed: false, added: true },
  ];
  return changes.flatMap(({ value, added, removed }) => {
    const sign = added ? '+' : removed ? '-' : ' ';
    return value === ''
      ? []
      : value
          .replace(/\n$/, '')
          .split('\n')
          .map((text): DiffLine => ({ sign, text }));
  });
}

/** The changed lines with so many lines around them; `…` in the place of longer parts that stay. */
export function diffExcerpt(lines: readonly DiffLine[], around = CONTEXT): string[] {
  const isNear = lines.map((_, place) => {
    return lines.slice(Math.max(0, place - around), place + around + 1).some(({ sign }) => sign !== ' ');
  });
  return lines.flatMap(({ sign, text }, place) => {
    if (isNear[place]) return [`${sign} ${text}`.trimEnd()];
    return place === 0 || isNear[place - 1] ? ['…'] : [];
  });
}

/** The difference of two texts of one file as `diff -u` writes it; empty where there is none. */
export function unifiedDiff(before: string, after: string, path: string): string {
  if (before === after) return '';
  const patch = (options: { readonly maxEditLength?: number }) =>
    createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, {
      context: CONTEXT,
      headerOptions: FILE_HEADERS_ONLY,
      ...options,
    });
  return patch({ maxEditLength: MOST_CHANGES }) ?? patch({});
}

function withLineEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
