import { splitFor } from '../../src/evolve/budget.ts';
import { type StrategyName, strategyNamed } from '../../src/evolve/strategies.ts';
import type { SearchProblem } from '../../src/evolve/strategy.ts';
import { createArena, search } from './arena.ts';
import type { Landscape } from './landscape.ts';
import type { LandscapeKind } from './planted.ts';

/** One search: which, on which landscape, with how many trials. */
export interface SearchCase {
  readonly kind: LandscapeKind;
  readonly seed: number;
  readonly strategy: StrategyName;
  readonly budget: number;
}

/** What came of it, in tasks of the landscape. */
export interface SearchResult extends SearchCase {
  readonly spent: number;
  readonly optimum: number;
  /** Tasks that the champion solves on average. */
  readonly score: number;
  /** The reported share of the tasks reported on, and the true one. */
  readonly reported: number;
  readonly truth: number;
  /** Whether the reported interval holds the truth. */
  readonly isCovered: boolean;
  /** The highest share that the search believed of the best genome of the time. */
  readonly peak: number;
}

/** The tasks as `evolve` splits them for a search that has others to beat. */
export function problemOn(
  landscape: Landscape,
  { seed, strategy, budget }: Pick<SearchCase, 'seed' | 'strategy' | 'budget'>,
): SearchProblem {
  const { pool, difficulty } = landscape;
  const { search, selection } = splitFor({ strategy, against: ['model'], seed }, difficulty);
  return { pool, difficulty, budget, unit: 'calls', searchTasks: search, selectionTasks: selection };
}

export function runSearch(landscape: Landscape, own: SearchCase): SearchResult {
  const problem = problemOn(landscape, own);
  const { champion, spent, peak } = search(strategyNamed(own.strategy), problem, own.seed, createArena(landscape));
  const chances = landscape.chances(champion.genome);
  const reportedOn = problem.selectionTasks.length > 0 ? problem.selectionTasks : problem.searchTasks;
  const truth = reportedOn.reduce((sum, task) => sum + (chances[task] ?? 0), 0) / reportedOn.length;
  return {
    ...own,
    spent,
    optimum: landscape.trueScore(landscape.optimum),
    score: landscape.trueScore(champion.genome),
    reported: champion.solved,
    truth,
    isCovered: champion.low <= truth && truth <= champion.high,
    peak,
  };
}
