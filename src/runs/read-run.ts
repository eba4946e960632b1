import { z } from 'zod';
import { Refusal } from '../base/errors.ts';
import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import type { MeasuredRun } from './read-run-folder.ts';
import { parsePlan, type RunPlan } from './run-plan.ts';
import type { RunState, RunStore, StoredRun } from './run-store.ts';
import type { Trial, TrialOutcome } from './trial.ts';
import { parseTrial } from './trial.ts';
import { factsOf } from './trial-facts.ts';

/** A kept run in short. */
export interface RunListing {
  readonly id: string;
  /** When it was begun, the last time (ISO 8601, UTC). */
  readonly started: string;
  readonly state: RunState;
  /** Null where another version of greenloop wrote it. */
  readonly plan: RunPlan | null;
  readonly outcomes: Readonly<Partial<Record<TrialOutcome, number>>>;
}

/** A kept run, whole. */
export interface ReadRun {
  readonly id: string;
  readonly started: string;
  readonly state: RunState;
  readonly plan: RunPlan;
  /** As the greenloop that measured wrote it; null where the run has not ended once. */
  readonly summary: KeptSummary | null;
  readonly specs: readonly PipelineSpec[];
  /** By repeat, pipeline and task, as the plan has them; fewer than planned where it was stopped. */
  readonly trials: readonly Trial[];
}

/** All kept runs, the newest first. */
export function listRuns(store: RunStore): RunListing[] {
  return store.list().map(({ id, started, state, plan, outcomes }) => ({
    id,
    started,
    state,
    plan: parsePlan(plan),
    outcomes,
  }));
}

/** The ids of the runs that words mean: an id, the unique beginning of one, or `last`; each once. Throws a Refusal. */
export function findRuns(store: RunStore, words: readonly string[]): string[] {
  const runs = store.list();
  return [...new Set(words.map((word) => findRun(runs, word).id))];
}

/** Reads the run that a word means: an id, the unique beginning of one, or `last`. Throws a Refusal. */
export function readRun(store: RunStore, word: string): ReadRun {
  const { id, started, state, plan: planText, summary } = findRun(store.list(), word);
  const plan = parsePlan(planText);
  if (plan === null) throw unreadable(id);
  const trials = Array.from(store.trials(id), (text) => parseTrial(text) ?? raise(unreadable(id)));
  return {
    id,
    started,
    state,
    plan,
    summary: summary === null ? null : parseSummary(summary, id),
    specs: plan.pipelines,
    trials: inOrder(trials, plan),
  };
}

/** A kept run as the analyses take it; of one that has not ended, what there is. */
export function measuredRunOf({ plan, state, summary, specs, trials }: ReadRun): MeasuredRun {
  const { benchmark, tasks, repeats, seed } = plan;
  const planned = { ...benchmark, tasks: tasks.length, hiddenTests: summary?.benchmark?.hiddenTests ?? null };
  return {
    specs,
    trials: trials.map(factsOf),
    summary: { benchmark: planned, repeats, seed, complete: state === 'complete' },
  };
}

function findRun(runs: readonly StoredRun[], word: string): StoredRun {
  const [newest] = runs;
  if (newest === undefined) throw new Refusal('the ledger holds no run yet; make one with greenloop bench');
  if (word === 'last') return newest;
  const exact = runs.find(({ id }) => id === word);
  // No word at all, as of a variable that is not set, is the beginning of none.
  const begun = exact === undefined ? runs.filter(({ id }) => word !== '' && id.startsWith(word)) : [exact];
  const [found, other] = begun;
  if (found === undefined) {
    throw new Refusal(
      `no run is ${JSON.stringify(word)}; greenloop runs lists what there is, the newest is ${newest.id}`,
    );
  }
  if (other === undefined) return found;
  throw new Refusal(
    `${begun.length} runs begin with ${JSON.stringify(word)}, such as ${found.id} and ${other.id}; write more of the id`,
  );
}

/** What is read of it. */
const keptSummary = z.looseObject({
  benchmark: z.looseObject({ hiddenTests: z.int().min(0).nullable() }).optional(),
});

type KeptSummary = z.output<typeof keptSummary>;

function parseSummary(json: string, run: string): KeptSummary {
  try {
    return keptSummary.parse(JSON.parse(json));
  } catch {
    throw unreadable(run);
  }
}

function inOrder(trials: readonly Trial[], { pipelines, tasks }: RunPlan): Trial[] {
  const pipelinePlace = new Map(pipelines.map(({ name }, index) => [name, index]));
  const taskPlace = new Map(tasks.map(({ id }, index) => [id, index]));
  const places = ({ pipeline, trace }: Trial) => [
    trace.repeat,
    pipelinePlace.get(pipeline) ?? 0,
    taskPlace.get(trace.taskId) ?? 0,
  ];
  const difference = (one: readonly number[], other: readonly number[]) =>
    one.map((place, index) => place - (other[index] ?? 0)).find((distance) => distance !== 0) ?? 0;
  return trials.toSorted((one, other) => difference(places(one), places(other)));
}

function unreadable(id: string): Refusal {
  return new Refusal(`the run ${id} was kept by another version of greenloop; read it with that one, or measure again`);
}

function raise(error: Error): never {
  throw error;
}
