import { Refusal } from '../../base/errors.ts';

/** Far beyond any template that a model was trained with; far below what fills the stack of llama.cpp, which reads templates recursively. */
const LONGEST = 1 << 19;
const DEEPEST = 200;
const MOST_TOKENS_OF_A_TAG = 10_000;

const OPENINGS = /^(?:if|for|macro|call|filter|generation)$/;
const tag = /\{#|\{\{|\{%/g;
const endOfComment = /#\}/g;
/** Inside a tag: a text in quotes (to the end of the template where it is not closed), the end of the tag, a word or number, any other sign. */
const part = /"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|\\?$)|'[^'\\]*(?:\\[\s\S][^'\\]*)*(?:'|\\?$)|[-+]?[%}]\}|\w+|[^\s\w]/g;

/** Throws a Refusal for a chat template that is longer, or nests deeper, than any honest one; reads it once, in linear time. */
export function refuseOddTemplate(template: string, path: string): void {
  const refuse = (what: string) => new Refusal(`the chat template of ${path} ${what}; use another file`);
  if (template.length > LONGEST) throw refuse(`has ${template.length} characters, more than ${LONGEST}`);
  let blocks = 0;
  for (let at = 0; ; ) {
    tag.lastIndex = at;
    const open = tag.exec(template);
    if (open === null) return;
    const scanned = open[0] === '{#' ? afterComment(template, tag.lastIndex) : scanTag(template, tag.lastIndex);
    if (scanned === null)
      throw refuse(`nests deeper than ${DEEPEST} levels, or has a tag of more than ${MOST_TOKENS_OF_A_TAG} words`);
    if (open[0] === '{%') blocks = Math.max(0, blocks + scanned.blocks);
    if (blocks > DEEPEST) throw refuse(`nests deeper than ${DEEPEST} blocks`);
    at = scanned.end;
  }
}

/** Where a tag ends, and by how much it changes the depth of blocks. */
interface Scanned {
  readonly end: number;
  readonly blocks: number;
}

function afterComment(template: string, start: number): Scanned {
  endOfComment.lastIndex = start;
  const isClosed = endOfComment.test(template);
  return { end: isClosed ? endOfComment.lastIndex : template.length, blocks: 0 };
}

/** Null for a tag that is too deep or too long. */
function scanTag(template: string, start: number): Scanned | null {
  let depth = 0;
  let first: string | null = null;
  part.lastIndex = start;
  for (let tokens = 0; tokens < MOST_TOKENS_OF_A_TAG && depth <= DEEPEST; tokens += 1) {
    const token = part.exec(template)?.[0];
    if (token === undefined) return { end: template.length, blocks: 0 };
    const isEnd = /[%}]\}$/.test(token);
    if (isEnd && depth === 0) return { end: part.lastIndex, blocks: blocksOf(first) };
    // Two brackets of the expression itself.
    if (isEnd) part.lastIndex -= 1;
    if (/^[([{]$/.test(token)) depth += 1;
    else if (isEnd || /^[)\]}]$/.test(token)) depth = Math.max(0, depth - 1);
    first ??= /^\w/.test(token) ? token : null;
  }
  return null;
}

function blocksOf(word: string | null): number {
  if (word === null) return 0;
  if (OPENINGS.test(word)) return 1;
  return word.startsWith('end') && OPENINGS.test(word.slice(3)) ? -1 : 0;
}
