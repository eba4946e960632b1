import { type PipelineInput, type PipelineSpec, parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import type { Wording } from './wordings.ts';

export const GENERATOR_TEMPERATURE = 0.3;
/** The paper's, which is greenloop's default too, and one that repeats itself less. */
export const REFINER_TEMPERATURES = [0.2, 0.8] as const;
export const REPAIRS = 3;
/** The pairs that are also measured with `traceback` feedback; where none of them is there, all. */
const TRACEBACK_PAIRS: readonly string[] = ['xs-fixer', 's-fixer', 'xs-xs', 's-s'];

/** A generator and a refiner, by the sizes that name the starter models. */
export interface Pair {
  readonly generator: string;
  readonly refiner: string;
}

/** One pipeline under one setting, on all tasks; the unit that is saved and skipped. */
export interface Part extends Pair {
  readonly setting: string;
  readonly spec: PipelineSpec;
  readonly wording: Wording;
  readonly seed: number;
  readonly repeats: number;
}

/** What the parts of one measurement share. */
export interface Draws {
  readonly models: readonly string[];
  readonly seed: number;
  readonly repeats: number;
}

interface PartOptions {
  readonly setting: string;
  readonly temperature: number;
  readonly changes?: Partial<PipelineInput>;
  readonly iterations?: number;
  readonly wording?: Wording;
}

/** `pairs/xs-s`: the setting, the generator and the refiner. */
export function partName({ setting, generator, refiner }: Pick<Part, 'setting' | 'generator' | 'refiner'>): string {
  return `${setting}/${generator}-${refiner}`;
}

/** Every generator with every refiner. */
export function allPairs(models: readonly string[]): Pair[] {
  return models.flatMap((generator) => models.map((refiner) => ({ generator, refiner })));
}

/** Every model with itself. */
export function selfPairs(models: readonly string[]): Pair[] {
  return models.map((model) => ({ generator: model, refiner: model }));
}

/** The temperatures of the refiner, once, with a seed of its own: the two smallest models alone, and the second behind the first. */
export function pilotParts({ models, seed }: Draws): Part[] {
  const [first, second] = models;
  const pairs = allPairs(models.slice(0, 2)).filter((pair) => pair.refiner !== first || pair.generator !== second);
  const draws = { models, seed: seed + 1, repeats: 1 };
  return REFINER_TEMPERATURES.flatMap((temperature) =>
    partsOf(draws, pairs, { setting: pilotSetting(temperature), temperature }),
  );
}

/** The name of the pilot of one temperature. */
export function pilotSetting(temperature: number): string {
  return `pilot-${temperature}`;
}

/** The main table: all pairs, three repairs, stopped by the first pass of the visible examples. */
export function pairParts(draws: Draws, temperature: number): Part[] {
  return partsOf(draws, allPairs(draws.models), { setting: 'pairs', temperature });
}

/** What follows the main table, in the order in which it is wanted; `cross` is the best pair of two models, if there is one. */
export function furtherParts(draws: Draws, temperature: number, cross: Pair | null): Part[] {
  const { models } = draws;
  const chosen = [...selfPairs(models), ...(cross === null ? [] : [cross])];
  return [
    ...partsOf(draws, tracebackPairs(models), {
      setting: 'traceback',
      temperature,
      changes: { feedback: { detail: 'traceback' } },
    }),
    ...(['no-error', 'no-code', 'neither'] as const).flatMap((wording) =>
      partsOf(draws, allPairs(models), { setting: wording, temperature, wording, iterations: 1 }),
    ),
    ...partsOf(draws, chosen, {
      setting: 'forced',
      temperature,
      changes: { stop: { when: 'never', sameFailure: null } },
    }),
    ...partsOf(draws, chosen, { setting: 'text-only', temperature, changes: { feedback: { source: 'none' } } }),
    ...partsOf(draws, chosen, { setting: 'fresh-drafts', temperature, wording: 'neither' }),
  ];
}

function tracebackPairs(models: readonly string[]): Pair[] {
  const pairs = allPairs(models);
  const chosen = pairs.filter(({ generator, refiner }) => TRACEBACK_PAIRS.includes(`${generator}-${refiner}`));
  return chosen.length === 0 ? pairs : chosen;
}

function partsOf(draws: Draws, pairs: readonly Pair[], options: PartOptions): Part[] {
  const { setting, wording = 'full' } = options;
  const { seed, repeats } = draws;
  return pairs.map((pair) => ({ ...pair, setting, wording, seed, repeats, spec: specOf(pair, options) }));
}

/** Static repairs are off, as in the paper: what they mend would never reach a refiner. */
function specOf({ generator, refiner }: Pair, { temperature, changes, iterations = REPAIRS }: PartOptions) {
  const input: PipelineInput = {
    name: `${generator}-${refiner}`,
    generator: { model: `starter/${generator}`, temperature: GENERATOR_TEMPERATURE },
    stages: [{ iterations, refiner: { model: `starter/${refiner}`, temperature } }],
    repair: 'none',
    stop: { when: 'early', sameFailure: null },
    ...changes,
  };
  return parsePipeline(input, input.name);
}
