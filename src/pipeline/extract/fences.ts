import { type AnswerBlock, withoutIndent } from './answer-block.ts';
import { beginsCode } from './code-lines.ts';
import { LineState } from './line-state.ts';

/** An answer taken apart: its fenced blocks, and all that stands outside of them. */
export interface SplitAnswer {
  readonly fenced: readonly AnswerBlock[];
  /** The blocks where a fence in a string or a comment is part of the code; empty where that makes no difference. */
  readonly careful: readonly AnswerBlock[];
  readonly outside: string;
}

/** A fence and what stands before and behind it on its line: words or code, and a language or the first line of code. */
const OPENING = /^(.*?)((?<!`)`{3,}|(?<!~)~{3,})([^`]*)$/;
const CLOSING = /^(.*?)((?<!`)`{3,}|(?<!~)~{3,})[ \t]*$/;
const INLINE = /^\s*```([^`]+)```\s*$/;
const LANGUAGE = /^\{?\.?[A-Za-z][\w+#.-]*(?:\}?[ \t]*|[ \t][^`~]*)$/;
const PYTHON = /^\{?\.?(?:python|py|ipython|pycon)[\d.]*\}?(?:[ \t]+|(?=(?:def|class|import|from|async)[ \t]|@))/i;
/** Longer lines hold no fence: the patterns above look at each character a few times. */
const LONGEST_FENCE_LINE = 400;

/** Takes fenced blocks out of an answer; a fence that names a language ends the block before it. */
export function splitFences(answer: string): SplitAnswer {
  const plain = readFences(answer, () => false);
  const careful = readFences(answer, (line, state) => state.isInString || /^\s*#/.test(line)).fenced;
  const isSame =
    plain.fenced.length === careful.length && plain.fenced.every(({ text }, index) => text === careful[index]!.text);
  return { ...plain, careful: isSame ? [] : careful };
}

function readFences(answer: string, isCode: (line: string, state: LineState) => boolean): Omit<SplitAnswer, 'careful'> {
  const fenced: AnswerBlock[] = [];
  const outside: string[] = [];
  let open: OpenFence | null = null;
  const close = (origin: AnswerBlock['origin']): void => {
    if (open !== null) fenced.push({ text: open.lines.join('\n'), origin });
    open = null;
  };
  for (const raw of answer.split('\n')) {
    const line: string = open?.withoutQuote(raw) ?? raw;
    const fence: Fence | null = open !== null && isCode(line, open.state) ? null : readFence(line, open);
    if (open === null && fence?.kind === 'inline') fenced.push({ text: fence.before, origin: 'fence' });
    else if (fence?.kind === 'opening') {
      close('open-fence');
      open = new OpenFence(fence.mark, line, fence.code);
      if (!open.isQuoted) outside.push(fence.before);
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
  /** True in a quotation: each line of the block begins with `>` then. */
  readonly isQuoted: boolean;
  #indent: number;

  constructor(mark: string, line: string, code: string) {
    this.mark = mark;
    this.isQuoted = /^ {0,3}> ?(?:`{3}|~{3})/.test(line);
    this.#indent = /^[ \t]*/.exec(line)![0].length;
    if (code !== '') this.add(code);
  }

  withoutQuote(line: string): string {
    return this.isQuoted ? line.replace(/^ {0,3}> ?/, '') : line;
  }

  /** A block in a list is indented as far as its fence is (CommonMark 4.5), if its first line is. */
  add(line: string): void {
    if (line.trim() !== '' && this.lines.every((one) => one.trim() === ''))
      this.#indent = Math.min(this.#indent, /^[ \t]*/.exec(line)![0].length);
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
    const inline = INLINE.exec(line)?.[1]?.trim() ?? '';
    if (inline !== '') return { kind: 'inline', mark: '```', before: codeBehind(inline) || inline, code: '' };
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
  const [, before = '', mark = '', info = ''] = OPENING.exec(line) ?? [];
  const behind = info.replace(/^[ \t]+/, '');
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
