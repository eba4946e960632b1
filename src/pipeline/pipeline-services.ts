import type { Model } from '../models/model.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { TestProgram } from '../tasks/task.ts';
import type { LoopEvent } from './loop-event.ts';

/** What the loop needs besides the spec and the prompt. */
export interface PipelineServices {
  readonly model: (name: string) => Model;
  readonly sandbox: Sandbox;
  /** Checks that give the feedback: made of the prompt's examples, or in the oracle setting the grading tests. */
  readonly feedbackTests: TestProgram | null;
  readonly timeoutSeconds: number;
  /** Seed of the run; every draw's own seed is derived from it. */
  readonly seed: number;
  readonly repeat: number;
  /** Drafts of one stage that are asked for at the same time (1 where it is not given); the Trace is the same with any. */
  readonly slots?: number | undefined;
  readonly signal?: AbortSignal;
  /** Aborted, it ends the loop with what there is by then: `budget-spent`. */
  readonly deadline?: AbortSignal | undefined;
  /** Told of each call and each Attempt as it happens. */
  readonly onEvent?: (event: LoopEvent) => void;
}

interface Ends {
  readonly signal?: AbortSignal | undefined;
  readonly deadline?: AbortSignal | undefined;
}

/** Whatever ends the calls and runs of a loop. */
export function endsOf({ signal, deadline }: Ends): AbortSignal[] {
  return [signal, deadline].filter((end) => end !== undefined);
}
