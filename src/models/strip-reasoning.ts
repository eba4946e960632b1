import type { Completion } from './model.ts';

const opening = /^\s*<think(?:ing)?>/i;
const closing = /<\/think(?:ing)?>/i;
// Some chat templates open the block in the prompt, so that only its end is in the answer.
const closingAlone = /^[ \t]*<\/think(?:ing)?>[ \t]*$/im;
const blankLines = /^(?:[ \t]*\r?\n)+/;

/** The answer without the reasoning before it; what is left is always an end of the text, and text without such tags is unchanged. */
export function stripReasoning(text: string, finishReason: Completion['finishReason']): string {
  if (!opening.test(text)) return afterLoneClosing(text);
  let rest = text;
  for (let start = opening.exec(rest); start !== null; start = opening.exec(rest)) {
    const inside = rest.slice(start[0].length);
    const end = closing.exec(inside);
    if (end === null) return finishReason === 'length' || finishReason === 'cut' ? '' : rest;
    rest = inside.slice(end.index + end[0].length);
  }
  return rest.replace(blankLines, '');
}

function afterLoneClosing(text: string): string {
  const end = closingAlone.exec(text);
  if (end === null || /<think(?:ing)?>/i.test(text.slice(0, end.index))) return text;
  return text.slice(end.index + end[0].length).replace(blankLines, '');
}
