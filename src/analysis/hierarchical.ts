import { isPassed, type TrialFacts } from '../runs/trial-facts.ts';
import { type Interval, normalDistance } from '../statistics/interval.ts';
import { type DrawRow, type Parameters, PosteriorWalk } from '../statistics/mixed-logistic.ts';
import { Random } from '../statistics/random.ts';
import { drawCovariance } from '../statistics/wishart.ts';
import { groupByTask } from './by-task.ts';

/** A pipeline by the hierarchical model: what it assumes decides with the data, and more so the fewer they are. */
export interface HierarchicalResult {
  readonly pipeline: string;
  /** Share of the trials that pass on tasks like these; 95 % credible. */
  readonly passRate: Interval;
  /** How much more than with the first pipeline; null of that one. */
  readonly difference: Interval | null;
}

/** Beyond it the plain intervals are as narrow. */
const MOST_TASKS = 30;
const FEWEST_TASKS = 5;
const STEPS = { forgotten: 200, kept: 800 };
/** Prior deviations, as logits: of a pipeline's mean, of a task, and of a pipeline on a task. */
const PRIOR = { mean: 5, task: 3, own: 1.5 };
/** How many tasks the prior of the deviations counts as, beside as many as there are pipelines. */
const PRIOR_TASKS = 2;
/** Tasks that are drawn anew to average a rate over. */
const THOUGHT_TASKS = 100;
const SEED = 5;

/**
 * Pipelines by a hierarchical logistic model: each pipeline has a mean, each task a trait for each pipeline, and traits of one task come from one
 * normal distribution (inverse Wishart prior; Pólya-Gamma sampling). None of many tasks, where it is not needed, and of fewer than five.
 */
export function hierarchicalResults(pipelines: readonly string[], trials: readonly TrialFacts[]): HierarchicalResult[] {
  const rows = rowsOf(pipelines, trials);
  const groups = new Set(rows.map(({ group }) => group)).size;
  if (pipelines.length < 2 || groups < FEWEST_TASKS || groups > MOST_TASKS) return [];
  const draws = samplesOf(rows, { groups, traits: pipelines.length });
  return pipelines.map((pipeline, index) => ({
    pipeline,
    passRate: intervalOf(draws.map((rates) => rates[index] as number)),
    difference: index === 0 ? null : intervalOf(draws.map((rates) => (rates[index] as number) - (rates[0] as number))),
  }));
}

function rowsOf(pipelines: readonly string[], trials: readonly TrialFacts[]): DrawRow[] {
  const counted = trials.filter(({ isCounted }) => isCounted);
  return [...groupByTask(counted).values()].flatMap((own, group) =>
    pipelines.flatMap((name, trait): DrawRow[] => {
      const passes = own.filter(({ pipeline }) => pipeline === name).map(isPassed);
      const hits = passes.filter(Boolean).length;
      const row = { group, trait, columns: Int32Array.of(trait), values: Float64Array.of(1) };
      return passes.length === 0 ? [] : [{ ...row, hits, draws: passes.length }];
    }),
  );
}

interface Size {
  readonly groups: number;
  readonly traits: number;
}

/** Pass rates of all pipelines, in draws from the posterior. */
function samplesOf(rows: readonly DrawRow[], { groups, traits }: Size): Float64Array[] {
  const random = Random.of(SEED);
  const scale = priorScale(traits);
  const precision = new Float64Array(traits).fill(1 / PRIOR.mean ** 2);
  const means = new Float64Array(traits);
  let at: Parameters = { coefficients: new Float64Array(traits), traits: new Float64Array(groups * traits) };
  let covariance: Float64Array = scale.map((value) => value / PRIOR_TASKS);
  const samples: Float64Array[] = [];
  for (let step = 0; step < STEPS.forgotten + STEPS.kept; step++) {
    at = new PosteriorWalk({ rows, precision, means, groups, traits, covariance }, at, random).step();
    covariance = drawCovariance(
      scaleWith(scale, at.traits, { groups, traits }),
      traits,
      PRIOR_TASKS + traits + groups,
      random,
    );
    if (step >= STEPS.forgotten) samples.push(ratesOf(at.coefficients, covariance, random));
  }
  return samples;
}

/** Traits of one task are alike, and each pipeline has something of its own. */
function priorScale(traits: number): Float64Array {
  return Float64Array.from({ length: traits * traits }, (_, place) => {
    const isOwn = place % (traits + 1) === 0;
    return PRIOR_TASKS * (PRIOR.task ** 2 + (isOwn ? PRIOR.own ** 2 : 0));
  });
}

function scaleWith(prior: Float64Array, traits: Float64Array, { groups, traits: size }: Size): Float64Array {
  const scale = Float64Array.from(prior);
  for (let group = 0; group < groups; group++)
    for (let row = 0; row < size; row++)
      for (let column = 0; column < size; column++)
        scale[row * size + column] =
          (scale[row * size + column] as number) +
          (traits[group * size + row] as number) * (traits[group * size + column] as number);
  return scale;
}

/** Over tasks drawn anew; the same normal numbers for all pipelines, so that their differences are not noise. */
function ratesOf(means: Float64Array, covariance: Float64Array, random: Random): Float64Array {
  const rates = new Float64Array(means.length);
  for (let task = 0; task < THOUGHT_TASKS; task++) {
    // Stratified: the normal numbers of all tasks together are spread as they should be.
    const normal = normalQuantile((task + random.uniform()) / THOUGHT_TASKS);
    for (let one = 0; one < means.length; one++) {
      const deviation = Math.sqrt(covariance[one * (means.length + 1)] as number);
      rates[one] = (rates[one] as number) + logistic((means[one] as number) + deviation * normal) / THOUGHT_TASKS;
    }
  }
  return rates;
}

function logistic(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

function normalQuantile(share: number): number {
  const distance = normalDistance(Math.min(share, 1 - share));
  return share < 1 / 2 ? -distance : distance;
}

function intervalOf(values: readonly number[]): Interval {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] as number;
  return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, low: at(0.025), high: at(0.975) };
}
