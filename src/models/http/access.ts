import { ModelFault } from '../../base/errors.ts';
import { httpFailureOf } from './http.ts';

/** What to do about a server, each to follow a semicolon. */
export interface ServerAdvice {
  /** Where none answers. */
  readonly unreachable: string;
  /** Where it does not accept the key. */
  readonly refused: string;
}

/** The header that carries an API key, where there is one. */
export function bearer(apiKey: string | undefined): Readonly<Record<string, string>> {
  return apiKey === undefined || apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` };
}

/** The error, with what to do where the server did not accept the key. */
export function explainAccess(error: unknown, advice: string): unknown {
  const failure = httpFailureOf(error);
  if (failure === null || (failure.status !== 401 && failure.status !== 403)) return error;
  return new ModelFault('refused', `${(error as ModelFault).message}; ${advice}`, { cause: failure });
}
