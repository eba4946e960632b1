import type { PaperNumbers } from '../analysis/paper.ts';
import type { PaperResult } from '../analysis/paper-results.ts';
import { type Cell, deeper, type Row, row } from './table.ts';

/** Published numbers below those of a run, in the columns after the name. */
export function publishedRow(cells: readonly Cell[], name = 'paper'): Row {
  return deeper(row(name, ...cells));
}

/** What the paper has of the configuration that a pipeline is. */
export function publishedResult(paper: PaperNumbers | null, pipeline: string): Partial<PaperResult> | undefined {
  return paper?.results.find((result) => result.pipeline === pipeline);
}
