import { isPassed, type TrialFacts } from '../runs/trial-facts.ts';
import { mean } from '../statistics/describe.ts';
import { meansByTask } from './by-task.ts';

/** What one pipeline has solved, and spent, after its first, second, ... attempt. */
export interface SolvedByMoves {
  readonly pipeline: string;
  readonly moves: readonly {
    /** What most trials made of this attempt. */
    readonly kind: 'draft' | 'repair';
    /** Mean prompt and new tokens of a trial that ends after it at the latest. */
    readonly tokens: number;
    /** Share of the trials whose answer is then right, mean over tasks. */
    readonly solved: number;
  }[];
}

/** How much each attempt of a pipeline adds, and at which price; null where a model did not say its tokens, or no trial counts. */
export function solvedByMoves(pipeline: string, all: readonly TrialFacts[]): SolvedByMoves | null {
  const trials = all.filter(({ isCounted, attempts }) => isCounted && attempts.length > 0);
  if (trials.length === 0 || !trials.every(({ saysTokens }) => saysTokens)) return null;
  const most = trials.reduce((longest, { attempts }) => Math.max(longest, attempts.length), 0);
  const moves = Array.from({ length: most }, (_, index) => ({
    kind: kindOf(trials, index),
    tokens: mean(trials.map(({ tokens }) => sum(tokens.slice(0, index + 1)))) ?? 0,
    solved: mean(meansByTask(trials, (trial) => Number(isRightAfter(trial, index)))) ?? 0,
  }));
  return { pipeline, moves };
}

function kindOf(trials: readonly TrialFacts[], index: number): 'draft' | 'repair' {
  const own = trials.flatMap(({ attempts }) => attempts[index] ?? []);
  const repairs = own.filter(({ from }) => from !== null).length;
  return 2 * repairs > own.length ? 'repair' : 'draft';
}

/** Whether the answer is right where the trial ends after this attempt; one that ended before keeps its answer. */
function isRightAfter(trial: TrialFacts, index: number): boolean {
  const { attempts } = trial;
  const answer = index < attempts.length - 1 ? attempts[attempts[index]?.bestSoFar ?? 0] : undefined;
  return answer?.grade?.passed ?? isPassed(trial);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
