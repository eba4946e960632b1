const CONTEXT = 3;
/** Above it all changed lines count as new: more would take seconds. */
const MOST_COMPARED = 4_000_000;

type Change = readonly [sign: ' ' | '-' | '+', line: string];

/** The difference of two texts of one file as `diff -u` writes it, in one hunk; empty where there is none. */
export function unifiedDiff(before: string, after: string, path: string): string {
  if (before === after) return '';
  const [old, own] = [linesOf(before), linesOf(after)];
  const start = sharedStart(old, own);
  const end = sharedStart(old.slice(start).reverse(), own.slice(start).reverse());
  const first = Math.max(0, start - CONTEXT);
  const around = (lines: readonly string[]): Change[] => lines.map((line) => [' ', line]);
  const changes = [
    ...around(old.slice(first, start)),
    ...changesOf(old.slice(start, old.length - end), own.slice(start, own.length - end)),
    ...around(old.slice(old.length - end, old.length - end + CONTEXT)),
  ];
  const count = (sign: '-' | '+') => changes.filter(([own]) => own === ' ' || own === sign).length;
  const range = (lines: number) => (lines === 0 ? `${first},0` : `${first + 1},${lines}`);
  const hunk = `@@ -${range(count('-'))} +${range(count('+'))} @@\n`;
  return `--- a/${path}\n+++ b/${path}\n${hunk}${changes.map(shown).join('')}`;
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function shown([sign, line]: Change): string {
  return line.endsWith('\n') ? `${sign}${line}` : `${sign}${line}\n\\ No newline at end of file\n`;
}

function sharedStart(one: readonly string[], other: readonly string[]): number {
  let length = 0;
  while (length < one.length && length < other.length && one[length] === other[length]) length += 1;
  return length;
}

/** The least changes that make one list of lines of another: what both have in the longest order stays. */
function changesOf(old: readonly string[], own: readonly string[]): Change[] {
  if (old.length * own.length > MOST_COMPARED)
    return [...old.map((line): Change => ['-', line]), ...own.map((line): Change => ['+', line])];
  const longest = longestShared(old, own);
  const changes: Change[] = [];
  for (let [i, j] = [0, 0]; i < old.length || j < own.length; ) {
    if (i < old.length && old[i] === own[j]) {
      changes.push([' ', old[i]!]);
      [i, j] = [i + 1, j + 1];
    } else if (j >= own.length || (i < old.length && longest[i + 1]![j]! >= longest[i]![j + 1]!)) {
      changes.push(['-', old[i]!]);
      i += 1;
    } else {
      changes.push(['+', own[j]!]);
      j += 1;
    }
  }
  return changes;
}

/** How many lines the rests of two lists, from each place on, have in common in their order. */
function longestShared(old: readonly string[], own: readonly string[]): Uint32Array[] {
  const rows = Array.from({ length: old.length + 1 }, () => new Uint32Array(own.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = own.length - 1; j >= 0; j -= 1)
      rows[i]![j] = old[i] === own[j] ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!);
  return rows;
}
