/** Any error that greenloop raises on purpose; its message is one line that says what to do next. */
export class GreenloopError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The request cannot be carried out as it stands: a wrong option, file or setting that the user can change. */
export class Refusal extends GreenloopError {}

/** Tests that make no check, so that nothing could prove a pass. */
export class NoChecks extends Refusal {}

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

/** The program needs what this sandbox does not have, and another one has: no verdict would be right. */
export class UnsupportedFault extends SandboxFault {}
