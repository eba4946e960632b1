import { type AnswerBlock, withoutIndent } from './answer-block.ts';
import { LineState } from './line-state.ts';

const DEFINITION = /^(?:@[\w.]+|(?:async\s+)?def\s+\w|class\s+\w+\s*(?:[:(]|$))/;
const IMPORT =
  /^(?:import\s+[\w.]+(?:\s+as\s+\w+)?(?:\s*,\s*[\w.]+(?:\s+as\s+\w+)?)*\s*(?:#|$)|from\s+[\w.]+\s+import\s)/;
const ASSIGNMENT =
  /^[\p{L}_][\p{L}\w.]*(?:\(\)\.\w+)?(?:\[[^\]]*\])?(?:\s*,\s*[\p{L}_][\p{L}\w]*)*(?:\s*:\s*[A-Za-z][^=]*)?\s*(?:[-+*/%|&^@]|\/\/|\*\*|<<|>>)?=(?!=)\s*\S/u;
const SUITE = /^(?:if|elif|for|while|with|try|except|else|finally|match|async\s+(?:for|with))\b.*?:\s*(?:#|$)/;
const SIMPLE = /^(?:assert|return|raise|del|global|pass|yield)\b|^[\w.]+\(.*?\)\s*(?:#|$)|^#|^(?:'''|""")|^[)\]}]/;

/** Runs of lines that look like code, in a text that has no fences around them. */
export function findCodeLines(text: string): AnswerBlock[] {
  const blocks: AnswerBlock[] = [];
  let run: LineRun | null = null;
  const close = (): void => {
    if (run !== null) blocks.push({ text: run.lines.join('\n').trimEnd(), origin: 'lines' });
    run = null;
  };
  for (const raw of text.split('\n')) {
    const line = run?.isInString ? raw : raw.replace(/^\s*<\/?\w+>(?=\S)|<\/\w+>\s*$/g, '');
    if (run !== null && !run.accepts(line)) close();
    if (run === null && beginsCode(line.trimStart())) run = new LineRun(/^[ \t]*/.exec(line)![0].length);
    run?.add(line);
  }
  close();
  return blocks;
}

/** True for a line with which a program may begin: a definition, an import or an assignment. */
export function beginsCode(line: string): boolean {
  return (
    line.length <= 2000 && (DEFINITION.test(line) || IMPORT.test(line) || /^[\p{L}_][\p{L}\w]*\s*=\s*\S/u.test(line))
  );
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
  readonly #state = new LineState();

  constructor(indent: number) {
    this.#indent = indent;
  }

  get isInString(): boolean {
    return this.#state.isInString;
  }

  accepts(line: string): boolean {
    if (this.#state.isOpen || line.trim() === '') return true;
    const indent = line.length - line.trimStart().length;
    if (indent > this.#indent) return true;
    return indent === this.#indent && looksLikeCode(line.trimStart());
  }

  add(line: string): void {
    this.lines.push(this.#state.isInString ? line : withoutIndent(line, this.#indent));
    this.#state.read(line);
  }
}
