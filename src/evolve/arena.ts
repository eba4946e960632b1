import { type Choice, Refusal } from '../base/errors.ts';
import { hashOf } from '../base/hash.ts';
import type { Role } from '../models/model.ts';
import type { FeedbackSource } from '../pipeline/pipeline-spec.ts';
import type { NamedCompletion, Trace } from '../pipeline/trace.ts';
import type { TrialSettings } from '../runs/run-trial.ts';
import type { RunServices } from '../runs/services.ts';
import { runTrials } from '../runs/start-run.ts';
import { keyOfTrial, outcomeOf, type Trial, trialKey } from '../runs/trial.ts';
import { factsOf } from '../runs/trial-facts.ts';
import { draftStagesOf, type Genome, genomeHash, pipelineOf } from './genome.ts';
import type { Pool } from './pool.ts';
import type { BudgetUnit, Outcome, Wanted } from './strategy.ts';

/** Where genomes are tried. */
export interface Arena {
  /** Outcomes in the order of what was wanted; what is wanted twice is run once. Throws when aborted, and as soon as something broke. */
  run(wanted: readonly Wanted[]): Promise<Outcome[]>;
}

/** What an arena of pipelines needs. */
export interface PipelineArenaOptions {
  readonly services: RunServices;
  readonly settings: TrialSettings;
  readonly signal?: AbortSignal | undefined;
  readonly pool: Pool;
  readonly source: Exclude<FeedbackSource, 'none'>;
  readonly unit: BudgetUnit;
  /** Keys of the calls that the search has paid for; it grows. */
  readonly paid: Set<string>;
  /** What to do where something broke. */
  readonly remedy: string;
}

/**
 * Runs genomes as pipelines on tasks. The first of several trials that share a call (the same draft, say) pays for it, whatever the
 * ledger holds, so that a search costs the same when it is run again.
 */
export class PipelineArena implements Arena {
  readonly #options: PipelineArenaOptions;

  constructor(options: PipelineArenaOptions) {
    this.#options = options;
  }

  async run(wanted: readonly Wanted[], onTrial?: () => void): Promise<Outcome[]> {
    const { services, settings, pool, source, remedy, signal } = this.#options;
    const { tasks } = services.benchmark;
    const planned = new Map(wanted.map((one) => [keyOf(one), one]));
    const specs = new Map(wanted.map(({ genome }) => [genomeHash(genome), genome]));
    const pipelines = new Map([...specs].map(([hash, genome]) => [hash, pipelineOf(genome, pool, hash, source)]));
    const trials = new Map<string, Trial>();
    const plan = [...planned.values()].map(({ genome, task, repeat }) => ({
      spec: pipelines.get(genomeHash(genome))!,
      task: tasks[task]!,
      repeat,
    }));
    for await (const event of runTrials(plan, settings, services, signal)) {
      if (event.kind !== 'trial-ended') continue;
      refuseFault(event.trial, remedy);
      trials.set(keyOfTrial(event.trial), event.trial);
      onTrial?.();
    }
    const outcomes = wanted.map((one) => {
      const { prompt } = tasks[one.task]!;
      return this.#outcome(one, trials.get(trialKey(genomeHash(one.genome), prompt.id, one.repeat))!);
    });
    if (this.#options.unit === 'hours') refuseNoTime([...trials.values()]);
    return outcomes;
  }

  #outcome({ genome, task, repeat }: Wanted, trial: Trial): Outcome {
    const { trace } = trial;
    const fresh = this.#unpaid(callKeys(genome, trace, [task, repeat]));
    const drafts = trace.attempts.filter(({ stage }) => isDrafting(genome, stage)).length;
    const calls = trace.attempts.flatMap(({ completions }) => completions).filter((_, index) => fresh[index]);
    return {
      solved: outcomeOf(trial) === 'passed',
      drafts: Math.max(1, drafts),
      iterations: trace.attempts.length - drafts,
      tokens: trace.cost.promptTokens + trace.cost.completionTokens,
      seconds: trace.cost.seconds,
      cost: this.#options.unit === 'calls' ? calls.length : hoursOf(calls),
    };
  }

  #unpaid(keys: readonly string[]): boolean[] {
    const { paid } = this.#options;
    return keys.map((key) => {
      const isNew = !paid.has(key);
      paid.add(key);
      return isNew;
    });
  }
}

function keyOf({ genome, task, repeat }: Wanted): string {
  return JSON.stringify([genomeHash(genome), task, repeat]);
}

/** One key a call: two trials of a task and repeat share a call where all genes that led to it are the same. */
function callKeys(genome: Genome, { attempts }: Trace, place: readonly number[]): string[] {
  let key = hashOf(place);
  return attempts.flatMap(({ stage, completions }) =>
    completions.map(({ role }) => {
      key = hashOf([key, role, geneOf(genome, stage, role), isDrafting(genome, stage) ? null : genome.policies]);
      key = key.slice(0, 20);
      return key;
    }),
  );
}

/** Whether a stage of the genome's pipeline, null for the first draft, comes before the repairs. */
function isDrafting(genome: Genome, stage: number | null): boolean {
  return stage === null || stage < draftStagesOf(genome).length;
}

/** What a call was made with: a draft in the place of a repair is one by the generator. */
function geneOf(genome: Genome, stage: number | null, role: Role): unknown {
  const { generator, drafts, stages } = genome;
  if (stage !== null && isDrafting(genome, stage)) return { ...generator, temperature: drafts?.temperature };
  const own = stage === null ? undefined : stages[stage - draftStagesOf(genome).length];
  if (role === 'generator') return generator;
  return role === 'analyzer' ? own?.analyzer : own?.refiner;
}

/** No call is quicker, so that every budget comes to an end. */
const LEAST_SECONDS = 0.001;

function hoursOf(calls: readonly NamedCompletion[]): number {
  return calls.reduce((sum, { seconds }) => sum + Math.max(LEAST_SECONDS, seconds), 0) / 3600;
}

/** Recordings and scripts take no time. */
function refuseNoTime(trials: readonly Trial[]): void {
  const calls = trials.flatMap(({ trace }) => trace.attempts.flatMap(({ completions }) => completions));
  if (calls.length === 0 || calls.some(({ seconds }) => seconds > 0)) return;
  throw new Refusal('these models take no time, so a budget in hours would never be spent; give the budget in calls');
}

/**
 * What broke says nothing of a genome, and a search that passed over it would pass over more and more. A program that wants what this
 * sandbox does not have would want it again: it is not solved here.
 */
export function refuseFault(trial: Trial, remedy: string, choice: Choice | null = 'search-begun'): void {
  const { fault, taskId } = trial.trace;
  if (fault === null || fault.kind === 'unsupported' || factsOf(trial).isCounted) return;
  throw new Refusal(`${taskId} broke: ${fault.kind}: ${fault.message}; ${remedy}`, choice === null ? {} : { choice });
}
