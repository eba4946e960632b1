import { splitFor } from '../../src/evolve/budget.ts';
import { type StrategyName, strategyNamed } from '../../src/evolve/strategies.ts';
import type { SearchProblem } from '../../src/evolve/strategy.ts';
import { createArena, search } from './arena.ts';
import type { Landscape } from './landscape.ts';
import type { LandscapeKind } from './worlds.ts';

/** One search: which, on which landscape, with how many calls of models; 0 for the size that the paper's search has by itself. */
export interface SearchCase {
  readonly kind: LandscapeKind;
  readonly seed: number;
  readonly strategy: StrategyName;
  readonly budget: number;
}

/** What came of it; shares of tasks. */
export interface SearchResult extends SearchCase {
  readonly spent: number;
  readonly trials: number;
  readonly optimum: number;
  /** Share of all tasks that the champion solves on average, and the calls that it takes for one. */
  readonly score: number;
  readonly calls: number;
  /** The reported share of the tasks reported on with its interval, and the true one. */
  readonly reported: number;
  readonly low: number;
  readonly high: number;
  readonly truth: number;
  /** The highest share that the search believed of the best genome of the time. */
  readonly peak: number;
}

/** The tasks as `evolve` splits them for a search that has others to beat; the paper's search at its own size has all. */
export function problemOn(
  { pool, difficulty }: Landscape,
  { seed, strategy, budget }: Pick<SearchCase, 'seed' | 'strategy' | 'budget'>,
): SearchProblem {
  const { search, selection } = splitFor({ strategy, against: budget === 0 ? [] : ['model'], seed }, difficulty);
  const amount = budget === 0 ? Number.POSITIVE_INFINITY : budget;
  return { pool, difficulty, budget: amount, unit: 'calls', searchTasks: search, selectionTasks: selection };
}

export function runSearch(landscape: Landscape, own: SearchCase): SearchResult {
  const problem = problemOn(landscape, own);
  const strategy = strategyNamed(own.strategy);
  const { champion, spent, trials, peak } = search(strategy, problem, own.seed, createArena(landscape));
  const chances = landscape.chances(champion.genome);
  const reportedOn = reportedTasks(problem, own);
  return {
    ...{ ...own, spent, trials, peak },
    optimum: landscape.trueScore(landscape.optimum) / landscape.tasks,
    score: landscape.trueScore(champion.genome) / landscape.tasks,
    calls: landscape.trueCalls(champion.genome),
    reported: champion.solved,
    low: champion.low,
    high: champion.high,
    truth: reportedOn.reduce((sum, task) => sum + (chances[task] ?? 0), 0) / reportedOn.length,
  };
}

/** The paper's search validates on all tasks that it has. */
function reportedTasks({ searchTasks, selectionTasks }: SearchProblem, { strategy }: SearchCase): readonly number[] {
  if (strategyNamed(strategy).searchesAllTasks) return [...searchTasks, ...selectionTasks];
  return selectionTasks.length > 0 ? selectionTasks : searchTasks;
}
