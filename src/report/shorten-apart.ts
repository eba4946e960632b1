import { displayWidth, shortened, takeEnd, takeStart } from './text-width.ts';

/** Texts that are each within so many columns: wider ones lose their middle, and different ones never become the same. */
export function shortenApart(texts: readonly string[], width: number): Map<string, string> {
  const short = new Map(texts.map((text) => [text, shortened(text, width)]));
  for (const alike of groupsOf(short)) {
    for (const text of alike) short.set(text, middleKept(text, alike, width));
  }
  for (const alike of groupsOf(short)) {
    for (const [place, text] of alike.entries()) short.set(text, numbered(text, place + 1, width));
  }
  return short;
}

/** Groups of texts that became the same. */
function groupsOf(short: ReadonlyMap<string, string>): string[][] {
  const groups = Map.groupBy(short.keys(), (text) => short.get(text));
  return [...groups.values()].filter(({ length }) => length > 1);
}

/** The text with what tells it from the others of its group, and as much around that as there is room for. */
function middleKept(text: string, group: readonly string[], width: number): string {
  const characters = [...text];
  const lists = group.map((own) => [...own]);
  const start = commonLength(lists);
  const end = Math.min(
    commonLength(lists.map((list) => list.toReversed())),
    ...lists.map(({ length }) => length - start),
  );
  const middle = takeStart(characters.slice(start, characters.length - end).join(''), width - 2);
  const room = Math.max(0, width - 2 - displayWidth(middle));
  const head = takeStart(characters.slice(0, start).join(''), Math.floor(room / 2));
  const tail = takeEnd(characters.slice(characters.length - end).join(''), room - displayWidth(head));
  return `${head}…${middle}…${tail}`;
}

function commonLength(lists: readonly (readonly string[])[]): number {
  const [first = [], ...others] = lists;
  const end = first.findIndex((character, place) => others.some((list) => list[place] !== character));
  return end === -1 ? first.length : end;
}

function numbered(text: string, number: number, width: number): string {
  const mark = `~${number}`;
  return `${shortened(text, Math.max(1, width - mark.length))}${mark}`;
}
