import { isPassed, type TrialFacts } from '../runs/trial-facts.ts';

/** How often each pipeline solved one task. */
export interface TaskShares {
  readonly taskId: string;
  /** Share of trials that passed, by pipeline; null where no trial of it counts. */
  readonly shares: readonly (number | null)[];
}

/** The shares of every task, those first that are solved most often. */
export function taskShares(pipelines: readonly string[], trials: readonly TrialFacts[]): TaskShares[] {
  const places = new Map(pipelines.map((name, place) => [name, place]));
  const counts = new Map<string, { passed: number; of: number }[]>();
  for (const trial of trials) {
    const place = places.get(trial.pipeline);
    if (place === undefined || !trial.isCounted) continue;
    const own = counts.get(trial.taskId) ?? pipelines.map(() => ({ passed: 0, of: 0 }));
    counts.set(trial.taskId, own);
    const cell = own[place]!;
    cell.of += 1;
    cell.passed += Number(isPassed(trial));
  }
  return [...counts]
    .map(([taskId, own]) => ({ taskId, shares: own.map(({ passed, of }) => (of === 0 ? null : passed / of)) }))
    .sort((one, other) => totalOf(other) - totalOf(one));
}

function totalOf({ shares }: TaskShares): number {
  return shares.reduce<number>((sum, share) => sum + (share ?? 0), 0);
}
