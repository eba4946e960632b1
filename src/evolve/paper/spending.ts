import type { Outcome } from '../strategy.ts';

/** What a search spent so far, in the unit of its budget. */
export interface Spending {
  readonly spent: number;
  readonly trials: number;
  /** Trials that cost something: were not known before. */
  readonly paid: number;
  /** The most that one trial has cost. */
  readonly dearest: number;
}

export const NOTHING_SPENT: Spending = { spent: 0, trials: 0, paid: 0, dearest: 0 };

export function addSpending({ spent, trials, paid, dearest }: Spending, outcomes: readonly Outcome[]): Spending {
  return {
    spent: outcomes.reduce((sum, { cost }) => sum + cost, spent),
    trials: trials + outcomes.length,
    paid: paid + outcomes.filter(({ cost }) => cost > 0).length,
    dearest: Math.max(dearest, ...outcomes.map(({ cost }) => cost)),
  };
}

/** Mean cost of the trials that were not known before, 0 where there was none. */
export function meanCost({ spent, paid }: Spending): number {
  return paid === 0 ? 0 : spent / paid;
}

/** How many trials an amount is expected to pay for, below 0 where it is; without end where nothing has cost anything. */
export function affordableTrials(spending: Spending, amount: number): number {
  const cost = meanCost(spending);
  return cost === 0 ? Number.POSITIVE_INFINITY : Math.floor(amount / cost);
}
