/** The beginning of a text of at most so many characters, with an ellipsis where it is cut; no character is halved. */
export function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The beginning of a text and its last line, which names the exception of a traceback. */
export function cutBeforeLastLine(text: string, longest: number): string {
  const [, head = '', last = ''] = /^([\s\S]*)\n([^\n]+)\n*$/.exec(text) ?? [];
  if (text.length <= longest || last === '') return cut(text, longest);
  const end = cut(last, Math.floor(longest / 2));
  return `${cut(head, longest - end.length - 1)}\n${end}`;
}

/** Two different texts cut to a length; from shortly before they differ where that would not show. */
export function cutTogether(one: string, other: string, longest: number): [string, string] {
  const place = firstDifference(one, other);
  const start = place < longest - 1 ? 0 : place - Math.floor(longest / 3);
  const from = (text: string) => (start === 0 ? text : `…${text.slice(start).replace(/^[\uDC00-\uDFFF]/, '')}`);
  return [cut(from(one), longest), cut(from(other), longest)];
}

function firstDifference(one: string, other: string): number {
  let place = 0;
  while (place < one.length && one[place] === other[place]) place += 1;
  return place;
}
