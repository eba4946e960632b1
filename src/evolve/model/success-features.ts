import type { DraftsGene, Genome, RoleGene } from '../genome.ts';

/** A part of a genome that may matter: kinds of parts share a prior; the value is 1 for parts that are there or not. */
export interface Feature {
  readonly kind: string;
  /** Kind and name. */
  readonly key: string;
  readonly value: number;
}

/** A call of a genome that may solve a task: a draft, or one refinement. */
interface CallFeatures {
  /** The model whose knack for the task decides, as drafter or as refiner. */
  readonly trait: string;
  readonly features: readonly Feature[];
}

/** How much a kind of part is believed to matter before the first trial: the standard deviation of its logits. */
export const PRIOR_DEVIATIONS: Readonly<Record<string, number>> = {
  draft: 3,
  'draft model': 1,
  'draft prompt': 0.5,
  'draft part': 0.25,
  'draft warmth': 0.4,
  'draft model warmth': 0.3,
  'draft policy': 0.5,
  redraw: 3,
  'redraw model': 1,
  'redraw order': 0.5,
  'redraw warmth': 0.15,
  repair: 3,
  'repair model': 1,
  'repair prompt': 0.5,
  'repair part': 0.25,
  'repair warmth': 0.4,
  'repair model warmth': 0.3,
  'repair policy': 0.5,
  'repair order': 0.7,
  'repair own': 0.3,
  analysis: 0.7,
  'analysis model': 0.6,
  'analysis prompt': 0.4,
  'analysis part': 0.2,
  'analysis warmth': 0.4,
  'draft and refiner models': 0.3,
  'draft and refiner parts': 0.25,
  'analyzer and refiner parts': 0.25,
  'three models': 0.3,
  'refiner before': 0.2,
  'draft guess': 2,
  'repair guess': 2,
};

/** Prior means of parts, 0 of all others: most repairs fail, and the more so the more came before. */
export const PRIOR_MEANS: Readonly<Record<string, number>> = {
  'repair: ': -4,
  'repair order: later': -1,
  'repair order: again': -0.3,
};

/** What the first draft of a genome is made of. */
export function draftFeatures({ generator, policies }: Genome): CallFeatures {
  return {
    trait: draftTrait(generator.model),
    features: [
      feature('draft', ''),
      ...roleFeatures('draft', generator),
      ...Object.entries(policies).map(([policy, value]) => feature('draft policy', JSON.stringify([policy, value]))),
    ],
  };
}

/** What every further draft is made of: a draft at its own temperature, and what is left where those before it have failed. */
export function redrawFeatures(genome: Genome, { temperature }: DraftsGene): CallFeatures {
  const { trait, features } = draftFeatures({ ...genome, generator: { ...genome.generator, temperature } });
  return {
    trait,
    features: [
      ...features,
      feature('redraw', ''),
      feature('redraw model', genome.generator.model),
      ...warmthFeatures('redraw warmth', '', { temperature }),
    ],
  };
}

/** What tells a further draft from the others: how many came before it. */
export function redrawOrderFeatures(before: number): Feature[] {
  return [feature('redraw order', 'later', before)];
}

/** What the refinements of one stage have in common; `own` names the genome where it has an effect of its own. */
export function stageFeatures(genome: Genome, place: number, own: string | null): CallFeatures {
  const { generator, stages, policies } = genome;
  const stage = stages[place];
  if (stage === undefined) throw new Error(`no stage ${place}: the genome has ${stages.length}`);
  const { analyzer, refiner } = stage;
  const before = stages[place - 1]?.refiner;
  return {
    trait: repairTrait(refiner.model),
    features: [
      feature('repair', ''),
      ...roleFeatures('repair', refiner),
      ...(analyzer === null ? [] : analysisFeatures(analyzer, refiner)),
      feature('draft and refiner models', `${generator.model} ${refiner.model}`),
      feature('draft and refiner parts', `${partOf(generator)} ${partOf(refiner)}`),
      feature('three models', `${generator.model} ${analyzer?.model ?? 'none'} ${refiner.model}`),
      ...(before === undefined ? [] : [feature('refiner before', `${before.model} ${refiner.model}`)]),
      ...Object.entries(policies).map(([policy, value]) => feature('repair policy', JSON.stringify([policy, value]))),
      ...(own === null ? [] : [feature('repair own', own)]),
    ],
  };
}

/** What tells a refinement from the others of its stage: how many came before, in all and in the stage. */
export function orderFeatures(before: number, beforeInStage: number): Feature[] {
  return [
    feature('repair order', 'later', before / 3),
    feature('repair order', `after ${before}`),
    ...(beforeInStage === 0 ? [] : [feature('repair order', 'again', beforeInStage)]),
  ];
}

export function draftTrait(model: string): string {
  return `draft ${model}`;
}

export function repairTrait(model: string): string {
  return `repair ${model}`;
}

function analysisFeatures(analyzer: RoleGene, refiner: RoleGene): Feature[] {
  return [
    feature('analysis', ''),
    feature('analysis model', analyzer.model),
    feature('analysis prompt', promptName(analyzer)),
    feature('analysis part', partOf(analyzer)),
    ...warmthFeatures('analysis warmth', '', analyzer),
    feature('analyzer and refiner parts', `${partOf(analyzer)} ${partOf(refiner)}`),
  ];
}

/** Features by role gene, which are asked for again in every posterior sample. */
const known = { draft: new WeakMap<RoleGene, Feature[]>(), repair: new WeakMap<RoleGene, Feature[]>() };

function roleFeatures(role: 'draft' | 'repair', gene: RoleGene): Feature[] {
  const before = known[role].get(gene);
  if (before !== undefined) return before;
  const features = [
    feature(`${role} model`, gene.model),
    feature(`${role} prompt`, promptName(gene)),
    feature(`${role} part`, partOf(gene)),
    ...warmthFeatures(`${role} warmth`, '', gene),
    ...warmthFeatures(`${role} model warmth`, gene.model, gene),
  ];
  known[role].set(gene, features);
  return features;
}

/** Temperature, straight and squared, about the middle of what is usual. */
function warmthFeatures(kind: string, name: string, { temperature }: Pick<RoleGene, 'temperature'>): Feature[] {
  const warmth = (temperature - 0.4) / 0.4;
  return [feature(kind, `${name} straight`, warmth), feature(kind, `${name} squared`, warmth ** 2)];
}

export function feature(kind: string, name: string, value = 1): Feature {
  return { kind, key: `${kind}: ${name}`, value };
}

function partOf(gene: RoleGene): string {
  return `${gene.model} ${promptName(gene)}`;
}

function promptName({ prompt }: RoleGene): string {
  return typeof prompt === 'string' ? prompt : JSON.stringify(prompt);
}
