/** A stretch of an answer that may be code. */
export interface AnswerBlock {
  readonly text: string;
  /** `fence`: between fences; `open-fence`: its fence is never closed; `lines`: a run of lines that look like code; `whole`: the answer itself. */
  readonly origin: 'fence' | 'open-fence' | 'lines' | 'whole';
}

/** An answer taken apart: its fenced blocks in order, and all that stands outside of them. */
export interface SplitAnswer {
  readonly fenced: readonly AnswerBlock[];
  readonly outside: string;
}

/** The last thing on its line: a fence with an optional language; what stands before it is kept. */
const OPENING = /^(.*?)(`{3,}|~{3,})[ \t]*(?:\{?\.?[A-Za-z][\w+#.-]*(?:[ \t][^`~]*)?\}?)?[ \t]*$/;
const CLOSING = /^(.*?)(`{3,}|~{3,})[ \t]*$/;
/** Longer lines hold no fence: the two patterns above look at each character a few times. */
const LONGEST_FENCE_LINE = 400;

/** Takes fenced blocks out of an answer; a fence that names a language ends the block before it. */
export function splitFences(answer: string): SplitAnswer {
  const fenced: AnswerBlock[] = [];
  const outside: string[] = [];
  let open: OpenFence | null = null;
  const close = (origin: AnswerBlock['origin']): void => {
    if (open !== null) fenced.push({ text: open.lines.join('\n'), origin });
    open = null;
  };
  for (const line of answer.split('\n')) {
    const fence = readFence(line, open);
    if (open === null && fence?.kind === 'inline') fenced.push({ text: fence.before, origin: 'fence' });
    else if (fence?.kind === 'opening') {
      close('open-fence');
      outside.push(fence.before);
      open = { mark: fence.mark, indent: /^[ \t]*/.exec(line)![0].length, lines: [] };
    } else if (open !== null && fence?.kind === 'closing') {
      if (fence.before.trim() !== '') open.lines.push(withoutIndent(fence.before, open.indent));
      close('fence');
    } else if (open === null) outside.push(line);
    else open.lines.push(withoutIndent(line, open.indent));
  }
  close('open-fence');
  return { fenced, outside: outside.join('\n') };
}

interface OpenFence {
  readonly mark: string;
  readonly indent: number;
  readonly lines: string[];
}

interface Fence {
  readonly kind: 'opening' | 'closing' | 'inline';
  readonly mark: string;
  readonly before: string;
}

function readFence(line: string, open: OpenFence | null): Fence | null {
  if (line.length > LONGEST_FENCE_LINE || !(line.includes('```') || line.includes('~~~'))) return null;
  const closing = CLOSING.exec(line);
  if (open === null) {
    const inline = /^\s*```\s*([^`]+?)\s*```\s*$/.exec(line)?.[1];
    if (inline !== undefined) return { kind: 'inline', mark: '```', before: inline };
    const opening = OPENING.exec(line);
    return opening === null ? null : { kind: 'opening', mark: opening[2]!, before: opening[1]! };
  }
  if (closing !== null && closes(closing[2]!, open.mark))
    return { kind: 'closing', mark: open.mark, before: closing[1]! };
  const opening = OPENING.exec(line);
  const isNewBlock = opening !== null && opening[1]!.trim() === '' && opening[2]![0] === open.mark[0];
  return isNewBlock ? { kind: 'opening', mark: opening[2]!, before: '' } : null;
}

function closes(mark: string, opening: string): boolean {
  return mark[0] === opening[0] && mark.length >= opening.length;
}

/** A block in a list is indented as far as its fence is (CommonMark 4.5). */
function withoutIndent(line: string, indent: number): string {
  let from = 0;
  while (from < indent && (line[from] === ' ' || line[from] === '\t')) from += 1;
  return line.slice(from);
}

const DEFINITION = /^(?:@[\w.]+|(?:async\s+)?def\s+\w|class\s+\w+\s*[:(])/;
const IMPORT =
  /^(?:import\s+[\w.]+(?:\s+as\s+\w+)?(?:\s*,\s*[\w.]+(?:\s+as\s+\w+)?)*\s*(?:#.*)?$|from\s+[\w.]+\s+import\s)/;
const ASSIGNMENT =
  /^[A-Za-z_][\w.]*(?:\[[^\]]*\])?(?:\s*,\s*[A-Za-z_]\w*)*(?:\s*:\s*[A-Za-z][^=]*)?\s*(?:[-+*/%|&^@]|\/\/|\*\*|<<|>>)?=(?!=)\s*\S/;
const SUITE = /^(?:if|elif|for|while|with|try|except|else|finally|match|async\s+(?:for|with))\b.*:\s*(?:#.*)?$/;
const SIMPLE = /^(?:assert|return|raise|del|global|pass|yield)\b|^[\w.]+\(.*\)\s*(?:#.*)?$|^#|^(?:'''|""")|^[)\]}]/;

/** Runs of lines that look like code, in a text that has no fences around them. */
export function findCodeLines(text: string): AnswerBlock[] {
  const blocks: AnswerBlock[] = [];
  let run: LineRun | null = null;
  const close = (): void => {
    if (run !== null) blocks.push({ text: run.lines.join('\n').trimEnd(), origin: 'lines' });
    run = null;
  };
  for (const raw of text.split('\n')) {
    const line = raw.replace(/^\s*<\/?\w+>(?=\S)|<\/\w+>\s*$/g, '');
    if (run !== null && !run.accepts(line)) close();
    if (run === null && beginsCode(line.trimStart())) run = new LineRun(/^[ \t]*/.exec(line)![0].length);
    run?.add(line);
  }
  close();
  return blocks;
}

function beginsCode(line: string): boolean {
  return line.length <= 2000 && (DEFINITION.test(line) || IMPORT.test(line) || /^[A-Za-z_]\w*\s*=\s*\S/.test(line));
}

function looksLikeCode(line: string): boolean {
  if (line.length > 2000) return false;
  return (
    ASSIGNMENT.test(line.slice(0, 300)) || [DEFINITION, IMPORT, SUITE, SIMPLE].some((pattern) => pattern.test(line))
  );
}

/** Lines of one block: all that is indented, inside brackets or a string, and what looks like code at its own level. */
class LineRun {
  readonly lines: string[] = [];
  readonly #indent: number;
  #depth = 0;
  #quote: string | null = null;

  constructor(indent: number) {
    this.#indent = indent;
  }

  accepts(line: string): boolean {
    if (this.#quote !== null || this.#depth > 0 || line.trim() === '') return true;
    const indent = line.length - line.trimStart().length;
    if (indent > this.#indent) return true;
    return indent === this.#indent && looksLikeCode(line.trimStart());
  }

  add(line: string): void {
    this.lines.push(this.#quote === null ? withoutIndent(line, this.#indent) : line);
    for (const [token] of line.matchAll(/\\.|'''|"""|['"]|#|[([{]|[)\]}]/g)) {
      if (this.#quote === null && token === '#') break;
      this.#read(token);
    }
    if (this.#quote !== null && this.#quote.length === 1) this.#quote = null;
  }

  #read(token: string): void {
    if (this.#quote !== null) {
      if (token === this.#quote) this.#quote = null;
      else if (token.length === 3 && token[0] === this.#quote) this.#quote = null;
    } else if (/^['"]/.test(token)) this.#quote = token;
    else if (/^[([{]/.test(token)) this.#depth += 1;
    else if (/^[)\]}]/.test(token)) this.#depth = Math.max(0, this.#depth - 1);
  }
}
