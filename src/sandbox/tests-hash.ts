import { hashOf } from '../base/hash.ts';
import type { RunRequest } from './sandbox.ts';

const known = new WeakMap<object, string>();

/** SHA-256 of tests, made once for each object: those of a benchmark may be megabytes, and judge many candidates. */
export function hashOfTests(tests: NonNullable<RunRequest['tests']>): string {
  const hash = known.get(tests) ?? hashOf(tests);
  known.set(tests, hash);
  return hash;
}
