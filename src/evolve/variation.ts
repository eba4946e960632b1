import { canonicalJson } from '../base/hash.ts';
import type { PromptChoice } from '../pipeline/prompts.ts';
import type { Random } from '../statistics/random.ts';
import {
  type DraftsGene,
  drawDrafts,
  drawPolicies,
  drawRole,
  type Genome,
  MOST_NODES,
  nodeCount,
  type RoleGene,
  type StageGene,
} from './genome.ts';
import type { Innovations } from './innovation.ts';
import { type Pool, temperaturesOf } from './pool.ts';

/** What genomes are drawn, mutated and crossed with. */
export interface VariationContext {
  readonly pool: Pool;
  readonly random: Random;
  readonly innovations: Innovations;
}

/** A change of a genome and its chance; where nothing of the kind can be changed the genome stays as it is. */
interface Mutation {
  readonly name: string;
  readonly chance: number;
  readonly apply: (genome: Genome, context: VariationContext) => Genome;
}

type RolePlace =
  | { readonly role: 'generator'; readonly gene: RoleGene }
  | { readonly role: 'analyzer' | 'refiner'; readonly stage: number; readonly gene: RoleGene };

const TEMPERATURE_DEVIATION = 0.08;
const ANALYZER_REMOVED_FIRST = 0.6;
const ITERATIONS_DOWN = 0.6;
const DISJOINT_OF_LESS_FIT = 0.3;
const FOUNDER_ANALYZER = 0.5;
/** How often a change of the drafts is one of their temperature and not of their number. */
const DRAFTS_WARMED = 0.5;

/** The paper's seven mutations with their rates, and one of ours for policies of which the pool has a choice. */
export const MUTATIONS: readonly Mutation[] = [
  { name: 'add stage', chance: 0.04, apply: addStage },
  { name: 'add analyzer', chance: 0.05, apply: addAnalyzer },
  { name: 'remove node', chance: 0.18, apply: removeNode },
  { name: 'swap model', chance: 0.25, apply: swapModel },
  { name: 'change prompt', chance: 0.3, apply: changePrompt },
  { name: 'jitter temperature', chance: 0.2, apply: jitterTemperature },
  { name: 'change iterations', chance: 0.1, apply: changeIterations },
  { name: 'change policy', chance: 0.1, apply: changePolicy },
];

/** All mutations of genomes of a pool; a pool without further drafts has none of them. */
export function mutationsOf({ drafts }: Pool): readonly Mutation[] {
  return drafts === 0 ? MUTATIONS : [...MUTATIONS, { name: 'change drafts', chance: 0.2, apply: changeDrafts }];
}

/** The genome after each mutation that came about, every one by its own chance. */
export function mutateGenome(genome: Genome, context: VariationContext, mutations = mutationsOf(context.pool)): Genome {
  return mutations.reduce(
    (changed, { chance, apply }) => (context.random.chance(chance) ? apply(changed, context) : changed),
    genome,
  );
}

/** A genome of the first population: every number of stages as likely, each with an analyzer as likely as not, all else by chance. */
export function drawGenome(context: VariationContext): Genome {
  const { pool, random } = context;
  let genome: Genome = {
    generator: drawRole(pool, 'generator', random),
    drafts: drawDrafts(pool, random),
    stages: [],
    policies: drawPolicies(pool, random),
  };
  for (let left = random.below(pool.stages + 1); left > 0; left--) {
    const stage = drawStage(genome, context);
    const analyzer = random.chance(FOUNDER_ANALYZER) ? drawRole(pool, 'analyzer', random) : null;
    genome = { ...genome, stages: [...genome.stages, { ...stage, analyzer }] };
  }
  return withinNodes(genome);
}

/** Appends a stage without an analyzer. */
export function addStage(genome: Genome, context: VariationContext): Genome {
  if (genome.stages.length >= context.pool.stages || nodeCount(genome) + 2 > MOST_NODES) return genome;
  return { ...genome, stages: [...genome.stages, drawStage(genome, context)] };
}

/** Gives a stage without an analyzer one. */
export function addAnalyzer(genome: Genome, { pool, random }: VariationContext): Genome {
  const without = stagesWhere(genome, ({ analyzer }) => analyzer === null);
  if (without.length === 0 || nodeCount(genome) >= MOST_NODES) return genome;
  return changeStage(genome, random.pick(without), { analyzer: drawRole(pool, 'analyzer', random) });
}

/** Removes an analyzer, if there is one, in 60 of 100 cases, else the last stage. */
export function removeNode(genome: Genome, { random }: VariationContext): Genome {
  const withOne = stagesWhere(genome, ({ analyzer }) => analyzer !== null);
  const isAnalyzer = random.chance(ANALYZER_REMOVED_FIRST) && withOne.length > 0;
  if (isAnalyzer) return changeStage(genome, random.pick(withOne), { analyzer: null });
  return { ...genome, stages: genome.stages.slice(0, -1) };
}

/** Gives one role another of its models. */
export function swapModel(genome: Genome, { pool, random }: VariationContext): Genome {
  const choices = rolesOf(genome).flatMap((place) => {
    const others = othersThan(place.gene.model, pool.models[place.role]);
    return others.length === 0 ? [] : [{ place, others }];
  });
  if (choices.length === 0) return genome;
  const { place, others } = random.pick(choices);
  return changeRole(genome, place, { model: random.pick(others) });
}

/** Gives one role another of its prompts. */
export function changePrompt(genome: Genome, { pool, random }: VariationContext): Genome {
  const choices = rolesOf(genome).flatMap((place) => {
    const others = othersThan<PromptChoice>(place.gene.prompt, pool.prompts[place.role]);
    return others.length === 0 ? [] : [{ place, others }];
  });
  if (choices.length === 0) return genome;
  const { place, others } = random.pick(choices);
  return changeRole(genome, place, { prompt: random.pick(others) });
}

