import { mean } from '../../statistics/describe.ts';
import type { Genome } from '../genome.ts';
import { genomeAt, type SearchRecord } from '../racing/search-record.ts';
import type { Estimate } from '../strategy.ts';
import type { Believed } from './champion-report.ts';
import type { PosteriorSample } from './posterior-sample.ts';

/** A genome's share of the tasks in each sample, less the price of its calls. */
export interface Scored {
  readonly genome: number;
  readonly scores: Float64Array;
}

/** Share of the tasks that a pipeline must be thought to solve for each call that it takes: what helps nobody only takes calls. */
const CALL_WORTH = 0.002;

/** The share of these tasks that a genome solves in a sample, less the price of its calls. */
export function pricedShare(
  sample: PosteriorSample,
  genome: Genome,
  tasks: readonly number[],
  own: string | null = null,
): number {
  const { share, calls } = sample.performance(genome, tasks, own);
  return share - CALL_WORTH * calls;
}

/** Priced shares of these tasks of genomes, in every sample. */
export function sampleScores(
  record: SearchRecord,
  genomes: readonly number[],
  samples: readonly PosteriorSample[],
  tasks: readonly number[],
): Scored[] {
  return genomes.map((genome) => ({
    genome,
    scores: Float64Array.from(samples, (sample) =>
      pricedShare(sample, genomeAt(record, genome), tasks, record.hashes[genome]),
    ),
  }));
}

/** Mean over the samples. */
export function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** The best genome of one sample. */
export function bestIn(scored: readonly Scored[], sample: number): number {
  const [first, ...others] = scored;
  const best = others.reduce((top, own) => ((own.scores[sample] ?? 0) > (top?.scores[sample] ?? 0) ? own : top), first);
  return best?.genome ?? 0;
}

/** The genomes that are the best on average over the samples, the best first. */
export function bestOnAverage(scored: readonly Scored[], count: number): number[] {
  return [...scored]
    .sort((one, other) => average(other.scores) - average(one.scores))
    .slice(0, count)
    .map(({ genome }) => genome);
}

/** What the samples expect of a genome's trials on these tasks. */
export function believedOf(
  samples: readonly PosteriorSample[],
  record: SearchRecord,
  genome: number,
  tasks: readonly number[],
): Believed {
  const all = samples.map((sample) => sample.chances(genomeAt(record, genome), tasks, record.hashes[genome]));
  const chances = tasks.map((_, place) => mean(all.map((own) => own[place] ?? 0)) ?? 0);
  const drawVariance = mean(all.flatMap((own) => [...own].map((chance) => chance * (1 - chance)))) ?? 0;
  return { chances, drawVariance };
}

/** What the samples say of a genome on these tasks. It was picked for looking best in them, so before its report its share may be any. */
export function posteriorEstimate(
  record: SearchRecord,
  genome: number | undefined,
  samples: readonly PosteriorSample[],
  tasks: readonly number[],
): Estimate | null {
  if (genome === undefined) return null;
  const own = genomeAt(record, genome);
  const shares = samples.map((sample) => sample.performance(own, tasks, record.hashes[genome]).share);
  return { genome: own, solved: mean(shares) ?? 0, low: 0, high: 1, trials: record.totals[genome]?.trials ?? 0 };
}
