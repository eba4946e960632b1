import { printable } from '../../base/printable.ts';
import { formatTable, shortened, TABLE_WIDTH, wrapped } from '../terminal/table.ts';

const LABEL_WIDTH = 32;

/** A table under its title, with notes below; null without a row. */
export function titled(
  title: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
  notes: readonly string[] = [],
): string | null {
  if (rows.length === 0) return null;
  const lines = notes.flatMap((note) => wrapped(note, TABLE_WIDTH));
  return [title, formatTable(header, rows, TABLE_WIDTH), ...lines].join('\n');
}

/** Rows under the name of what they belong to. */
export function grouped(name: string, rows: readonly (readonly string[])[]): string[][] {
  return [[name], ...rows.map(([first = '', ...others]) => [`  ${first}`, ...others])];
}

/** The paper's numbers below those of the run: `cells` stand in the columns after the name. */
export function paperRow(cells: readonly string[], name = 'paper'): string[] {
  return [`  ${name}`, ...cells];
}

/** A pipeline's name as notes have it. */
export function label(name: string): string {
  return shortened(printable(name), LABEL_WIDTH);
}

/** The first of these ids, and how many more there are. */
export function listed(ids: readonly string[], most: number): string {
  const shown = ids.slice(0, most).map(label).join(', ');
  return ids.length > most ? `${shown} and ${ids.length - most} more (--json has all)` : shown;
}
