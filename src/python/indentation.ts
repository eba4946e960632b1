import type { Tree } from '@lezer/common';

const CLAUSES = new Set(['else', 'elif', 'except', 'finally']);
const CLAUSE_OWNERS = new Set(['IfStatement', 'ForStatement', 'WhileStatement', 'TryStatement']);

/** Offsets of lines whose indentation Python refuses: unexpected, matching no outer level, or mixing tabs and spaces. */
export function indentationErrors(tree: Tree, source: string): number[] {
  const errors: number[] = [];
  const levels: Indent[] = [{ column: 0, tabless: 0 }];
  let mayIndent = false;
  for (const line of lineStarts(tree, source)) {
    const indent = measure(source.slice(line.lineFrom, line.from));
    if (!fits(indent, levels, mayIndent)) errors.push(line.from);
    mayIndent = line.opensBlock;
  }
  return errors;
}

/** A line's indentation with tabs to multiples of 8, and with tabs as one column: both must agree (Python's own rule). */
interface Indent {
  readonly column: number;
  readonly tabless: number;
}

function measure(blanks: string): Indent {
  let column = 0;
  for (const char of blanks) column = char === '\t' ? column + 8 - (column % 8) : char === ' ' ? column + 1 : 0;
  return { column, tabless: blanks.replace(/^.*\f/s, '').length };
}

/** Moves the stack of open levels to the line's own level; false where there is no such level. */
function fits(indent: Indent, levels: Indent[], mayIndent: boolean): boolean {
  const top = levels.at(-1)!;
  if (indent.column > top.column) {
    levels.push(indent);
    return mayIndent && indent.tabless > top.tabless;
  }
  while (levels.at(-1)!.column > indent.column) levels.pop();
  const level = levels.at(-1)!;
  if (level.column === indent.column) return level.tabless === indent.tabless;
  levels.push(indent);
  return false;
}

interface LineStart {
  readonly lineFrom: number;
  readonly from: number;
  opensBlock: boolean;
}

/** Logical lines in order: each statement or clause keyword that is the first thing on its line. */
function lineStarts(tree: Tree, source: string): LineStart[] {
  const starts: LineStart[] = [];
  const parents: string[] = [];
  let last: LineStart | undefined;
  tree.iterate({
    enter: (node) => {
      const parent = parents.at(-1) ?? '';
      parents.push(node.name);
      if (node.name === 'Body' || node.name === 'MatchBody') {
        if (last !== undefined) last.opensBlock = true;
      } else if (beginsLine(node.name, parent)) {
        const lineFrom = lineBegin(source, node.from);
        if (lineFrom === null || last?.from === node.from) return;
        last = { lineFrom, from: node.from, opensBlock: false };
        starts.push(last);
      }
    },
    leave: () => {
      parents.pop();
    },
  });
  return starts;
}

function beginsLine(name: string, parent: string): boolean {
  if (CLAUSES.has(name)) return CLAUSE_OWNERS.has(parent);
  if (parent === 'DecoratedStatement' || name === 'Decorator' || name === 'MatchClause') return true;
  return parent !== '' && (name.endsWith('Statement') || name.endsWith('Definition')) && name !== 'StatementGroup';
}

/** The offset where the line of `at` begins, or null where something other than blanks stands before `at` on it. */
function lineBegin(source: string, at: number): number | null {
  let from = at;
  for (; from > 0; from -= 1) {
    const char = source[from - 1];
    if (char === '\n' || char === '\r') return from;
    if (char !== ' ' && char !== '\t' && char !== '\f') return null;
  }
  return from;
}
