import { Fault, GreenloopError, Refusal } from '../base/errors.ts';

/** What a client is told where its request is not answered; each wire words it in its own format. */
export type WireErrorKind =
  | 'invalid-request'
  | 'no-key'
  | 'forbidden'
  | 'not-found'
  | 'too-large'
  | 'busy'
  | 'model-failed'
  | 'too-slow'
  | 'client-gone'
  | 'closing'
  | 'internal';

const STATUSES: Readonly<Record<WireErrorKind, 400 | 401 | 403 | 404 | 413 | 429 | 499 | 500 | 502 | 503 | 504>> = {
  'invalid-request': 400,
  'no-key': 401,
  forbidden: 403,
  'not-found': 404,
  'too-large': 413,
  busy: 429,
  'model-failed': 502,
  'too-slow': 504,
  // Seen in logs alone; the number is nginx's.
  'client-gone': 499,
  closing: 503,
  internal: 500,
};

/** A request that is not answered; the message is one line for the user of the client. */
export class WireError extends GreenloopError {
  readonly kind: WireErrorKind;
  /** The field of the request that is wrong, where it is one. */
  readonly field: string | null;
  /** For `busy`: when to ask again. */
  readonly retryAfterSeconds: number | null;

  constructor(
    kind: WireErrorKind,
    message: string,
    options: ErrorOptions & { field?: string; retryAfterSeconds?: number } = {},
  ) {
    super(message, options);
    this.kind = kind;
    this.field = options.field ?? null;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }

  get status() {
    return STATUSES[this.kind];
  }
}

/** The error as a client is told of it that may have gone meanwhile. */
export function asWireErrorTo({ signal }: Request, error: unknown): WireError {
  if (error instanceof WireError || error instanceof Refusal || !signal.aborted) return asWireError(error);
  return clientGone(error);
}

/** What is said in the log alone. */
export function clientGone(cause?: unknown): WireError {
  return new WireError('client-gone', 'the client disconnected', { cause });
}

/** The error as the client is told of it: what broke behind, or is wrong with the request, in its own words; what is ours says nothing of itself. */
export function asWireError(error: unknown): WireError {
  if (error instanceof WireError) return error;
  if (error instanceof Fault) return new WireError('model-failed', error.message, { cause: error });
  if (error instanceof Refusal) return new WireError('invalid-request', error.message, { cause: error });
  return new WireError('internal', 'internal error of greenloop; please report it', { cause: error });
}
