import { type AnswerBlock, withoutIndent } from './answer-block.ts';
import { beginsCode } from './code-lines.ts';
import { LineState } from './line-state.ts';

/** An answer taken apart: its fenced blocks, and all that stands outside of them. */
export interface SplitAnswer {
  readonly fenced: readonly AnswerBlock[];
  readonly outside: string;
}

/** A fence and what stands before and behind it on its line: words or code, and a language or the first line of code. */
const OPENING = /^(.*?)(`{3,}|~{3,})[ \t]*([^`]*)$/;
const CLOSING = /^(.*?)(`{3,}|~{3,})[ \t]*$/;
const INLINE = /^\s*```\s*([^`]+?)\s*```\s*$/;
const LANGUAGE = /^\{?\.?[A-Za-z][\w+#.-]*(?:[ \t][^`~]*)?\}?[ \t]*$/;
const PYTHON = /^\{?\.?(?:python|py|ipython|pycon)[\d.]*\}?[ \t]+/i;
/** Longer lines hold no fence: the patterns above look at each character a few times. */
const LONGEST_FENCE_LINE = 400;

/**
 * Takes fenced blocks out of an answer; a fence that names a language ends the block before it. A fence in a docstring or a
 * comment may be part of the code: where that makes a difference the blocks of both readings are given, those of this one last.
 */
export function splitFences(answer: string): SplitAnswer {
  const plain = readFences(answer, () => false);
  const careful = readFences(answer, (line, state) => state.isInString || /^\s*#/.test(line));
  const isSame =
    plain.fenced.length === careful.fenced.length &&
    plain.fenced.every(({ text }, index) => text === careful.fenced[index]!.text);
  return isSame ? plain : { fenced: [...plain.fenced, ...careful.fenced], outside: plain.outside };
}

function readFences(answer: string, isCode: (line: string, state: LineState) => boolean): SplitAnswer {
  const fenced: AnswerBlock[] = [];
  const outside: string[] = [];
  let open: OpenFence | null = null;
  const close = (origin: AnswerBlock['origin']): void => {
    if (open !== null) fenced.push({ text: open.lines.join('\n'), origin });
    open = null;
  };
  for (const line of answer.split('\n')) {
    const fence: Fence | null = open !== null && isCode(line, open.state) ? null : readFence(line, open);
    if (open === null && fence?.kind === 'inline') fenced.push({ text: fence.before, origin: 'fence' });
    else if (fence?.kind === 'opening') {
      close('open-fence');
      outside.push(fence.before);
      open = new OpenFence(fence.mark, line, fence.code);
    } else if (open !== null && fence?.kind === 'closing') {
      if (fence.before.trim() !== '') open.add(fence.before);
      close('fence');
    } else if (open === null) outside.push(line);
    else open.add(line);
  }
  close('open-fence');
  return { fenced, outside: outside.join('\n') };
}

class OpenFence {
  readonly mark: string;
  readonly lines: string[] = [];
  readonly state = new LineState();
  readonly #indent: number;

  constructor(mark: string, line: string, code: string) {
    this.mark = mark;
    this.#indent = /^[ \t]*/.exec(line)![0].length;
    if (code !== '') this.add(code);
  }

  /** A block in a list is indented as far as its fence is (CommonMark 4.5). */
  add(line: string): void {
    this.lines.push(withoutIndent(line, this.#indent));
    this.state.read(line);
  }
}

interface Fence {
  readonly kind: 'opening' | 'closing' | 'inline';
  readonly mark: string;
  readonly before: string;
  /** The first line of code, where it stands on the line of an opening fence. */
  readonly code: string;
}

function readFence(line: string, open: OpenFence | null): Fence | null {
  if (line.length > LONGEST_FENCE_LINE || !(line.includes('```') || line.includes('~~~'))) return null;
  if (open === null) {
    const inline = INLINE.exec(line)?.[1];
    if (inline !== undefined) return { kind: 'inline', mark: '```', before: codeBehind(inline) || inline, code: '' };
    return readOpening(line);
  }
  const closing = CLOSING.exec(line);
  if (closing !== null && closes(closing[2]!, open.mark))
    return { kind: 'closing', mark: open.mark, before: closing[1]!, code: '' };
  const opening = readOpening(line);
  const isNewBlock = opening !== null && opening.before.trim() === '' && opening.mark[0] === open.mark[0];
  return isNewBlock ? { ...opening, before: '' } : null;
}

function readOpening(line: string): Fence | null {
  const [, before = '', mark = '', behind = ''] = OPENING.exec(line) ?? [];
  const code = codeBehind(behind);
  if (mark === '' || (code === '' && behind !== '' && !LANGUAGE.test(behind))) return null;
  return { kind: 'opening', mark, before, code };
}

/** The code behind a fence and its language; empty where there is none, but perhaps a title or other attributes. */
function codeBehind(text: string): string {
  const code = text.replace(PYTHON, '');
  return [code, text].find((part) => beginsCode(part) && !/^\w+=\S/.test(part)) ?? '';
}

function closes(mark: string, opening: string): boolean {
  return mark[0] === opening[0] && mark.length >= opening.length;
}
