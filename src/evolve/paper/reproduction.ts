import type { Random } from '../../statistics/random.ts';
import { type Genome, genomeHash } from '../genome.ts';
import { crossGenomes, mutateGenome, type VariationContext } from '../variation.ts';
import { compareFitness, type Evaluated, type Evaluation, shareFitness } from './fitness.ts';
import type { Species } from './species.ts';

interface ReproductionOptions {
  readonly population: number;
  readonly elites: number;
  readonly tournament: number;
  /** Generations without a new record after which a species has no offspring. */
  readonly patience: number;
}

/** A generation that was evaluated. */
export interface Generation {
  readonly number: number;
  readonly members: readonly Evaluated[];
  readonly species: readonly Species[];
}

/** However stale, so many of the best species go on. */
const SPARED_SPECIES = 2;

/** The next population: elites unchanged, then each species' offspring, every one crossed and mutated. */
export function reproduce(generation: Generation, options: ReproductionOptions, context: VariationContext): Genome[] {
  const elites = selectElites(generation.members, Math.min(options.elites, options.population));
  const broods = fertileSpecies(generation, options.patience).map((species) => membersOf(species, generation));
  const counts = apportion(broods.map(sharedFitness), options.population - elites.length);
  const children = broods.flatMap((members, place) =>
    Array.from({ length: counts[place] ?? 0 }, () => drawChild(members, options.tournament, context)),
  );
  return [...elites, ...children];
}

/** The best genomes, no two alike. */
export function selectElites(members: readonly Evaluated[], count: number): Genome[] {
  const sorted = members.toSorted((first, second) => compareFitness(first.evaluation, second.evaluation));
  const hashes = sorted.map(({ genome }) => genomeHash(genome));
  const distinct = sorted.filter((_, place) => hashes.indexOf(hashes[place] as string) === place);
  return distinct.slice(0, count).map(({ genome }) => genome);
}

/** The fittest of so many members drawn, who may be drawn again; of equals the one drawn first. */
export function drawWinner(members: readonly Evaluated[], tournament: number, random: Random): Evaluated {
  const drawn = Array.from({ length: tournament }, () => random.pick(members));
  return drawn.reduce((best, other) => (compareFitness(other.evaluation, best.evaluation) < 0 ? other : best));
}

/** Shares `count` out by weights that may be below 0 and then weigh nothing, by largest remainders; evenly where none weighs anything. */
export function apportion(weights: readonly number[], count: number): number[] {
  const positive = weights.map((weight) => Math.max(0, weight));
  const total = positive.reduce((sum, weight) => sum + weight, 0);
  const exact = positive.map((weight) => (total > 0 ? (count * weight) / total : count / weights.length));
  const whole = exact.map((share) => Math.floor(share + 1e-9));
  const left = count - whole.reduce((sum, share) => sum + share, 0);
  const remainder = (place: number) => (exact[place] ?? 0) - (whole[place] ?? 0);
  const first = new Set([...exact.keys()].sort((a, b) => remainder(b) - remainder(a) || a - b).slice(0, left));
  return whole.map((share, place) => share + Number(first.has(place)));
}

/** The species with their records after a generation of this number. */
export function updateRecords(number: number, members: readonly Evaluated[], species: readonly Species[]): Species[] {
  return species.map((one) => {
    const fitness = Math.max(...one.members.map((place) => (members[place] as Evaluated).evaluation.fitness));
    const isRecord = one.record === null || fitness > one.record.fitness;
    return isRecord ? { ...one, record: { fitness, generation: number } } : one;
  });
}

/** The species that may have offspring: those with a record young enough, and the two best. */
export function fertileSpecies(generation: Generation, patience: number): Species[] {
  const best = (species: Species) =>
    membersOf(species, generation)
      .map(({ evaluation }) => evaluation)
      .sort(compareFitness)[0];
  const sorted = generation.species.toSorted((first, second) =>
    compareFitness(best(first) as Evaluation, best(second) as Evaluation),
  );
  const age = ({ record }: Species) => generation.number - (record?.generation ?? generation.number);
  const spared = sorted.slice(0, SPARED_SPECIES);
  return generation.species.filter((species) => spared.includes(species) || age(species) < patience);
}

/** The shared fitness of all members of a species. */
function sharedFitness(members: readonly Evaluated[]): number {
  return members.reduce((sum, { evaluation }) => sum + shareFitness(evaluation.fitness, members.length), 0);
}

function membersOf({ members }: Species, generation: Generation): Evaluated[] {
  return members.map((place) => generation.members[place] as Evaluated);
}

function drawChild(members: readonly Evaluated[], tournament: number, context: VariationContext): Genome {
  const [first, second] = [0, 1].map(() => drawWinner(members, tournament, context.random)) as [Evaluated, Evaluated];
  const isSecondFitter = compareFitness(second.evaluation, first.evaluation) < 0;
  const [fitter, other] = isSecondFitter ? [second, first] : [first, second];
  return mutateGenome(crossGenomes(fitter.genome, other.genome, context), context);
}
