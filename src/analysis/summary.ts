import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import type { RepairName } from '../pipeline/repair.ts';
import type { StopReason } from '../pipeline/trace.ts';
import type { BenchmarkSummary, PreflightSummary } from '../runs/benchmark-summary.ts';
import type { Looks } from '../runs/looks.ts';
import { answerOf, isFalsePass, isPassed, type TrialFacts } from '../runs/trial-facts.ts';
import { mean, standardDeviation } from '../statistics/describe.ts';
import { drawsInterval, type Interval, shareInterval } from '../statistics/interval.ts';
import type { PipelineChances } from './chances.ts';
import type { Comparison } from './comparison.ts';

export interface RepairTally {
  /** Attempts that it changed. */
  readonly applied: number;
  /** Attempts that pass and would not without it. */
  readonly gained: number;
  /** Attempts that do not pass and would without it. */
  readonly lost: number;
}

/** Tasks solved in each repeat in which all tasks ended (what broke is not solved); sd is null of one repeat. */
export interface Solved {
  readonly perRepeat: readonly number[];
  readonly mean: number | null;
  readonly sd: number | null;
}

export interface PipelineSummary {
  readonly name: string;
  readonly spec: PipelineSpec;
  /** passed + not passed + faults. */
  readonly trials: number;
  readonly passed: number;
  /** Trials in which something broke. They are in no rate, but for those that outgrew the context, which is no pass. */
  readonly faults: number;
  /** Trials that rates are made of. */
  readonly counted: number;
  readonly solved: Solved;
  /** Mean over the tasks of the share of a task's counted trials that passed; null where no trial counts. */
  readonly passShare: number | null;
  /** The same with what tasks like these would give; null of fewer than two tasks. */
  readonly passRate: Interval | null;
  /** The same where only the draws vary, for this benchmark alone; null where a task was drawn less than twice. */
  readonly passRateHere: Interval | null;
  /** Trials that pass the base tests; null where the benchmark has no plus tests. */
  readonly basePassed: number | null;
  /** Trials that passed what they saw and fail what they did not see. */
  readonly falsePasses: number;
  /** Trials that had nothing to check but that the code loads. */
  readonly unchecked: number;
  readonly attempts: number;
  readonly calls: number;
  readonly tokens: { readonly prompt: number; readonly completion: number };
  /** Model and sandbox seconds of all trials together. */
  readonly seconds: number;
  readonly repairs: Readonly<Partial<Record<RepairName, RepairTally>>>;
  readonly stopReasons: Readonly<Partial<Record<StopReason, number>>>;
  readonly faultMessages: Readonly<Record<string, number>>;
}

export interface Summary {
  /** Under which id the ledger keeps the run; null where it cannot. */
  readonly run: string | null;
  readonly benchmark: BenchmarkSummary;
  readonly preflight: PreflightSummary;
  /** Measured repeats, where the run ends as soon as it is clear. */
  readonly repeats: number;
  readonly seed: number;
  /** At its trials, besides this one; absent where there were none. */
  readonly looks?: Looks;
  /** Tasks that a recording lacks. */
  readonly leftOut: readonly string[];
  /** False where the run was stopped before every trial had ended. */
  readonly complete: boolean;
  /** The server that was gone, in one sentence; absent where none was. */
  readonly stoppedBy?: string;
  readonly seconds: number;
  readonly pipelines: readonly PipelineSummary[];
  /** Every other pipeline against the first; or each against itself on other draws. */
  readonly comparisons: readonly Comparison[];
  /** Of three pipelines or more, which may be the best; else none. */
  readonly chances: readonly PipelineChances[];
  /** Of the calls and tokens drawn, those that the ledger had, or that another pipeline had asked for. */
  readonly reuse: { readonly calls: number; readonly promptTokens: number; readonly completionTokens: number };
}

/** What the trials of one pipeline show. */
export function summarizePipeline(spec: PipelineSpec, all: readonly TrialFacts[], size: RunSize): PipelineSummary {
  const trials = all.filter((trial) => trial.pipeline === spec.name);
  const counted = trials.filter(({ isCounted }) => isCounted);
  const shares = passesByTask(counted).map((own) => mean(own) ?? 0);
  const count = (test: (trial: TrialFacts) => boolean) => trials.filter(test).length;
  const sum = (value: (trial: TrialFacts) => number) => trials.reduce((total, trial) => total + value(trial), 0);
  return {
    name: spec.name,
    spec,
    trials: trials.length,
    passed: count(isPassed),
    faults: count(({ outcome }) => outcome === 'fault'),
    counted: counted.length,
    solved: countSolved(trials, size),
    passShare: mean(shares),
    passRate: shareInterval(shares),
    passRateHere: drawsInterval(passesByTask(counted)),
    basePassed: trials.some(hasPlus) ? count(passesBase) : null,
    falsePasses: count(isFalsePass),
    unchecked: count(({ checked }) => checked === 'load'),
    attempts: sum(({ attempts }) => attempts.length),
    calls: sum(({ cost }) => cost.calls),
    tokens: {
      prompt: sum(({ cost }) => cost.promptTokens),
      completion: sum(({ cost }) => cost.completionTokens),
    },
    seconds: sum(({ cost }) => cost.seconds),
    repairs: tallyRepairs(trials),
    stopReasons: tally(trials.map(({ stopReason }) => stopReason)),
    faultMessages: tally(trials.flatMap(({ fault }) => (fault === null ? [] : [fault.message]))),
  };
}

export interface RunSize {
  readonly repeats: number;
  readonly tasks: number;
}

/** Counts the solved tasks of one pipeline's trials, repeat by repeat. */
export function countSolved(trials: readonly TrialFacts[], { repeats, tasks }: RunSize): Solved {
  const perRepeat = Array.from({ length: repeats }, (_, repeat) => trials.filter((trial) => trial.repeat === repeat))
    .filter((own) => own.length === tasks)
    .map((own) => own.filter(isPassed).length);
  return { perRepeat, mean: mean(perRepeat), sd: standardDeviation(perRepeat) };
}

/** Of each task, 1 for a trial that passed and 0 for another one. */
function passesByTask(trials: readonly TrialFacts[]): number[][] {
  const byTask = Map.groupBy(trials, ({ taskId }) => taskId);
  return [...byTask.values()].map((own) => own.map((trial) => Number(isPassed(trial))));
}

function passesBase(trial: TrialFacts): boolean {
  return trial.outcome !== 'fault' && answerOf(trial)?.grade?.basePassed === true;
}

function hasPlus(trial: TrialFacts): boolean {
  return trial.attempts.some(({ grade }) => grade?.hasPlus === true);
}

/** What each static repair did to the attempts of these trials. */
export function tallyRepairs(trials: readonly TrialFacts[]): Partial<Record<RepairName, RepairTally>> {
  const tallies: Partial<Record<RepairName, RepairTally>> = {};
  for (const { name, effect } of trials.flatMap((trial) => trial.repairEffects)) {
    const { applied, gained, lost } = tallies[name] ?? { applied: 0, gained: 0, lost: 0 };
    tallies[name] = {
      applied: applied + 1,
      gained: gained + Number(effect === 'gained'),
      lost: lost + Number(effect === 'lost'),
    };
  }
  return tallies;
}

function tally<Name extends string>(names: readonly Name[]): Partial<Record<Name, number>> & Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts as Partial<Record<Name, number>> & Record<string, number>;
}
