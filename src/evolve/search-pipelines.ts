import { join } from 'node:path';
import { Refusal } from '../base/errors.ts';
import { hashOf } from '../base/hash.ts';
import type { FeedbackSource, PipelineSpec } from '../pipeline/pipeline-spec.ts';
import type { RunServices } from '../runs/services.ts';
import type { Task } from '../tasks/task.ts';
import { type Arena, PipelineArena } from './arena.ts';
import { type Budget, heldOutRepeats, searchBudget, splitFor } from './budget.ts';
import { type Checkpoint, hasCheckpoint, readCheckpoint, refuseOtherSearch, saveCheckpoint } from './checkpoint.ts';
import { writeFindings } from './finding-files.ts';
import type { Finding, Findings } from './findings.ts';
import { genomeHash, pipelineOf } from './genome.ts';
import { type HeldOut, measureAgain, measureHeldOut } from './held-out.ts';
import { plainPipelines } from './plain-pipelines.ts';
import { modelsOf, type Pool } from './pool.ts';
import { frontOf, type Preference, preferred } from './preference.ts';
import { beginSearch, type GenomeRecord, runSearch, type SearchState } from './search.ts';
import { SearchFolder } from './search-folder.ts';
import { SearchHistory } from './search-history.ts';
import { guessDifficulty, type Split } from './split.ts';
import { type StrategyName, strategyNamed } from './strategies.ts';
import type { SearchProblem, Standing } from './strategy.ts';

/** What to search, how, and where its files go. */
export interface SearchRequest {
  readonly pool: Pool;
  /** For each strategy, its held-out trials included. */
  readonly budget: Budget;
  readonly strategy: StrategyName;
  /** Strategies to beat, each with the same budget. */
  readonly against: readonly StrategyName[];
  readonly prefer: Preference;
  /** What repairs are told of. */
  readonly feedback: Exclude<FeedbackSource, 'none'>;
  readonly seed: number;
  readonly timeoutSeconds: number;
  /** Held while the search writes it; the strategies of `against` have folders in it. */
  readonly folder: string;
  /** True goes on with the search in the folder, false begins one. */
  readonly resume: boolean;
}

/** A part of a search that takes long. */
export type SearchPart = 'search batch' | 'held-out trials' | 'trials of the champion';

/** What a search tells while it is at work. */
export interface SearchWatch {
  /** A strategy begins or goes on. */
  readonly onStart: (strategy: StrategyName) => void;
  /** After each batch of the strategy that was started last. */
  readonly onStanding: (standing: Standing) => void;
  readonly onEnd: (strategy: StrategyName) => void;
  /** Runs a part of so many trials and gives back what it comes to; the part calls `onTrial` after each. */
  readonly progress: <Value>(
    part: SearchPart,
    trials: number,
    run: (onTrial: () => void) => Promise<Value>,
  ) => Promise<Value>;
}

const NO_WATCH: SearchWatch = {
  onStart: () => {},
  onStanding: () => {},
  onEnd: () => {},
  progress: (_part, _trials, run) => run(() => {}),
};

/** All that the steps of one search share. */
interface Setting {
  readonly request: SearchRequest;
  readonly services: RunServices;
  readonly watch: SearchWatch;
  readonly signal: AbortSignal | undefined;
  readonly split: Split;
}

/**
 * Searches the pool for the best pipeline, measures what was found on tasks that no search has seen, and writes the files of the search.
 * Throws when aborted, and a Refusal where something broke or another process writes the folder; a search that has begun can be resumed.
 */
export async function searchPipelines(
  request: SearchRequest,
  services: RunServices,
  watch: Partial<SearchWatch> = {},
  signal?: AbortSignal,
): Promise<Findings> {
  const split = splitFor(request, guessDifficulty(services.benchmark.tasks));
  const setting = { request, services, watch: { ...NO_WATCH, ...watch }, signal, split };
  return withFolder(request.folder, async (folder) => {
    refuseOtherSearch(request.folder, request.resume);
    const findings = await searchAndMeasure(setting, folder);
    folder.refuseLost();
    writeFindings(request.folder, findings);
    return findings;
  });
}

async function withFolder<Value>(path: string, work: (folder: SearchFolder) => Promise<Value>): Promise<Value> {
  const folder = new SearchFolder(path);
  try {
    return await work(folder);
  } finally {
    folder.release();
  }
}

