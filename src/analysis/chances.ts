import { isPassed, type TrialFacts } from '../runs/trial-facts.ts';
import { DRAWS, drawMeans } from '../statistics/bayesian-bootstrap.ts';
import { mean } from '../statistics/describe.ts';
import { groupByTask } from './by-task.ts';
import type { Comparison } from './comparison.ts';
import { dominates } from './costs.ts';

/** What speaks for one pipeline, on tasks like these, where several are to choose from. */
export interface PipelineChances {
  readonly pipeline: string;
  /**
   * The chance that no other pipeline passes more, by the Bayesian bootstrap over tasks; beside them each pipeline has half a task that it alone
   * passes.
   */
  readonly best: number;
  /** The chance that no other passes as much for fewer tokens, or more for as few; null where a model did not count its tokens. */
  readonly frontier: number | null;
  /** 1 of the best. The ranks of all pipelines lie between these limits in 95 of 100 runs: by the tests of all pairs, corrected together. */
  readonly rank: { readonly least: number; readonly most: number };
}

/** Of every pipeline, in their order; none where fewer than two tasks have a trial of all that counts. */
export function chancesOf(
  pipelines: readonly string[],
  trials: readonly TrialFacts[],
  pairs: readonly Pick<Comparison, 'pipeline' | 'baseline' | 'verdict'>[],
): PipelineChances[] {
  const { shares, tokens } = rowsOf(pipelines, trials);
  if (pipelines.length < 2 || (shares[0]?.length ?? 0) < 2) return [];
  const [best, frontier] = [pipelines.map(() => 0), pipelines.map(() => 0)];
  const thought = pipelines.length;
  drawMeans([...withWins(shares), ...withMeans(tokens ?? [], thought)], thought, (means) => {
    const [passed, cost] = [means.subarray(0, pipelines.length), means.subarray(pipelines.length)];
    const most = Math.max(...passed);
    const leaders = passed.reduce((count, share) => count + Number(share === most), 0);
    pipelines.forEach((_, index) => {
      if (passed[index] === most) best[index] = (best[index] as number) + 1 / leaders;
      if (tokens !== null && isOnFrontier(index, passed, cost)) frontier[index] = (frontier[index] as number) + 1;
    });
  });
  return pipelines.map((pipeline, index) => ({
    pipeline,
    best: (best[index] as number) / DRAWS,
    frontier: tokens === null ? null : (frontier[index] as number) / DRAWS,
    rank: rankOf(pipeline, pipelines.length, pairs),
  }));
}

/** Beside the tasks, one for each pipeline that it alone passes: what nobody has seen yet speaks for all of them alike. */
function withWins(shares: Rows['shares']): number[][] {
  return shares.map((own, index) => [...own, ...shares.map((_, other) => Number(other === index))]);
}

/** On such tasks, trials cost what they do on average. */
function withMeans(tokens: Rows['shares'], count: number): number[][] {
  return tokens.map((own) => [...own, ...new Array<number>(count).fill(mean(own) ?? 0)]);
}

interface Rows {
  /** Of each pipeline, one share a task. */
  readonly shares: readonly (readonly number[])[];
  /** Tokens of a trial, likewise. */
  readonly tokens: readonly (readonly number[])[] | null;
}

/** On the tasks of which every pipeline has a trial that counts. */
function rowsOf(pipelines: readonly string[], trials: readonly TrialFacts[]): Rows {
  const counted = Map.groupBy(
    trials.filter(({ isCounted }) => isCounted),
    ({ pipeline }) => pipeline,
  );
  const byTask = pipelines.map((name) => groupByTask(counted.get(name) ?? []));
  const common = [...(byTask[0]?.keys() ?? [])].filter((taskId) => byTask.every((own) => own.has(taskId)));
  const means = (value: (trial: TrialFacts) => number) =>
    byTask.map((tasks) =>
      common.map((taskId) => {
        const own = tasks.get(taskId) ?? [];
        return own.reduce((sum, trial) => sum + value(trial), 0) / own.length;
      }),
    );
  const saysTokens = trials.every((trial) => trial.saysTokens);
  return {
    shares: means((trial) => Number(isPassed(trial))),
    tokens: saysTokens ? means(({ cost }) => cost.promptTokens + cost.completionTokens) : null,
  };
}

function isOnFrontier(own: number, passed: Float64Array, cost: Float64Array): boolean {
  const [share, price] = [passed[own] as number, cost[own] as number];
  return !passed.some((other, index) => dominates(cost[index] as number, other, price, share));
}

function rankOf(
  name: string,
  count: number,
  pairs: readonly Pick<Comparison, 'pipeline' | 'baseline' | 'verdict'>[],
): PipelineChances['rank'] {
  const others = (own: 'better' | 'worse', reverse: 'better' | 'worse') =>
    pairs.filter(
      ({ pipeline, baseline, verdict }) =>
        (pipeline === name && verdict === own) || (baseline === name && verdict === reverse),
    ).length;
  return { least: 1 + others('worse', 'better'), most: count - others('better', 'worse') };
}
