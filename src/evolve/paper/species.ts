import { canonicalJson } from '../../base/hash.ts';
import type { Genome, PolicyGenes, RoleGene, StageGene } from '../genome.ts';

/** Genomes alike enough to compete with each other alone. */
export interface Species {
  /** A member in the generation before; whoever is nearer to it than the threshold belongs to the species. */
  readonly representative: Genome;
  /** Places of its members in the population. */
  readonly members: readonly number[];
  /** The best fitness that a member ever had and the generation it was reached in; null before the first evaluation. */
  readonly record: { readonly fitness: number; readonly generation: number } | null;
}

/** A population in species, and the threshold that cut it into as many. */
export interface Speciation {
  readonly species: readonly Species[];
  readonly threshold: number;
}

const WEIGHTS = {
  stages: 1,
  analyzers: 0.5,
  model: 0.4,
  prompt: 0.2,
  temperature: 0.1,
  drafts: 0.1,
  iterations: 0.1,
  policy: 0.2,
};
const FEWEST_SPECIES = 3;
const MOST_SPECIES = 5;
/** A fifth of what a step of 0.05 in one temperature is worth: below it, only equal genomes are alike. */
const LEAST_THRESHOLD = 0.001;
const FIRST_STEP = 1.25;
const LEAST_STEP = 1.000_001;

/** How unlike two genomes are; stages are compared with those at the same place. */
export function genomeDistance(first: Genome, second: Genome): number {
  const stages = pairsOf(first.stages, second.stages);
  const roles = [[first.generator, second.generator] as const, ...stages.flatMap(rolePairs)];
  const policies = (Object.keys(first.policies) as (keyof PolicyGenes)[]).filter(
    (policy) => !isSame(first.policies[policy], second.policies[policy]),
  );
  return (
    WEIGHTS.stages * Math.abs(first.stages.length - second.stages.length) +
    WEIGHTS.analyzers * Math.abs(analyzerCount(first) - analyzerCount(second)) +
    WEIGHTS.model * roles.filter(([one, other]) => one.model !== other.model).length +
    WEIGHTS.prompt * roles.filter(([one, other]) => !isSame(one.prompt, other.prompt)).length +
    WEIGHTS.temperature * sum(roles.map(([one, other]) => Math.abs(one.temperature - other.temperature))) +
    WEIGHTS.drafts * Math.abs((first.drafts?.count ?? 0) - (second.drafts?.count ?? 0)) +
    WEIGHTS.iterations * sum(stages.map(([one, other]) => Math.abs(one.iterations - other.iterations))) +
    WEIGHTS.policy * policies.length
  );
}

/** Each genome in the first species whose representative is nearer than the threshold, else in one of its own; none without members. */
export function assignSpecies(population: readonly Genome[], known: readonly Species[], threshold: number): Species[] {
  const species = known.map((one) => ({ ...one, members: [] as number[] }));
  population.forEach((genome, place) => {
    const own = species.find(({ representative }) => genomeDistance(genome, representative) < threshold);
    if (own !== undefined) own.members.push(place);
    else species.push({ representative: genome, members: [place], record: null });
  });
  return species.filter(({ members }) => members.length > 0);
}

/**
 * The population in three to five species, if any threshold can do that: the threshold grows while they are too many and shrinks
 * while they are too few, from where it stood, by smaller steps each time it turns round, until they are too small.
 */
export function speciate(population: readonly Genome[], known: readonly Species[], threshold: number): Speciation {
  let [current, step, earlier] = [threshold, FIRST_STEP, 0];
  let species = assignSpecies(population, known, current);
  while (step > LEAST_STEP) {
    const direction = Number(species.length > MOST_SPECIES) - Number(species.length < FEWEST_SPECIES);
    if (direction === 0 || (direction < 0 && current <= LEAST_THRESHOLD)) break;
    if (direction === -earlier) step = Math.sqrt(step);
    current = Math.max(LEAST_THRESHOLD, current * step ** direction);
    earlier = direction;
    species = assignSpecies(population, known, current);
  }
  return { species, threshold: current };
}

function pairsOf(first: readonly StageGene[], second: readonly StageGene[]): (readonly [StageGene, StageGene])[] {
  return first.slice(0, second.length).map((stage, place) => [stage, second[place] as StageGene]);
}

function rolePairs([first, second]: readonly [StageGene, StageGene]): (readonly [RoleGene, RoleGene])[] {
  const both = first.analyzer !== null && second.analyzer !== null;
  return [[first.refiner, second.refiner], ...(both ? [[first.analyzer, second.analyzer] as const] : [])];
}

function analyzerCount({ stages }: Genome): number {
  return stages.filter(({ analyzer }) => analyzer !== null).length;
}

function isSame(first: unknown, second: unknown): boolean {
  if (typeof first === 'string' || typeof second === 'string') return first === second;
  return canonicalJson(first) === canonicalJson(second);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
