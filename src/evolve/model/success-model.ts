import { type MixedLogistic, PosteriorWalk } from '../../statistics/mixed-logistic.ts';
import type { Random } from '../../statistics/random.ts';
import { genomeAt, type SearchRecord } from '../racing/search-record.ts';
import type { SearchProblem } from '../strategy.ts';
import { PosteriorSample } from './posterior-sample.ts';
import { PRIOR_MEANS } from './success-features.ts';
import { Layout } from './success-layout.ts';
import { rowsOf } from './success-rows.ts';
import { deviationOf, FIRST_VARIANCES, learnVariances, type Variances } from './variances.ts';

/** A fitted model of success. */
export interface SuccessModel {
  /** For the next fit. */
  readonly next: FitStart;
  /** So many samples of the posterior. */
  readonly samples: readonly PosteriorSample[];
}

/** Steps of the walk before the first sample, in which it takes up the newest trials. */
const FORGOTTEN_STEPS = 2;

/** Where a walk through the posterior begins: where the one before has ended. */
export interface FitStart {
  readonly variances: Variances;
  /** Coefficients by name. */
  readonly coefficients: Readonly<Record<string, number>>;
  /** Traits of every task, task by task. */
  readonly traits: readonly number[];
}

export const FIRST_START: FitStart = { variances: FIRST_VARIANCES, coefficients: {}, traits: [] };

/** Fits the model to all trials of a record and draws samples of the posterior. */
export function fitSuccess(
  problem: SearchProblem,
  record: SearchRecord,
  { start, random, samples }: { start: FitStart; random: Random; samples: number },
): SuccessModel {
  const { variances } = start;
  const layout = new Layout(problem);
  const rows = rowsOf(record, layout);
  const model: MixedLogistic = {
    rows,
    means: Float64Array.from(layout.columns.keys(), (key) => PRIOR_MEANS[key] ?? 0),
    precision: Float64Array.from(layout.kinds, (kind) => 1 / deviationOf(variances, kind) ** 2),
    groups: layout.tasks.length,
    traits: layout.traits.length,
    covariance: layout.covariance(variances.tasks),
  };
  const names = [...layout.columns.keys()];
  const from = {
    coefficients: Float64Array.from(names, (name) => start.coefficients[name] ?? 0),
    traits: Float64Array.from({ length: model.groups * model.traits }, (_, place) => start.traits[place] ?? 0),
  };
  const walk = new PosteriorWalk(model, from, random);
  for (let step = 0; step < FORGOTTEN_STEPS; step++) walk.step();
  const draws = Array.from({ length: samples }, () => walk.step());
  const last = draws.at(-1) ?? from;
  const stop = stopChance(record);
  return {
    next: {
      variances: learnVariances(variances, { layout, draws, rows }),
      coefficients: Object.fromEntries(names.map((name, column) => [name, last.coefficients[column] ?? 0])),
      traits: [...last.traits],
    },
    samples: draws.map((draw) => new PosteriorSample(layout, draw, { variances, stop, seed: random.word() })),
  };
}

/** How often a pipeline stops after a call that did not solve the task, though it had calls left: it took a wrong answer for right. */
function stopChance(record: SearchRecord): number {
  let [stops, chances] = [0, 0];
  for (const { genome, solved, drafts, iterations } of record.trials) {
    const { stages } = genomeAt(record, genome);
    const most = stages.reduce((sum, stage) => sum + stage.iterations, 0);
    // Drafts may be left out where all were alike: only what is missing at the end is a stop.
    const isStop = !solved && iterations < most;
    stops += Number(isStop);
    chances += drafts - 1 + iterations + Number(isStop);
  }
  return chances === 0 ? 0 : stops / chances;
}
