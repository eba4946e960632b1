import type { Completion } from '../models/model.ts';
import type { Verdict } from '../sandbox/verdict.ts';

/** Keeps answers and verdicts under keys of all that decides them, so that nothing is computed twice. */
export interface Cache {
  /** Null where it is not kept. */
  completion(key: string): Completion | null;
  saveCompletion(key: string, completion: Completion): void;
  /** Null where it is not kept. */
  verdict(key: string): Verdict | null;
  saveVerdict(key: string, verdict: Verdict): void;
}
