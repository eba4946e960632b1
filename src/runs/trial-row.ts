import type { TrialRow } from './run-store.ts';
import type { Trial } from './trial.ts';
import { factsOf, type TrialFacts } from './trial-facts.ts';

/** The line that stands for a trial in a list. */
export function rowOf(trial: Trial): TrialRow {
  const facts = factsOf(trial);
  const { pipeline, taskId, repeat, outcome, cost } = facts;
  const tokens = cost.promptTokens + cost.completionTokens;
  return { pipeline, taskId, repeat, outcome, error: errorOf(facts), seconds: cost.seconds, tokens };
}

function errorOf({ outcome, fault, attempts }: TrialFacts): string | null {
  if (outcome === 'passed') return null;
  if (fault !== null) return fault.kind;
  const last = attempts.at(-1);
  return last?.grade?.error ?? last?.error ?? null;
}
