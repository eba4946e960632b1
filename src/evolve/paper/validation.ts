import { estimateOf } from '../estimate.ts';
import type { Genome } from '../genome.ts';
import type { Estimate, Outcome, Wanted } from '../strategy.ts';

/** The champion's trials on the whole benchmark, which its score is told from. */
export interface Validation {
  readonly genome: Genome;
  /** In an order drawn at random, so that a budget which ends too early leaves a fair part. */
  readonly tasks: readonly number[];
  readonly firstRepeat: number;
  readonly repeats: number;
  /** How often each of the tasks was solved so far. */
  readonly solved: readonly number[];
  /** Trials so far: every task once, then every task again. */
  readonly trials: number;
}

export function beginValidation(plan: Omit<Validation, 'solved' | 'trials'>): Validation {
  return { ...plan, solved: plan.tasks.map(() => 0), trials: 0 };
}

/** The trials still to come. */
export function validationTrials({ genome, tasks, firstRepeat, repeats, trials }: Validation): Wanted[] {
  const all = Array.from({ length: repeats }, (_, repeat) =>
    tasks.map((task) => ({ genome, task, repeat: firstRepeat + repeat })),
  );
  return all.flat().slice(trials);
}

export function addValidation(validation: Validation, outcomes: readonly Outcome[]): Validation {
  const solved = [...validation.solved];
  outcomes.forEach((outcome, index) => {
    const place = (validation.trials + index) % solved.length;
    solved[place] = (solved[place] ?? 0) + Number(outcome.solved);
  });
  return { ...validation, solved, trials: validation.trials + outcomes.length };
}

/** The share solved with the task as its unit, over the tasks tried so far; null before the first. */
export function validationEstimate({ genome, tasks, solved, trials }: Validation): Estimate | null {
  if (trials === 0) return null;
  const times = (place: number) => Math.floor(trials / tasks.length) + Number(place < trials % tasks.length);
  const shares = solved.flatMap((count, place) => (times(place) === 0 ? [] : [count / times(place)]));
  return estimateOf(genome, shares, trials);
}
