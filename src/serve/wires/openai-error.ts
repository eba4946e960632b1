import type { WireError, WireErrorKind } from '../wire-error.ts';

const TYPES: Readonly<Record<WireErrorKind, readonly [type: string, code: string | null]>> = {
  'invalid-request': ['invalid_request_error', null],
  'no-key': ['authentication_error', 'invalid_api_key'],
  forbidden: ['permission_error', null],
  'not-found': ['invalid_request_error', null],
  'too-large': ['invalid_request_error', 'request_too_large'],
  busy: ['rate_limit_error', 'rate_limit_exceeded'],
  'model-failed': ['server_error', 'model_failed'],
  'too-slow': ['server_error', 'timeout'],
  'client-gone': ['invalid_request_error', null],
  closing: ['server_error', null],
  internal: ['server_error', null],
};

/** An error as OpenAI's wires have it. */
export function openaiError({ kind, message, field }: WireError): object {
  const [type, code] = TYPES[kind];
  const isModel = kind === 'not-found' && field === 'model';
  return { error: { message, type, param: field, code: isModel ? 'model_not_found' : code } };
}
