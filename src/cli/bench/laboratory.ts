import { availableParallelism } from 'node:os';
import type { Reuse } from '../../cache/cached-model.ts';
import type { Model } from '../../models/model.ts';
import { leftOutText, preflightLines } from '../../report/preflight-lines.ts';
import { recordedTasks } from '../../runs/experiment.ts';
import type { Preflight } from '../../runs/preflight.ts';
import { withoutWrongExamples } from '../../runs/preflight.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { Ledger } from '../../store/ledger.ts';
import type { Benchmark } from '../../tasks/task.ts';
import { keepAnswers, keepVerdicts, openLedger, openModels } from '../../wiring.ts';
import { openSandboxAloud, type Surroundings } from '../command.ts';
import { type BenchmarkOptions, chooseTasks, openBenchmark, runPreflight } from '../options/benchmark-options.ts';
import { say } from '../terminal/output.ts';
import { serverNotices } from '../terminal/progress.ts';

/**
 * Trials in flight: as many as HumanEval has tasks and more, so that a server that holds one model at a time answers all that one model
 * is asked before it loads another, and executions never wait behind generation. Queues see to it that trials end one by one.
 */
export const IN_FLIGHT = 256;

/** All that trials need, and that remembers what was asked and run before. */
export interface Laboratory {
  /** The chosen tasks, less those that a recording lacks or whose tests make no check, and without examples that their own reference fails. */
  readonly benchmark: Benchmark;
  /** Tasks that a recording lacks. */
  readonly leftOut: readonly string[];
  /** Tasks whose tests make no check. */
  readonly withoutChecks: readonly string[];
  readonly preflight: Preflight | null;
  readonly model: (name: string) => Model;
  readonly sandbox: Sandbox;
  /** Grows while trials run. */
  readonly reuse: Reuse;
  readonly ledger: Ledger;
}

export interface LaboratoryOptions extends BenchmarkOptions {
  readonly fresh?: boolean;
}

/** Opens the ledger, the models and the sandbox, runs the references, and closes all after the work. */
export async function withLaboratory<Value>(
  asked: { readonly models: readonly string[]; readonly draws: number },
  options: LaboratoryOptions,
  surroundings: Surroundings,
  work: (laboratory: Laboratory) => Promise<Value>,
): Promise<Value> {
  const onTrouble = (line: string) => say(`greenloop: ${line}`);
  const ledger = await openLedger(surroundings.ledger, { isFresh: options.fresh ?? false, onTrouble });
  try {
    return await withSandbox(ledger, asked, options, surroundings, work);
  } finally {
    ledger.close();
  }
}

async function withSandbox<Value>(
  ledger: Ledger,
  { models: names, draws }: { readonly models: readonly string[]; readonly draws: number },
  options: LaboratoryOptions,
  surroundings: Surroundings,
  work: (laboratory: Laboratory) => Promise<Value>,
): Promise<Value> {
  const { settings, signal, isJson } = surroundings;
  const whole = chooseTasks(await openBenchmark(options, surroundings), options);
  const bare = await openModels(names, settings, signal, serverNotices());
  const { benchmark: chosen, leftOut } = recordedPart(whole, names.map(bare), draws);
  const reuse = { calls: 0, promptTokens: 0, completionTokens: 0 };
  const model = await keepAnswers(names, bare, { cache: ledger, reuse, signal });
  const bareSandbox = await openSandboxAloud(surroundings, options.parallel ?? availableParallelism());
  try {
    const { benchmark, preflight, withoutChecks } = await runPreflight(chosen, options, bareSandbox, surroundings);
    if (!isJson) say(...preflightLines(benchmark, preflight));
    const sandbox = await keepVerdicts(bareSandbox, ledger, settings);
    const checked = preflight === null ? benchmark : withoutWrongExamples(benchmark, preflight.wrongExamples);
    return await work({ benchmark: checked, leftOut, withoutChecks, preflight, model, sandbox, reuse, ledger });
  } finally {
    await bareSandbox.close();
  }
}

/** The benchmark less the tasks that a recording lacks, which are named. */
function recordedPart(benchmark: Benchmark, models: readonly Model[], draws: number) {
  const { tasks, leftOut } = recordedTasks(benchmark, models, draws);
  if (leftOut.length > 0) say(leftOutText('not in the recording', leftOut));
  return { benchmark: { ...benchmark, tasks }, leftOut };
}
