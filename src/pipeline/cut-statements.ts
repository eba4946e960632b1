import type { PythonModule, Statement } from '../python/python-module.ts';

/** The source without some of its statements, and how many were cut: whole lines, so that one that shares a line stays. */
export function cutStatements(
  module: PythonModule,
  statements: readonly Statement[],
): { readonly code: string; readonly count: number } {
  const lines = module.source.split('\n');
  const lineOf = lineFinder(lines);
  const span = ({ from, to }: Statement): number[] => {
    const first = lineOf(from);
    return Array.from({ length: lineOf(to) - first + 1 }, (_, index) => first + index);
  };
  const gone = new Set(statements);
  const kept = new Set(module.statements.filter((statement) => !gone.has(statement)).flatMap(span));
  const cut = statements.filter((statement) => span(statement).every((line) => !kept.has(line)));
  const cutLines = new Set(cut.flatMap(span));
  const code = lines.filter((_, index) => !cutLines.has(index)).join('\n');
  return { code, count: cut.length };
}

function lineFinder(lines: readonly string[]): (offset: number) => number {
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += line.length + 1;
  }
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
}
