import { quote } from './printable.ts';

/** Any error that greenloop raises on purpose; its message is one line that says what to do next. */
export class GreenloopError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The request cannot be carried out as it stands: a wrong option, file or setting that the user can change. */
export class Refusal extends GreenloopError {
  /** Null where nothing that the caller chose would help. */
  readonly choice: Choice | null;

  constructor(message: string, options: ErrorOptions & { choice?: Choice } = {}) {
    super(message, options);
    this.choice = options.choice ?? null;
  }
}

/** What a caller may choose otherwise after a Refusal; the command line says by which option. */
export type Choice =
  | 'api-key'
  | 'data-folder'
  | 'entry-point'
  | 'ledger'
  | 'model'
  | 'new-run'
  | 'package'
  | 'paper'
  | 'port'
  | 'preflight'
  | 'python'
  | 'queue'
  | 'output'
  | 'run-folder'
  | 'search-begun'
  | 'search-budget'
  | 'search-new'
  | 'server-wait'
  | 'stored-run'
  | 'task-limit'
  | 'task-pattern'
  | 'test-mode'
  | 'time-limit'
  | 'written-run';

/** Tests that make no check, so that nothing could prove a pass. */
export class NoChecks extends Refusal {}

/** A server that answered before no longer does, so that the work stops; what was done before is kept. */
export class ServerGone extends Refusal {
  constructor(message: string, options: ErrorOptions = {}) {
    super(message, { ...options, choice: 'server-wait' });
  }
}

/** Something broke that is not the candidate's doing; counted apart and never scored as a failure. */
export class Fault extends GreenloopError {
  /** True where the same request may succeed a moment later. */
  readonly isTransient: boolean;

  constructor(message: string, options: ErrorOptions & { isTransient?: boolean } = {}) {
    super(message, options);
    this.isTransient = options.isTransient ?? false;
  }
}

export type ModelFaultReason =
  | 'unreachable'
  | 'refused'
  | 'missing-model'
  | 'context-overflow'
  | 'timed-out'
  | 'bad-answer'
  | 'crashed';

/** A model or its server did not give an answer that can be used. */
export class ModelFault extends Fault {
  readonly reason: ModelFaultReason;

  constructor(reason: ModelFaultReason, message: string, options: ErrorOptions & { isTransient?: boolean } = {}) {
    super(message, options);
    this.reason = reason;
  }
}

/** The sandbox could not be started or broke during a run. */
export class SandboxFault extends Fault {}

/** The tests of a task do not run, whatever the program is. */
export class TestsFault extends Fault {}

/** Throws the error; a Refusal of tests as the fault of their task. */
export function asTestsFault(error: unknown): never {
  throw error instanceof Refusal ? new TestsFault(error.message, { cause: error }) : error;
}

/** Something of greenloop's own broke while one trial was under way; that trial is lost, and no other. */
export class InternalFault extends Fault {}

/** The error as a Fault: a Fault or a Refusal as it is, anything else as an InternalFault that asks to be reported. */
export function asGreenloopError(error: unknown): GreenloopError {
  if (error instanceof GreenloopError) return error;
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const message = `internal error: ${quote(said)}; please report it, with the answer or program of this trial`;
  return new InternalFault(message, { cause: error });
}

/** The program needs what this sandbox does not have, and another one has: no verdict would be right. */
export class UnsupportedFault extends SandboxFault {}
