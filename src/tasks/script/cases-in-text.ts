import type { ScriptCase } from './script-case.ts';

/** `Input:`, `**Sample input 2**`, `### Output`, with or without the text itself behind it on the line. */
const HEADING =
  /^[ \t]*(?:[#>*_-]+[ \t]*)?(?:(?:sample|example|test)[ \t]+)?(input|output)(?:[ \t]*#?\d{1,3})?[ \t]*(?:[*_]{1,3}[ \t]*:?|:[*_]{0,3})?[ \t]*(.*)$/i;
const FENCE = /^[ \t]*(`{3,}|~{3,})/;

/** The cases that a task shows: each an input and the output below it, on the line of its heading, in a fence, or up to the next blank line. */
export function casesInText(text: string): ScriptCase[] {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const parts: { readonly of: 'input' | 'output'; readonly text: string }[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const heading = headingOf(lines[at]!);
    if (heading === null) {
      at = endOfFence(lines, at);
      continue;
    }
    const part = heading.rest === '' ? partBelow(lines, at + 1) : { text: heading.rest, end: at };
    if (part === null) continue;
    parts.push({ of: heading.of, text: part.text });
    at = part.end;
  }
  return parts.flatMap(({ of, text: input }, index) => {
    const next = parts[index + 1];
    if (of !== 'input' || next?.of !== 'output') return [];
    const one = { input: withoutTicks(input), output: withoutTicks(next.text) };
    return isSentence(one.input) || isSentence(one.output) ? [] : [one];
  });
}

/** True for what says of an input what it is like: "The first line has n." */
function isSentence(text: string): boolean {
  const [first = '', ...words] = text.trim().split('\n')[0]!.split(/\s+/);
  const isProse = words.slice(0, 2).every((word) => /^[\w`'(),-]+$/.test(word));
  return words.length > 2 && /^[A-Z][a-z]*$/.test(first) && isProse && /[.:;]$/.test(words.at(-1)!);
}

function headingOf(line: string): { of: 'input' | 'output'; rest: string } | null {
  const [, word, rest = ''] = HEADING.exec(line) ?? [];
  if (word === undefined) return null;
  const isAlone = rest === '';
  // "Input is a list of numbers" is a sentence; "Input: 3 4" has a colon.
  if (!isAlone && !/^[^:]*:/.test(line.slice(0, line.length - rest.length))) return null;
  return { of: word.toLowerCase() as 'input' | 'output', rest: rest.trim() };
}

function withoutTicks(text: string): string {
  return /^`[^`\n]+`$/.test(text.trim()) ? text.trim().slice(1, -1) : text;
}

/** The fence, or the paragraph, that begins below a heading; null where another heading or nothing comes first. */
function partBelow(lines: readonly string[], from: number): { text: string; end: number } | null {
  let at = from;
  while (at < lines.length && lines[at]!.trim() === '') at += 1;
  if (at >= lines.length || headingOf(lines[at]!) !== null) return null;
  if (FENCE.test(lines[at]!)) {
    const end = endOfFence(lines, at);
    return { text: `${lines.slice(at + 1, end).join('\n')}\n`, end };
  }
  let end = at;
  while (end < lines.length && lines[end]!.trim() !== '' && headingOf(lines[end]!) === null) end += 1;
  return { text: `${lines.slice(at, end).join('\n')}\n`, end: end - 1 };
}

/** The line that closes the fence which opens at a line, the last one where none does; the line itself where no fence opens. */
function endOfFence(lines: readonly string[], at: number): number {
  const mark = FENCE.exec(lines[at]!)?.[1];
  if (mark === undefined) return at;
  const end = lines.findIndex((line, index) => index > at && line.trim().startsWith(mark));
  return end < 0 ? lines.length - 1 : end;
}