async function searchAndMeasure(setting: Setting, folder: SearchFolder): Promise<Findings> {
  const { request, services, split } = setting;
  const { strategy, against, budget, pool, feedback } = request;
  const found: Found[] = [await searchBy(strategy, setting, folder)];
  for (const name of new Set(against)) {
    if (name === strategy) continue;
    const search = (own: SearchFolder) => searchBy(name, setting, own);
    found.push(await withFolder(join(request.folder, name), search));
  }
  const specs = found.map((own) => pipelineOf(own.genome, pool, `by ${own.strategy}`, feedback));
  const plain = split.heldOut.length === 0 ? [] : plainPipelines(pool, feedback);
  const repeats = split.heldOut.length === 0 ? 0 : repeatsOf(found, setting);
  const measured: Finding[] = [];
  for (const own of found) {
    const { firstRepeat: _, ...finding } = own;
    measured.push({ ...finding, again: repeats === 0 ? null : await again(own, repeats, setting) });
  }
  const heldOut = repeats === 0 ? null : await measure([...specs, ...plain], repeats, setting);
  const { name, sha256 } = services.benchmark;
  const taskIds = idsOf(split, services.benchmark.tasks);
  return { benchmark: { name, sha256 }, budget, split, taskIds, found: measured, specs, plain, heldOut };
}

function idsOf({ search, selection, heldOut }: Split, tasks: readonly Task[]): Findings['taskIds'] {
  const ids = (places: readonly number[]) => places.flatMap((place) => tasks[place]?.prompt.id ?? []);
  return { search: ids(search), selection: ids(selection), heldOut: ids(heldOut) };
}

async function searchBy(name: StrategyName, setting: Setting, folder: SearchFolder): Promise<Found> {
  const { request, watch } = setting;
  const problem = problemOf(setting);
  const strategy = strategyNamed(name);
  const begun = {
    plan: await checkpointPlan(name, problem, setting),
    state: beginSearch(strategy, problem, request.seed),
    paid: [],
    history: 0,
  };
  const from = request.resume && hasCheckpoint(folder.path) ? readCheckpoint(folder.path, begun.plan) : begun;
  const history = new SearchHistory(folder.path, from.history);
  // From here on there is something to resume.
  if (from === begun) saveCheckpoint(folder.path, begun);
  watch.onStart(name);
  const end = await runFrom(from, { strategy: name, problem, folder, history }, setting);
  watch.onEnd(name);
  return findingOf(name, problem, end, request);
}

function problemOf({ request: { pool, budget }, services, split }: Setting): SearchProblem {
  return {
    pool,
    searchTasks: split.search,
    selectionTasks: split.selection,
    difficulty: guessDifficulty(services.benchmark.tasks),
    budget: searchBudget(budget, split),
    unit: budget.unit,
  };
}

interface StrategySearch {
  readonly strategy: StrategyName;
  readonly problem: SearchProblem;
  readonly folder: SearchFolder;
  readonly history: SearchHistory;
}

/** Runs one strategy from a checkpoint to its end, and keeps a checkpoint after each batch. */
function runFrom(
  { plan, state: from, paid: before }: Checkpoint,
  { strategy, problem, folder, history }: StrategySearch,
  setting: Setting,
): Promise<SearchState> {
  const { seed } = setting.request;
  const paid = new Set(before);
  return runSearch(strategyNamed(strategy), {
    ...{ problem, seed, arena: arenaOf(setting, paid), from },
    onBatch(state, standing) {
      folder.refuseLost();
      history.add(standing);
      saveCheckpoint(folder.path, { plan, state, paid: [...paid], history: history.size });
      setting.watch.onStanding(standing);
    },
  });
}

/** An arena of pipelines that shows the progress of each batch. */
function arenaOf({ request, services, watch, signal }: Setting, paid: Set<string>): Arena {
  const { pool, feedback: source, budget, folder } = request;
  const settings = settingsOf(request);
  const arena = new PipelineArena({
    ...{ services, settings, signal, pool, source, paid },
    unit: budget.unit,
    remedy: remedyFor(folder),
  });
  return {
    run: (wanted) => watch.progress('search batch', wanted.length, (onTrial) => arena.run(wanted, onTrial)),
  };
}

