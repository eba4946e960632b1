import type { TrialFacts } from '../trial-facts.ts';

/** What came of one task in one repeat: all that a comparison counts. */
export type Result = Pick<TrialFacts, 'pipeline' | 'taskId' | 'repeat' | 'isCounted' | 'outcome'>;

/** One row of somebody's results, before its repeats are counted. */
export interface ResultRow {
  /** What was measured, as the file calls it. */
  readonly pipeline: string;
  readonly taskId: string;
  /** Null where something broke, so that nothing is known. */
  readonly passed: boolean | null;
}

/** Results of rows in the order of their file: the second row of a task is its second repeat. */
export function resultsOf(rows: readonly ResultRow[]): Result[] {
  const repeats = new Map<string, number>();
  return rows.map(({ pipeline, taskId, passed }) => {
    const key = JSON.stringify([pipeline, taskId]);
    const repeat = repeats.get(key) ?? 0;
    repeats.set(key, repeat + 1);
    const outcome: Result['outcome'] = passed === null ? 'fault' : passed ? 'passed' : 'not-passed';
    return { pipeline, taskId, repeat, isCounted: passed !== null, outcome };
  });
}
