import assert from 'node:assert/strict';
import fc from 'fast-check';
import { deriveSeed } from '../../src/base/hash.ts';
import { type Genome, genomeHash, type RoleGene, type StageGene } from '../../src/evolve/genome.ts';
import { Innovations } from '../../src/evolve/innovation.ts';
import { PAPER_GENES, type Pool, type PoolInput, parsePool } from '../../src/evolve/pool.ts';
import type { Outcome, SearchProblem, Strategy, Wanted } from '../../src/evolve/strategy.ts';
import type { VariationContext } from '../../src/evolve/variation.ts';
import { Random } from '../../src/statistics/random.ts';

export function ownPool(input: Partial<PoolInput> = {}): Pool {
  return parsePool({ models: ['own/a', 'own/b', 'own/c'], ...input }, 'test');
}

/** The smallest pool there is. */
export const SINGLE = ownPool({
  models: ['own/a'],
  prompts: { generator: ['default'], analyzer: ['default'], refiner: ['default'] },
  temperatures: { from: 0.3, to: 0.3 },
  drafts: 0,
  stages: 0,
  iterations: 1,
});

export const pools: fc.Arbitrary<Pool> = fc
  .record({
    models: fc.subarray(['own/a', 'own/b', 'own/c'], { minLength: 1 }),
    prompts: fc.record({
      generator: fc.subarray(['default', 'careful', { text: 'Write.' }] as const, { minLength: 1 }),
      analyzer: fc.subarray(['default', 'trace'] as const, { minLength: 1 }),
      refiner: fc.subarray(['default', 'minimal', { text: 'Repair.' }] as const, { minLength: 1 }),
    }),
    temperatures: fc.constantFrom(undefined, { from: 0.3, to: 0.3 }, { from: 0, to: 1, step: 0.3 }),
    drafts: fc.integer({ min: 0, max: 3 }),
    stages: fc.integer({ min: 0, max: 3 }),
    iterations: fc.integer({ min: 1, max: 3 }),
    policies: fc.record({
      detail: fc.subarray(['values', 'traceback'] as const, { minLength: 1 }),
      repair: fc.subarray(['all', 'none', ['context']] as const, { minLength: 1 }),
      conversation: fc.subarray(['fresh', 'continued'] as const, { minLength: 1 }),
      select: fc.subarray(['examples', 'agreement'] as const, { minLength: 1 }),
      onUnchanged: fc.subarray(['continue', 'redraw', 'stop'] as const, { minLength: 1 }),
      from: fc.subarray(['best', 'last'] as const, { minLength: 1 }),
      cut: fc.subarray([true, false], { minLength: 1 }),
    }),
  })
  .map((input) => ownPool(input as unknown as PoolInput));

export function contextOf(pool: Pool, seed: number): VariationContext {
  return { pool, random: Random.of(seed), innovations: Innovations.none() };
}

export function role(model: string, change: Partial<RoleGene> = {}): RoleGene {
  return { model: `own/${model}`, prompt: 'default', temperature: 0.3, ...change };
}

export function stage(innovation: number, change: Partial<StageGene> = {}): StageGene {
  return { innovation, iterations: 2, analyzer: null, refiner: role('a'), ...change };
}

export function genome(stages: readonly StageGene[] = [], change: Partial<Genome> = {}): Genome {
  const policies = { detail: 'values', repair: 'all', conversation: 'fresh', ...PAPER_GENES } as const;
  return { generator: role('a'), drafts: null, stages, policies, ...change };
}

export function ownProblem(change: Partial<SearchProblem> = {}): SearchProblem {
  const tasks = Array.from({ length: 60 }, (_, task) => task);
  return {
    pool: ownPool(),
    searchTasks: tasks.filter((task) => task % 3 !== 0),
    selectionTasks: tasks.filter((task) => task % 3 === 0),
    difficulty: tasks.map((task) => task / 60),
    budget: Number.POSITIVE_INFINITY,
    unit: 'calls',
    ...change,
  };
}

/** What comes of a trial: always the same of the same trial. */
export type Arena = (wanted: Wanted) => Outcome;

/** An arena in which a genome solves a task with this chance. */
export function arenaOf(chance: (genome: Genome, task: number) => number, cost = 1): Arena {
  return ({ genome: tried, task, repeat }) => {
    const drawn = Random.of(deriveSeed(genomeHash(tried), task, repeat)).uniform();
    const solved = drawn < chance(tried, task);
    return { solved, drafts: 1, iterations: solved ? 0 : tried.stages.length, tokens: 10, seconds: 1, cost };
  };
}

export interface Told<State> {
  readonly states: readonly State[];
  readonly asked: readonly (readonly Wanted[])[];
  readonly last: State;
}

/** Runs a search to its end; `keep` is what happens to a state between two batches. */
export function runSearch<State>(
  strategy: Strategy<State>,
  problem: SearchProblem,
  arena: Arena,
  { seed = 1, keep = (state: State): State => state } = {},
): Told<State> {
  const states = [strategy.start(problem, seed)];
  const asked: (readonly Wanted[])[] = [];
  for (;;) {
    const last = states.at(-1) as State;
    const wanted = strategy.ask(problem, last);
    if (wanted.length === 0) return { states, asked, last };
    asked.push(wanted);
    states.push(keep(strategy.tell(problem, last, wanted.map(arena))));
  }
}

/** Asserts that of so many draws an event of this chance came about as often as it may: within four standard deviations. */
export function assertChance(hits: number, draws: number, chance: number, what = 'event'): void {
  const [expected, allowed] = [draws * chance, 4 * Math.sqrt(draws * chance * (1 - chance))];
  assert.ok(Math.abs(hits - expected) <= allowed, `${what}: ${hits} of ${draws}, expected ${expected} +- ${allowed}`);
}
