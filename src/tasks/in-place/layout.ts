import type { PythonModule } from '../../python/python-module.ts';
import type { Place } from '../../python/tree/place.ts';
import type { StatementNode, StringNode } from '../../python/tree/tree.ts';
import { walkTree } from '../../python/tree/walk.ts';
import type { DefinitionNode } from './find-definition.ts';

/** How a definition stands in its file. */
export interface Layout {
  /** The blanks before it. */
  readonly indent: string;
  /** The blanks by which its body stands further in. */
  readonly unit: string;
}

const USUAL_UNIT = '    ';

/** Where the line begins that holds an offset. */
export function lineStart(source: string, at: number): number {
  const before = Math.max(source.lastIndexOf('\n', at - 1), source.lastIndexOf('\r', at - 1));
  return before + 1;
}

/** The blanks that the line of an offset begins with. */
export function indentAt(source: string, at: number): string {
  return /^[ \t]*/.exec(source.slice(lineStart(source, at), at))![0];
}

/** How a definition is indented, and its body; where that stands on its line, as the first indented line of the text. */
export function layoutOf(source: string, node: DefinitionNode): Layout {
  const indent = indentAt(source, node.from);
  const body = node.body[0];
  const inner = body === undefined ? '' : indentAt(source, body.from);
  if (inner.length > indent.length && inner.startsWith(indent)) return { indent, unit: inner.slice(indent.length) };
  if (indent.startsWith('\t')) return { indent, unit: '\t' };
  return { indent, unit: /^([ \t]+)\S/m.exec(source)?.[1] ?? USUAL_UNIT };
}

/** Moves text of a module to another indentation. Lines within strings stay as they are, but for those of docstrings. */
export class Mover {
  readonly #source: string;
  readonly #from: Layout;
  readonly #to: Layout;
  readonly #strings: readonly Place[];

  constructor(module: PythonModule, from: Layout, to: Layout) {
    this.#source = module.source;
    this.#from = from;
    this.#to = to;
    this.#strings = stringsOf(module);
  }

  /** The text between two offsets; its first line stays as it is. */
  moved(from: number, to: number): string {
    return this.#moved(from, to, false);
  }

  /** The text between two offsets, the first of which begins a line. */
  movedLines(from: number, to: number): string {
    return this.#moved(from, to, true);
  }

  #moved(from: number, to: number, isWholeLine: boolean): string {
    const text = this.#source.slice(from, to);
    return text.replace(/^[ \t]*/gm, (blanks, place: number) => {
      const at = from + place;
      if ((place === 0 && !isWholeLine) || this.#isInString(at)) return blanks;
      return /^[ \t]*(?:\n|$)/.test(text.slice(place, place + blanks.length + 1)) ? '' : this.#indented(blanks);
    });
  }

  #isInString(at: number): boolean {
    return this.#strings.some(({ from, to }) => from < at && at < to);
  }

  #indented(blanks: string): string {
    const { indent, unit } = this.#from;
    const rest = blanks.startsWith(indent) ? blanks.slice(indent.length) : '';
    const step = unit.startsWith('\t') ? 1 : unit.length;
    const width = unit.startsWith('\t') ? rest.length : rest.replaceAll('\t', unit).length;
    return this.#to.indent + this.#to.unit.repeat(Math.floor(width / step)) + ' '.repeat(width % step);
  }
}

/** Strings of several lines that are no docstrings. */
function stringsOf({ tree, source }: PythonModule): Place[] {
  const docstrings = new Set<StringNode>();
  const strings: StringNode[] = [];
  walkTree(tree, (node) => {
    if (node.kind === 'string') strings.push(node);
    if (node.kind !== 'function' && node.kind !== 'class') return;
    const docstring = docstringOf(node.body);
    if (docstring !== null) docstrings.add(docstring);
  });
  return strings
    .filter((node) => !docstrings.has(node))
    .flatMap(({ literals }) => literals)
    .filter(({ from, to }) => source.slice(from, to).includes('\n'));
}

/** The string that a body begins with; null where it does not. */
export function docstringOf([first]: readonly StatementNode[]): StringNode | null {
  return first?.kind === 'expression' && first.value.kind === 'string' && first.value.type === 'text'
    ? first.value
    : null;
}
