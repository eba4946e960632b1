/** One line of a difference: there in both texts, or in one. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Of two texts; above it they are compared as wholes. */
const MOST_LINES = 2000;

/** What changes one text into another, line by line: a longest common subsequence stays. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [old, young] = [linesOf(before), linesOf(after)];
  const start = commonStart(old, young);
  const end = commonStart(old.slice(start).toReversed(), young.slice(start).toReversed());
  const same = (lines: readonly string[]) => lines.map((text): DiffLine => ({ sign: ' ', text }));
  return [
    ...same(old.slice(0, start)),
    ...middleDiff(old.slice(start, old.length - end), young.slice(start, young.length - end)),
    ...same(old.slice(old.length - end)),
  ];
}

/** The changed lines with so many lines around them; `…` in the place of longer parts that stay. */
export function diffExcerpt(lines: readonly DiffLine[], around = 3): string[] {
  const isNear = lines.map((_, place) => {
    return lines.slice(Math.max(0, place - around), place + around + 1).some(({ sign }) => sign !== ' ');
  });
  return lines.flatMap(({ sign, text }, place) => {
    if (isNear[place]) return [`${sign} ${text}`.trimEnd()];
    return place === 0 || isNear[place - 1] ? ['…'] : [];
  });
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}

function commonStart(one: readonly string[], other: readonly string[]): number {
  let length = 0;
  while (length < one.length && length < other.length && one[length] === other[length]) length += 1;
  return length;
}

function middleDiff(old: readonly string[], young: readonly string[]): DiffLine[] {
  const removed = old.map((text): DiffLine => ({ sign: '-', text }));
  const added = young.map((text): DiffLine => ({ sign: '+', text }));
  if (old.length + young.length > MOST_LINES) return [...removed, ...added];
  const common = commonLengths(old, young);
  const lines: DiffLine[] = [];
  let [at, to] = [0, 0];
  while (at < old.length && to < young.length) {
    if (old[at] === young[to]) {
      lines.push({ sign: ' ', text: old[at]! });
      at += 1;
      to += 1;
    } else if (common[at + 1]![to]! >= common[at]![to + 1]!) lines.push(removed[at++]!);
    else lines.push(added[to++]!);
  }
  return [...lines, ...removed.slice(at), ...added.slice(to)];
}

/** Of the rests of both lists from each pair of places on, the length of a longest common subsequence. */
function commonLengths(old: readonly string[], young: readonly string[]): number[][] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Array<number>(young.length + 1).fill(0));
  for (let at = old.length - 1; at >= 0; at -= 1) {
    for (let to = young.length - 1; to >= 0; to -= 1) {
      lengths[at]![to] =
        old[at] === young[to] ? 1 + lengths[at + 1]![to + 1]! : Math.max(lengths[at + 1]![to]!, lengths[at]![to + 1]!);
    }
  }
  return lengths;
}
