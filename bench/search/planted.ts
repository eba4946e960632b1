import type { RoleGene } from '../../src/evolve/genome.ts';
import type { Pool } from '../../src/evolve/pool.ts';
import { Random } from '../../src/statistics/random.ts';

/** plain: a genome is about as good as its parts; epistatic: parts also help and hinder each other, more than they do alone. */
export type PlantedKind = 'plain' | 'epistatic';

export type Role = 'generator' | 'analyzer' | 'refiner';

/** What a landscape is made of before it is scaled to the paper's figures; effects are in logits. */
export interface Planted {
  /** How well each task suits each model as generator and as refiner: [model][task]. */
  readonly drafting: Readonly<Record<string, readonly number[]>>;
  readonly repairing: Readonly<Record<string, readonly number[]>>;
  /** Of a model in a role. */
  skill(role: Role, model: string): number;
  /** Of prompt and temperature in a role: 0 for the default prompt at 0.3. */
  style(role: Role, gene: RoleGene): number;
  /** Of two parts that meet. */
  meeting(kind: string, one: RoleGene | null, other: RoleGene): number;
  /** What one might guess of each task's difficulty, 0..1. */
  readonly difficulty: readonly number[];
}

const SKILLS: Readonly<Record<Role, readonly number[]>> = {
  generator: [-2, -0.6, 0],
  analyzer: [-0.5, 0, 0.4],
  refiner: [-1.8, -0.8, 0],
};
/** How differently two models do the same task. */
const SUITED = 2;

const MEETINGS: Readonly<Record<PlantedKind, Readonly<Record<string, number>>>> = {
  plain: { draft: 0.15, analysis: 0.15, before: 0.1 },
  epistatic: { draft: 1.6, analysis: 1.3, before: 0.8 },
};

/** Draws a landscape's parts; models are told apart by their place in the pool. */
export function plant(pool: Pool, tasks: number, options: { seed: number; kind: PlantedKind }): Planted {
  const random = Random.of(options.seed);
  const effect = effects(options.seed);
  const many = () => Array.from({ length: tasks }, () => random.normal());
  const [ease, knack] = [many(), many()];
  const suited = (base: readonly number[], models: readonly string[]) =>
    Object.fromEntries(models.map((model) => [model, base.map((value) => value + SUITED * random.normal())]));
  return {
    drafting: suited(
      ease.map((value) => 4.6 * value),
      pool.models.generator,
    ),
    repairing: suited(
      ease.map((value, task) => 2.8 * value + 2.8 * (knack[task] ?? 0)),
      pool.models.refiner,
    ),
    difficulty: ease.map((value) => 1 / (1 + Math.exp(1.2 * (value + random.normal())))),
    skill: (role, model) => {
      const place = pool.models[role].indexOf(model);
      return (SKILLS[role][place] ?? 0) + (place === SKILLS[role].length - 1 ? 0 : effect(0.35, 'skill', role, model));
    },
    style: (role, gene) => promptEffect(effect, role, gene) + warmth(effect, role, gene),
    meeting: (kind, one, other) => {
      if (one === null) return 0;
      return effect(MEETINGS[options.kind][kind] ?? 0, kind, ...partOf(one), ...partOf(other));
    },
  };
}

/** An effect by its name, normal of this standard deviation. */
export type Effect = (deviation: number, ...names: readonly string[]) => number;

/** Normal effects by name, each drawn once, independent of the order in which they are asked for. */
export function effects(seed: number): Effect {
  const known = new Map<string, number>();
  return (deviation, ...names) => {
    const name = names.join(' ');
    const drawn = known.get(name) ?? Random.of(seed + 2 ** 32 * (1 + textSeed(name))).normal();
    known.set(name, drawn);
    return deviation * drawn;
  };
}

function textSeed(text: string): number {
  return [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7);
}

export function partOf({ model, prompt }: RoleGene): [string, string] {
  return [model, JSON.stringify(prompt)];
}

function promptEffect(effect: Effect, role: Role, { model, prompt }: RoleGene): number {
  if (prompt === 'default') return 0;
  const name = JSON.stringify(prompt);
  return effect(0.35, 'prompt', role, name) + effect(0.25, 'prompt', role, model, name);
}

/** Less the farther a temperature is from the one that is best for the model in its role; 0 at 0.3. */
function warmth(effect: Effect, role: Role, { model, temperature }: RoleGene): number {
  const best = 0.4 + effect(0.15, 'warmth', role, model);
  return 2 * ((0.3 - best) ** 2 - (temperature - best) ** 2);
}
