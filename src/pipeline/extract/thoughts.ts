const NAMES = 'think|thinking|thoughts?|reasoning|reflection|scratchpad|analysis|seed:think';
const OPENING = String.raw`<(?:${NAMES})>|\[THINK\]|◁think▷|<\|begin_of_thought\|>|<\|channel\|>(?:analysis|commentary)[^<\n]{0,80}<\|message\|>`;
const CLOSING = String.raw`</(?:${NAMES})>|\[/THINK\]|◁/think▷|<\|end_of_thought\|>|<\|channel\|>final[^<\n]{0,80}<\|message\|>`;
const MARK = new RegExp(`(${OPENING})|${CLOSING}`, 'gi');

/**
 * The answer without its thoughts, as reasoning models of all families mark them: a thought that is never ended leaves what
 * stands before it, one that is never begun (a template begins it) what stands behind it.
 */
export function withoutThoughts(answer: string): string {
  let kept = '';
  let from = 0;
  let isThought = false;
  for (const { 0: mark, 1: opening, index } of answer.matchAll(MARK)) {
    if (opening === undefined) {
      if (!isThought) kept = '';
      from = index + mark.length;
      isThought = false;
    } else if (!isThought) {
      kept += answer.slice(from, index);
      isThought = true;
    }
  }
  return isThought ? kept : `${kept}${answer.slice(from)}`;
}

/** True for code in whose strings or comments marks of thoughts stand. */
export function hasThoughtMark(code: string): boolean {
  return code.search(MARK) >= 0;
}
