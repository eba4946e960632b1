import type { TrialRow } from './run-store.ts';
import type { Trial } from './trial.ts';
import { answerOf, factsOf, type TrialFacts } from './trial-facts.ts';

/** The line that stands for a trial in a list. */
export function rowOf(trial: Trial): TrialRow {
  const facts = factsOf(trial);
  const { pipeline, taskId, repeat, outcome, cost } = facts;
  const tokens = cost.promptTokens + cost.completionTokens;
  return { pipeline, taskId, repeat, outcome, error: errorOf(facts), seconds: cost.seconds, tokens };
}

function errorOf(facts: TrialFacts): string | null {
  const { outcome, fault } = facts;
  if (outcome === 'passed') return null;
  if (fault !== null) return fault.kind;
  const chosen = answerOf(facts);
  return chosen?.grade?.error ?? chosen?.error ?? null;
}
