import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../../base/errors.ts';
import { hashOf } from '../../base/hash.ts';
import { type Arena, PipelineArena } from '../../evolve/arena.ts';
import { type Checkpoint, hasCheckpoint, readCheckpoint, saveCheckpoint } from '../../evolve/checkpoint.ts';
import { type Genome, genomeHash, pipelineOf } from '../../evolve/genome.ts';
import { type HeldOut, measureHeldOut } from '../../evolve/held-out.ts';
import type { Score } from '../../evolve/pareto.ts';
import { modelsOf, type Pool } from '../../evolve/pool.ts';
import { frontOf, type Preference, preferred } from '../../evolve/preference.ts';
import { beginSearch, runSearch } from '../../evolve/search.ts';
import { guessDifficulty, type Split } from '../../evolve/split.ts';
import { type StrategyName, strategyNamed } from '../../evolve/strategies.ts';
import type { Estimate, SearchProblem } from '../../evolve/strategy.ts';
import type { PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import type { TrialSettings } from '../../runs/run-trial.ts';
import type { RunServices } from '../../runs/services.ts';
import type { ServicesOptions } from '../bench/with-services.ts';
import type { Surroundings } from '../command.ts';
import { say } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { type Budget, heldOutRepeats, searchBudget, splitFor } from './evolve-budget.ts';
import { SearchTable } from './search-table.ts';

export interface SearchOptions extends ServicesOptions {
  readonly strategy: StrategyName;
  readonly against: readonly StrategyName[];
  readonly prefer: Preference;
  readonly feedback: 'tests' | 'examples';
  readonly seed: number;
  readonly resume?: boolean;
}

export interface SearchSetting {
  readonly budget: Budget;
  readonly pool: Pool;
  /** Folder of the search. */
  readonly out: string;
  readonly services: RunServices;
}

/** What one strategy found. */
export interface Found {
  readonly strategy: StrategyName;
  /** The champion, or what is preferred to it for its price. */
  readonly genome: Genome;
  /** The champion as the search saw it. */
  readonly champion: Estimate;
  readonly spent: number;
  /** Of model and sandbox, what a trial of the genome took on average. */
  readonly seconds: number;
  readonly generation: number;
  readonly front: readonly Score[];
}

/** A search from beginning to end; the first of `found` is the one that was asked for, the others are what it had to beat. */
export interface Evolved {
  readonly benchmark: { readonly name: string; readonly sha256: string };
  readonly budget: Budget;
  readonly split: Split;
  readonly found: readonly Found[];
  /** The pipelines of `found`. */
  readonly specs: readonly PipelineSpec[];
  /** Null where no task was held back. */
  readonly heldOut: HeldOut | null;
}

/** Searches, and measures what was found on tasks that no search has seen. */
export async function runEvolve(
  setting: SearchSetting,
  options: SearchOptions,
  surroundings: Surroundings,
): Promise<Evolved> {
  const { services, pool, budget } = setting;
  const { benchmark } = services;
  const { strategy, against } = options;
  const split = splitFor(options, benchmark.tasks);
  const found: Found[] = [];
  for (const name of new Set([strategy, ...against]))
    found.push(await searchBy(name, split, setting, options, surroundings));
  const specs = found.map(({ strategy, genome }) => pipelineOf(genome, pool, `by ${strategy}`, options.feedback));
  const heldOut = split.heldOut.length === 0 ? null : await judge(found, specs, split, setting, options, surroundings);
  return { benchmark: { name: benchmark.name, sha256: benchmark.sha256 }, budget, split, found, specs, heldOut };
}

async function searchBy(
  name: StrategyName,
  split: Split,
  { budget, pool, out, services }: SearchSetting,
  options: SearchOptions,
  surroundings: Surroundings,
): Promise<Found> {
  const { seed, feedback: source, prefer } = options;
  const problem: SearchProblem = {
    pool,
    searchTasks: split.search,
    selectionTasks: split.selection,
    difficulty: guessDifficulty(services.benchmark.tasks),
    budget: searchBudget(budget, split),
  };
  const folder = name === options.strategy ? out : join(out, name);
  mkdirSync(folder, { recursive: true });
  const plan = await planOf(name, { problem, unit: budget.unit }, services, options, surroundings);
  const strategy = strategyNamed(name);
  const begun = { plan, state: beginSearch(strategy, problem, seed), paid: [], history: 0 };
  const from = options.resume && hasCheckpoint(folder) ? readCheckpoint(folder, plan) : begun;
  const paid = new Set(from.paid);
  const { signal } = surroundings;
  const trials = { services, settings: settingsOf(options), signal, pool, source, paid };
  const inner = new PipelineArena({ ...trials, unit: budget.unit, remedy: remedyFor(out) });
  const aloud = surroundings.isJson ? null : say;
  const table = new SearchTable({ folder, title: name, unit: budget.unit, kept: from.history, say: aloud });
  // From here on there is something to resume.
  if (from === begun) saveCheckpoint(folder, begun);
  const end = await runSearch(strategy, {
    ...{ problem, seed, arena: withTicks(inner), from: from.state },
    onBatch(state, standing) {
      table.add(standing);
      saveCheckpoint(folder, { plan, state, paid: [...paid], history: table.size });
    },
  });
  table.end();
  const champion = strategy.champion(problem, end.strategy);
  if (champion === null) throw new Refusal(`${budget.amount} ${budget.unit} pay for no trial; give a larger budget`);
  const records = new Map(Object.entries(end.records));
  const { spent, generation } = strategy.standing(problem, end.strategy);
  const genome = preferred(prefer, champion, records);
  const own = records.get(genomeHash(genome));
  const seconds = own === undefined ? 0 : own.seconds / own.trials;
  return { strategy: name, genome, champion, spent, seconds, generation, front: frontOf(records.values()) };
}

function remedyFor(out: string): string {
  return `nothing is lost: mend that and go on with the same words and --resume --out ${out}`;
}

/** The arena with a sign of life where a batch takes long. */
function withTicks(arena: PipelineArena): Arena {
  return {
    run: (wanted) =>
      withProgress('trials of this batch', wanted.length, (step) => arena.run(wanted, () => step.tick()), {
        isPassing: true,
      }),
  };
}

/** All that decides what a search does, for its checkpoint. */
async function planOf(
  strategy: StrategyName,
  {
    problem: { pool, budget, selectionTasks },
    unit,
  }: { readonly problem: SearchProblem; readonly unit: Budget['unit'] },
  { benchmark, model }: RunServices,
  { seed, feedback, timeout }: SearchOptions,
  { signal }: Surroundings,
): Promise<Checkpoint['plan']> {
  const identities = modelsOf(pool).map(async (name) => [name, (await model(name).identity?.(signal)) ?? null]);
  return {
    ...{ strategy, seed, feedback, timeout, budget: `${budget} ${unit}` },
    pool: hashOf(pool),
    models: hashOf(await Promise.all(identities)),
    benchmark: hashOf([benchmark.sha256, benchmark.tasks.map(({ prompt }) => prompt)]),
    // With the seed and the benchmark it says which tasks are which.
    validation: selectionTasks.length === 0 ? 'on all tasks' : 'on tasks held back',
  };
}

/** Each champion on the tasks that no search has seen, once and for all. */
function judge(
  found: readonly Found[],
  pipelines: readonly PipelineSpec[],
  split: Split,
  { budget, out, services }: SearchSetting,
  options: SearchOptions,
  { signal }: Surroundings,
): Promise<HeldOut> {
  const slowest = Math.max(...found.map(({ seconds }) => seconds));
  const repeats = heldOutRepeats(budget, split, slowest) ?? 1;
  const total = pipelines.length * repeats * split.heldOut.length;
  const plan = { ...settingsOf(options), pipelines, repeats };
  return withProgress('held-out trials', total, (step) =>
    measureHeldOut(plan, services, split.heldOut, { remedy: remedyFor(out), onTrial: () => step.tick(), signal }),
  );
}

function settingsOf({ seed, timeout: timeoutSeconds }: SearchOptions): TrialSettings {
  return { seed, timeoutSeconds };
}
