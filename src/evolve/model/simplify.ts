import { askCount, type Genome, isWithin } from '../genome.ts';
import type { Pool } from '../pool.ts';
import type { PosteriorSample } from './posterior-sample.ts';

/** A pipeline may solve less than the best by so many standard deviations of the difference: so much is noise. */
const NOISE = 0.4;

/**
 * The pipeline with the fewest calls to which leaving out parts of this one leads, while what it solves less on these tasks is within the noise:
 * what was not shown to help is left out.
 */
export function simplify(
  best: Genome,
  { pool, samples, tasks }: { pool: Pool; samples: readonly PosteriorSample[]; tasks: readonly number[] },
): Genome {
  const shares = (genome: Genome) => samples.map((sample) => sample.performance(genome, tasks).share);
  const top = shares(best);
  for (let genome = best; ; ) {
    const simpler = reductions(genome)
      .filter((own) => isWithin(pool, own) && isNoise(shares(own).map((share, place) => (top[place] ?? 0) - share)))
      .sort((one, other) => askCount(one) - askCount(other));
    const [next] = simpler;
    if (next === undefined) return genome;
    genome = next;
  }
}

function isNoise(losses: readonly number[]): boolean {
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / losses.length;
  return mean <= NOISE * Math.sqrt(variance);
}

/** The genome with one thing left out: a stage, an iteration, an analysis or a further draft. */
function reductions(genome: Genome): Genome[] {
  const { drafts, stages } = genome;
  const fewer = drafts === null ? [] : [drafts.count > 1 ? { ...drafts, count: drafts.count - 1 } : null];
  return [
    ...fewer.map((left) => ({ ...genome, drafts: left })),
    ...stages.flatMap((stage, place) => [
      { ...genome, stages: stages.toSpliced(place, 1) },
      ...(stage.iterations > 1
        ? [{ ...genome, stages: stages.with(place, { ...stage, iterations: stage.iterations - 1 }) }]
        : []),
      ...(stage.analyzer !== null ? [{ ...genome, stages: stages.with(place, { ...stage, analyzer: null }) }] : []),
    ]),
  ];
}
