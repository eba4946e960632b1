import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../base/errors.ts';
import { hashOf } from '../base/hash.ts';
import { type BudgetUnit, PipelineArena } from '../evolve/arena.ts';
import { type Checkpoint, hasCheckpoint, readCheckpoint, saveCheckpoint } from '../evolve/checkpoint.ts';
import { type Genome, pipelineOf } from '../evolve/genome.ts';
import { type HeldOut, measureHeldOut } from '../evolve/held-out.ts';
import { modelsOf, type Pool } from '../evolve/pool.ts';
import { type Preference, paretoFront, preferred, type Weighed } from '../evolve/preference.ts';
import { runSearch } from '../evolve/search.ts';
import { FEWEST_TASKS, guessDifficulty, type Split, splitTasks } from '../evolve/split.ts';
import { type StrategyName, strategyNamed } from '../evolve/strategies.ts';
import type { Estimate, SearchProblem } from '../evolve/strategy.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import { Random } from '../statistics/random.ts';
import type { Task } from '../tasks/task.ts';
import type { Surroundings } from './command.ts';
import { IN_FLIGHT, type Laboratory, type LaboratoryOptions } from './laboratory.ts';
import { count, say } from './output.ts';
import { withProgress } from './progress.ts';
import { SearchTable } from './search-table.ts';

export interface SearchOptions extends LaboratoryOptions {
  readonly strategy: StrategyName;
  readonly against: readonly StrategyName[];
  readonly prefer: Preference;
  readonly feedback: 'tests' | 'examples';
  readonly seed: number;
  readonly resume?: boolean;
}

export interface Budget {
  readonly amount: number;
  readonly unit: BudgetUnit;
}

export interface SearchSetting {
  readonly budget: Budget;
  readonly pool: Pool;
  /** Folder of the search. */
  readonly out: string;
  readonly laboratory: Laboratory;
}

/** What one strategy found. */
export interface Found {
  readonly strategy: StrategyName;
  /** The champion, or what is preferred to it for its price. */
  readonly genome: Genome;
  /** The champion as the search saw it. */
  readonly champion: Estimate;
  readonly spent: number;
  readonly generation: number;
  readonly front: readonly Weighed[];
}

/** A search from beginning to end; the first of `found` is the one that was asked for, the others are what it had to beat. */
export interface Evolved {
  readonly benchmark: { readonly name: string; readonly sha256: string };
  readonly budget: Budget;
  readonly split: Split;
  readonly found: readonly Found[];
  /** The pipelines of `found`. */
  readonly specs: readonly PipelineSpec[];
  /** Null of the paper's search, which holds no task back. */
  readonly heldOut: HeldOut | null;
}

type Bench = Omit<Experiment, 'pipelines' | 'repeats'>;

/** Searches, and measures what was found on tasks that no search has seen. */
export async function runEvolve(
  setting: SearchSetting,
  options: SearchOptions,
  surroundings: Surroundings,
): Promise<Evolved> {
  const { laboratory, pool, budget } = setting;
  const { benchmark, model, sandbox } = laboratory;
  const { seed, timeout: timeoutSeconds, strategy, against } = options;
  const { signal } = surroundings;
  const bench: Bench = { benchmark, model, sandbox, seed, timeoutSeconds, signal, parallel: IN_FLIGHT };
  const split = splitFor(strategy, benchmark.tasks, seed);
  const found: Found[] = [];
  for (const name of new Set([strategy, ...against]))
    found.push(await searchBy(name, split, bench, setting, options, surroundings));
  const specs = found.map(({ strategy, genome }) => pipelineOf(genome, pool, `by ${strategy}`, options.feedback));
  const heldOut = split.heldOut.length === 0 ? null : await judge(specs, split, bench, budget);
  return { benchmark: { name: benchmark.name, sha256: benchmark.sha256 }, budget, split, found, specs, heldOut };
}

/** The paper's search holds no task back: it validates its champion on all of them. */
export function splitFor(strategy: StrategyName, tasks: readonly Task[], seed: number): Split {
  if (tasks.length < FEWEST_TASKS)
    throw new Refusal(`${count(tasks.length, 'task')} are too few to search on; take ${FEWEST_TASKS} or more`);
  if (strategy === 'paper') return { search: tasks.map((_, place) => place), selection: [], heldOut: [] };
  return splitTasks(guessDifficulty(tasks), Random.of(seed));
}