/** Moves one role's temperature by a normal number, to the nearest temperature of the pool. */
export function jitterTemperature(genome: Genome, context: VariationContext): Genome {
  const place = context.random.pick(rolesOf(genome));
  return changeRole(genome, place, { temperature: jittered(place.gene.temperature, context) });
}

/** One further draft more or less, as likely, or another temperature of them. */
export function changeDrafts(genome: Genome, context: VariationContext): Genome {
  const { pool, random } = context;
  if (genome.drafts !== null && random.chance(DRAFTS_WARMED)) {
    return { ...genome, drafts: { ...genome.drafts, temperature: jittered(genome.drafts.temperature, context) } };
  }
  const { count, temperature }: DraftsGene = genome.drafts ?? { count: 0, temperature: genome.generator.temperature };
  const moved = Math.min(pool.drafts, Math.max(0, count + (random.chance(0.5) ? -1 : 1)));
  return { ...genome, drafts: moved === 0 ? null : { count: moved, temperature } };
}

/** One iteration fewer in a stage in 60 of 100 cases, else one more, between 1 and what the pool allows. */
export function changeIterations(genome: Genome, { pool, random }: VariationContext): Genome {
  if (genome.stages.length === 0) return genome;
  const stage = random.below(genome.stages.length);
  const moved = (genome.stages[stage]?.iterations ?? 1) + (random.chance(ITERATIONS_DOWN) ? -1 : 1);
  return changeStage(genome, stage, { iterations: Math.min(pool.iterations, Math.max(1, moved)) });
}

/** Gives the genome another value of one policy. */
export function changePolicy(genome: Genome, { pool, random }: VariationContext): Genome {
  const policies = Object.keys(pool.policies) as (keyof Pool['policies'])[];
  const choices = policies.flatMap((policy) => {
    const others = othersThan<unknown>(genome.policies[policy], pool.policies[policy]);
    return others.length === 0 ? [] : [{ policy, others }];
  });
  if (choices.length === 0) return genome;
  const { policy, others } = random.pick(choices);
  return { ...genome, policies: { ...genome.policies, [policy]: random.pick(others) } };
}

/**
 * A child of two genomes: generator with its drafts, and policies, whole from either; of stages with the same innovation number either one; the
 * fitter's other stages always and the other's with a chance of 0.3, while there is room.
 */
export function crossGenomes(fitter: Genome, other: Genome, { pool, random }: VariationContext): Genome {
  const { generator, drafts } = random.pick([fitter, other]);
  const policies = random.pick([fitter, other]).policies;
  const inherited = fitter.stages.map((stage) => random.pick([stage, matching(other, stage) ?? stage]));
  const offered = other.stages.filter((stage) => matching(fitter, stage) === undefined);
  const disjoint = offered.filter(() => random.chance(DISJOINT_OF_LESS_FIT)).slice(0, pool.stages - inherited.length);
  const stages = [...inherited, ...disjoint].sort((first, second) => first.innovation - second.innovation);
  return withinNodes({ generator, drafts, policies, stages });
}

function matching({ stages }: Genome, { innovation }: StageGene): StageGene | undefined {
  return stages.find((stage) => stage.innovation === innovation);
}

/** Takes the last analyzers away until the genome keeps within the limit: three stages without are 7 nodes. */
function withinNodes(genome: Genome): Genome {
  const last = stagesWhere(genome, ({ analyzer }) => analyzer !== null).at(-1);
  if (nodeCount(genome) <= MOST_NODES || last === undefined) return genome;
  return withinNodes(changeStage(genome, last, { analyzer: null }));
}

function drawStage({ stages }: Genome, { pool, random, innovations }: VariationContext): StageGene {
  return {
    innovation: innovations.ofStageAfter(stages.at(-1)?.innovation ?? 0),
    iterations: 1 + random.below(pool.iterations),
    analyzer: null,
    refiner: drawRole(pool, 'refiner', random),
  };
}

function jittered(temperature: number, { pool, random }: VariationContext): number {
  const wanted = temperature + TEMPERATURE_DEVIATION * random.normal();
  const nearer = (best: number, other: number) => (Math.abs(other - wanted) < Math.abs(best - wanted) ? other : best);
  return temperaturesOf(pool).reduce(nearer);
}

function rolesOf({ generator, stages }: Genome): RolePlace[] {
  const ofStages = stages.flatMap(({ analyzer, refiner }, stage): RolePlace[] => [
    ...(analyzer === null ? [] : [{ role: 'analyzer' as const, stage, gene: analyzer }]),
    { role: 'refiner', stage, gene: refiner },
  ]);
  return [{ role: 'generator', gene: generator }, ...ofStages];
}

function changeRole(genome: Genome, place: RolePlace, change: Partial<RoleGene>): Genome {
  const changed = { ...place.gene, ...change };
  if (place.role === 'generator') return { ...genome, generator: changed };
  return changeStage(genome, place.stage, { [place.role]: changed });
}

function changeStage(genome: Genome, place: number, change: Partial<StageGene>): Genome {
  return {
    ...genome,
    stages: genome.stages.map((stage, index) => (index === place ? { ...stage, ...change } : stage)),
  };
}

function stagesWhere({ stages }: Genome, isWanted: (stage: StageGene) => boolean): number[] {
  return stages.flatMap((stage, index) => (isWanted(stage) ? [index] : []));
}

/** Told by their JSON: a prompt may be a text of one's own, a policy a list. */
function othersThan<Value>(value: Value, choices: readonly Value[]): Value[] {
  const known = canonicalJson(value);
  return choices.filter((choice) => canonicalJson(choice) !== known);
}
