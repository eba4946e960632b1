import { gridLines } from '../src/report/text-grid.ts';

/** A plain text table: the first column to the left, the others to the right. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = header.map((title, index) => ({
    title: [title],
    side: index === 0 ? ('left' as const) : ('right' as const),
    canShrink: false,
  }));
  return gridLines({ columns, rows }).join('\n');
}
