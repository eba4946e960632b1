import type { TrialEvent } from '../../runs/event.ts';
import type { Verdict } from '../../sandbox/verdict.ts';
import type { FreeTask } from '../../tasks/markdown-task.ts';

/** A task of a client, and the pipeline that it chose. */
export interface ChosenTask {
  readonly task: FreeTask;
  /** The usual one where it is not given. */
  readonly pipeline?: string | undefined;
}

/** What the tools need of the server that they belong to. */
export interface McpServices {
  /** Names of the pipelines that a client may choose from, the usual one first; empty where none is known before the first call. */
  readonly pipelineNames: readonly string[];
  /** Solves a task and gives what happens, `trial-ended` last. Throws a Fault or a Refusal that says what to do, and the signal's reason. */
  solve(chosen: ChosenTask, signal: AbortSignal): AsyncIterable<TrialEvent>;
  /** Runs code against the tests of a task. Throws a SandboxFault that says what to install, and the signal's reason. */
  check(task: FreeTask, code: string, signal: AbortSignal): Promise<Verdict>;
}
