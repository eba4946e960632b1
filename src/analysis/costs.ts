import { isPassed, type TrialFacts } from '../runs/trial-facts.ts';
import { mean } from '../statistics/describe.ts';
import type { Interval } from '../statistics/interval.ts';
import { costInterval } from '../statistics/rate.ts';
import { groupByTask } from './by-task.ts';
import type { PipelineResult } from './pipeline-results.ts';

/** What something costs per trial that counts, and per solved trial, for which all trials are paid, those that broke too. */
export interface Price {
  readonly perTrial: number;
  /** Null where nothing was solved. */
  readonly perSolved: number | null;
  /** Over tasks, never below 0; null too of one task. */
  readonly perSolvedInterval: Interval | null;
}

/** The price of one pipeline's solutions. */
export interface PipelineCost {
  readonly pipeline: string;
  readonly solved: number;
  /** pass@1, in which what broke does not count. */
  readonly share: number | null;
  /** Prompt and new tokens; null where a model did not say. */
  readonly tokens: Price | null;
  /** Of models and sandbox. */
  readonly seconds: Price;
  readonly calls: Price;
  /** Whether no other pipeline solves as much for less, or more for as little. */
  readonly onFrontier: { readonly tokens: boolean | null; readonly seconds: boolean };
}

/** The costs of all pipelines, and which of them are not dominated. */
export function costsOf(results: readonly PipelineResult[], trials: readonly TrialFacts[]): PipelineCost[] {
  const byPipeline = Map.groupBy(trials, ({ pipeline }) => pipeline);
  const costs = results
    .filter(({ pipeline }) => byPipeline.has(pipeline))
    .map(({ pipeline, passAtK }) => costOfPipeline(pipeline, passAtK[0]?.mean ?? null, byPipeline.get(pipeline) ?? []));
  const frontier = (price: (cost: Cost) => number | null) => frontierOf(costs, price);
  const byTokens = frontier(({ tokens }) => tokens?.perTrial ?? null);
  const bySeconds = frontier(({ seconds }) => seconds.perTrial);
  return costs.map((cost) => ({
    ...cost,
    onFrontier: { tokens: cost.tokens && byTokens.has(cost), seconds: bySeconds.has(cost) },
  }));
}

type Cost = Omit<PipelineCost, 'onFrontier'>;

function costOfPipeline(pipeline: string, share: number | null, trials: readonly TrialFacts[]): Cost {
  const price = (value: (trial: TrialFacts) => number) => priceOf(trials, value);
  const tokensOf = ({ cost }: TrialFacts) => cost.promptTokens + cost.completionTokens;
  return {
    pipeline,
    solved: trials.filter(isPassed).length,
    share,
    tokens: trials.every(({ saysTokens }) => saysTokens) ? price(tokensOf) : null,
    seconds: price(({ cost }) => cost.seconds),
    calls: price(({ cost }) => cost.calls),
  };
}

function priceOf(trials: readonly TrialFacts[], value: (trial: TrialFacts) => number): Price {
  const sum = (own: readonly TrialFacts[]) => own.reduce((total, trial) => total + value(trial), 0);
  const solved = trials.filter(isPassed).length;
  const cases = [...groupByTask(trials).values()].map((own) => ({ of: own.filter(isPassed).length, hits: sum(own) }));
  return {
    perTrial: mean(trials.filter(({ isCounted }) => isCounted).map(value)) ?? 0,
    perSolved: solved === 0 ? null : sum(trials) / solved,
    perSolvedInterval: costInterval(cases),
  };
}

/** Pipelines for which no other is at least as good in both price and share, and better in one. */
function frontierOf(costs: readonly Cost[], priceOfOne: (cost: Cost) => number | null): Set<Cost> {
  const points = costs.flatMap((cost) => {
    const price = priceOfOne(cost);
    return price === null || cost.share === null ? [] : [{ cost, price, share: cost.share }];
  });
  const isDominated = (own: (typeof points)[number]) =>
    points.some(({ price, share }) => dominates(price, share, own.price, own.share));
  return new Set(points.filter((point) => !isDominated(point)).map(({ cost }) => cost));
}

/** Whether the first price and share are at least as good as the others in both, and better in one. */
export function dominates(price: number, share: number, ownPrice: number, ownShare: number): boolean {
  return price <= ownPrice && share >= ownShare && (price < ownPrice || share > ownShare);
}