function findingOf(
  name: StrategyName,
  problem: SearchProblem,
  end: SearchState,
  { prefer, budget }: SearchRequest,
): Found {
  const strategy = strategyNamed(name);
  const champion = strategy.champion(problem, end.strategy);
  if (champion === null)
    throw new Refusal(`a budget of ${budget.amount} ${budget.unit} is too small for one trial; give a larger budget`);
  const records = new Map(Object.entries(end.records));
  const { spent, generation } = strategy.standing(problem, end.strategy);
  const genome = preferred(prefer, champion, records);
  const own = records.get(genomeHash(genome));
  const seconds = own === undefined ? 0 : own.seconds / own.trials;
  const all = [...records.values()];
  const sum = (value: (record: GenomeRecord) => number) => all.reduce((total, record) => total + value(record), 0);
  return {
    ...{ strategy: name, genome, champion, spent, seconds, generation, front: frontOf(all) },
    ...{ trials: sum(({ trials }) => trials), tokens: sum(({ tokens }) => tokens) },
    firstRepeat: records.get(genomeHash(champion.genome))?.repeats ?? 0,
  };
}

function remedyFor(folder: string): string {
  return `nothing is lost: fix that and continue the search in ${folder}`;
}

/** All that decides what a search does, for its checkpoint. */
async function checkpointPlan(
  strategy: StrategyName,
  { pool, budget, selectionTasks }: SearchProblem,
  { request, services: { benchmark, model }, signal }: Setting,
): Promise<Checkpoint['plan']> {
  const { seed, feedback, timeoutSeconds: timeout } = request;
  const identities = modelsOf(pool).map(async (name) => [name, (await model(name).identity?.(signal)) ?? null]);
  return {
    ...{ strategy, seed, feedback, timeout, budget: `${budget} ${request.budget.unit}` },
    pool: hashOf(pool),
    models: hashOf(await Promise.all(identities)),
    benchmark: hashOf([benchmark.sha256, benchmark.tasks.map(({ prompt }) => prompt)]),
    // With the seed and the benchmark it says which tasks are which.
    validation: selectionTasks.length === 0 ? 'on all tasks' : 'on selection tasks',
  };
}

/** What a strategy found, before its champion is measured again. */
type Found = Omit<Finding, 'again'> & { readonly firstRepeat: number };

/** The champion in new draws on the tasks of its search score, of which the difference to that score is the search's own doing. */
async function again(
  { strategy, champion, firstRepeat }: Found,
  repeats: number,
  { request, services, split, watch, signal }: Setting,
): Promise<Finding['again']> {
  const isOnAll = strategyNamed(strategy).searchesAllTasks === true;
  const places = isOnAll ? [...split.search, ...split.selection] : split.selection;
  const { pool, feedback } = request;
  const spec = pipelineOf(champion.genome, pool, `by ${strategy}`, feedback);
  const measured = await watch.progress('trials of the champion', repeats * places.length, (onTrial) =>
    measureAgain({ spec, firstRepeat, repeats }, settingsOf(request), services, {
      ...{ places, onTrial, remedy: remedyFor(request.folder) },
      ...(signal !== undefined && { signal }),
    }),
  );
  const share = measured?.passRateHere ?? measured?.passRate ?? null;
  return share === null ? null : { solved: share.mean, low: share.low, high: share.high };
}

/** How often the held-out tasks are run, and those of each champion's score again. */
function repeatsOf(found: readonly Found[], { request, split }: Setting): number {
  const slowest = Math.max(...found.map(({ seconds }) => seconds));
  return heldOutRepeats(request.budget, split, slowest) ?? 1;
}

/** Measures each champion and the plain pipelines on the held-out tasks, once. */
function measure(
  pipelines: readonly PipelineSpec[],
  repeats: number,
  { request, services, split, watch, signal }: Setting,
): Promise<HeldOut> {
  const total = pipelines.length * repeats * split.heldOut.length;
  const plan = { ...settingsOf(request), pipelines, repeats };
  const remedy = remedyFor(request.folder);
  return watch.progress('held-out trials', total, (onTrial) =>
    measureHeldOut(plan, services, split.heldOut, { remedy, onTrial, ...(signal !== undefined && { signal }) }),
  );
}

function settingsOf({ seed, timeoutSeconds }: SearchRequest) {
  return { seed, timeoutSeconds };
}
