import { isPassed, type TrialFacts } from '../runs/trial-facts.ts';
import { differenceInterval } from '../statistics/difference.ts';
import type { Interval } from '../statistics/interval.ts';
import { type Cases, ratioInterval } from '../statistics/rate.ts';

/** What the second, third, ... draft and the first, second, ... repair of a pipeline are worth, by what the grading tests say. */
export interface MoveValue {
  readonly pipeline: string;
  readonly kind: 'draft' | 'repair';
  /** Which one of its kind, from 1 of the first draft. */
  readonly number: number;
  /** Trials that came to it. */
  readonly trials: number;
  /** Of these, those whose answer is right after it and was not before. */
  readonly solved: number;
  /** And those whose answer was right before it and is not after. */
  readonly lost: number;
  /** Solved less lost as a share of the trials that came to it, over tasks; null of fewer than two. */
  readonly net: Interval | null;
  /** Prompt and new tokens of all of them; null where a model did not say. */
  readonly tokens: number | null;
  /** Solved less lost per 1,000 of these tokens, over tasks; null too of fewer than two. */
  readonly netPerThousandTokens: Interval | null;
}

/** The value of every draft and repair that trials of one pipeline came to after their first draft. */
export function moveValues(pipeline: string, trials: readonly TrialFacts[]): MoveValue[] {
  const moves = trials.filter(({ isCounted }) => isCounted).flatMap(movesOf);
  const saysTokens = trials.every((trial) => trial.saysTokens);
  const kinds = Map.groupBy(moves, ({ kind, number }) => `${kind} ${number}`);
  return [...kinds.values()]
    .map((own) => valueOfMoves(pipeline, own, saysTokens))
    .sort((one, other) => one.kind.localeCompare(other.kind) || one.number - other.number);
}

interface MoveMade extends Pick<MoveValue, 'kind' | 'number'> {
  readonly trial: TrialFacts;
  readonly tokens: number;
  /** 1 where it solved the task, -1 where it lost it. */
  readonly change: number;
}

/** The moves of a trial after its first draft. */
function movesOf(trial: TrialFacts): MoveMade[] {
  const { attempts, tokens } = trial;
  const passes = attempts.map(({ bestSoFar }) => attempts[bestSoFar]?.grade?.passed ?? isPassed(trial));
  const counts = { draft: 0, repair: 0 };
  const moves = attempts.map(({ from }, index) => {
    const kind = from === null ? 'draft' : 'repair';
    counts[kind] += 1;
    const change = Number(passes[index]) - Number(passes[index - 1]);
    return { trial, kind, number: counts[kind], tokens: tokens[index] ?? 0, change } as const;
  });
  return moves.slice(1);
}

function valueOfMoves(pipeline: string, moves: readonly MoveMade[], saysTokens: boolean): MoveValue {
  const [{ kind, number } = { kind: 'draft', number: 0 } as const] = moves;
  const tokens = sum(moves.map((move) => move.tokens));
  const own = {
    ...{ pipeline, kind, number },
    trials: moves.length,
    solved: moves.filter(({ change }) => change > 0).length,
    lost: moves.filter(({ change }) => change < 0).length,
    net: differenceInterval(casesBy(moves, ({ length }) => length)),
  };
  if (!saysTokens || tokens === 0) return { ...own, tokens: null, netPerThousandTokens: null };
  return { ...own, tokens, netPerThousandTokens: netByTokens(moves, own.net) };
}

/** Where no move changed anything, it is as wide as that of the trials. */
function netByTokens(moves: readonly MoveMade[], net: Interval | null): Interval | null {
  const thousands = (own: readonly MoveMade[]) => sum(own.map(({ tokens }) => tokens)) / 1000;
  if (moves.some(({ change }) => change !== 0)) return ratioInterval(casesBy(moves, thousands));
  const rate = moves.length / thousands(moves);
  return net && { mean: net.mean * rate, low: net.low * rate, high: net.high * rate };
}

/** Of each task, what its moves changed, out of how much of something. */
function casesBy(moves: readonly MoveMade[], size: (own: readonly MoveMade[]) => number): Cases[] {
  return [...Map.groupBy(moves, ({ trial }) => trial.taskId).values()].map((own) => ({
    of: size(own),
    hits: sum(own.map(({ change }) => change)),
  }));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
