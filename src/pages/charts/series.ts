import type { Analysis } from '../../analysis/analyze-run.ts';

/** Lines that a drawing can show apart. */
export const MOST_SERIES = 6;

/** The names of the pipelines that are drawn where each is a line: all, or those that solve most, in the order of the run. */
export function drawnPipelines({ results }: Pick<Analysis, 'results'>): Set<string> {
  const ranked = results.toSorted((one, other) => shareOf(other) - shareOf(one)).slice(0, MOST_SERIES);
  return new Set(ranked.map(({ pipeline }) => pipeline));
}

function shareOf({ passAtK: [first] }: Analysis['results'][number]): number {
  return first?.interval?.mean ?? first?.mean ?? 0;
}