/** The part of the budget that is for the held-out tasks, and how often at most each of them is run. */
const HELD_OUT_SHARE = 0.2;
const MOST_REPEATS = 5;
const USUAL_REPEATS = 3;
/** Calls that a trial is thought to take before any was seen. */
export const USUAL_CALLS = 2;

/** What a search may spend before the held-out tasks. */
export function searchBudget({ amount }: Budget, { heldOut }: Split): number {
  return heldOut.length === 0 ? amount : (1 - HELD_OUT_SHARE) * amount;
}

/** How often the held-out tasks are run. */
export function heldOutRepeats({ amount, unit }: Budget, { heldOut }: Split): number {
  if (unit === 'hours') return USUAL_REPEATS;
  const repeats = Math.floor((HELD_OUT_SHARE * amount) / (heldOut.length * USUAL_CALLS));
  return Math.min(MOST_REPEATS, Math.max(1, repeats));
}

async function searchBy(
  name: StrategyName,
  split: Split,
  bench: Bench,
  { budget, pool, out, laboratory }: SearchSetting,
  options: SearchOptions,
  surroundings: Surroundings,
): Promise<Found> {
  const { seed, feedback: source, prefer } = options;
  const problem: SearchProblem = {
    pool,
    searchTasks: split.search,
    selectionTasks: split.selection,
    difficulty: guessDifficulty(bench.benchmark.tasks),
    budget: searchBudget(budget, split),
  };
  const folder = name === options.strategy ? out : join(out, name);
  mkdirSync(folder, { recursive: true });
  const plan = await planOf(name, problem, laboratory, options, surroundings);
  const from = options.resume && hasCheckpoint(folder) ? readCheckpoint(folder, plan) : null;
  const paid = new Set(from?.paid);
  const arena = new PipelineArena({ experiment: bench, pool, source, unit: budget.unit, paid });
  const table = new SearchTable(folder, name, budget.unit, surroundings.isJson ? null : say);
  const strategy = strategyNamed(name);
  const end = await runSearch(strategy, {
    ...{ problem, seed, arena, from: from?.state },
    onBatch(state, standing) {
      saveCheckpoint(folder, { plan, state, paid: [...paid] });
      table.add(standing);
    },
  });
  table.end();
  const champion = strategy.champion(problem, end.strategy);
  if (champion === null) throw new Refusal(`${budget.amount} ${budget.unit} pay for no trial; give a larger budget`);
  const records = new Map(Object.entries(end.records));
  const { spent, generation } = strategy.standing(problem, end.strategy);
  const genome = preferred(prefer, champion, records);
  return { strategy: name, genome, champion, spent, generation, front: paretoFront(records.values()) };
}

/** All that decides what a search does, for its checkpoint. */
async function planOf(
  strategy: StrategyName,
  { pool, budget, ...tasks }: SearchProblem,
  { benchmark, model }: Laboratory,
  { seed, feedback, timeout }: SearchOptions,
  { signal }: Surroundings,
): Promise<Checkpoint['plan']> {
  const identities = modelsOf(pool).map(async (name) => [name, (await model(name).identity?.(signal)) ?? null]);
  return {
    ...{ strategy, seed, feedback, timeout, budget },
    pool: hashOf(pool),
    models: hashOf(await Promise.all(identities)),
    benchmark: hashOf([benchmark.sha256, benchmark.tasks.map(({ prompt }) => prompt), tasks]),
  };
}

/** Each champion on the tasks that no search has seen, once and for all. */
function judge(pipelines: readonly PipelineSpec[], split: Split, bench: Bench, budget: Budget): Promise<HeldOut> {
  const repeats = heldOutRepeats(budget, split);
  const total = pipelines.length * repeats * split.heldOut.length;
  return withProgress('held-out trials', total, (step) =>
    measureHeldOut({ ...bench, pipelines, repeats }, split.heldOut, () => step.tick()),
  );
}
