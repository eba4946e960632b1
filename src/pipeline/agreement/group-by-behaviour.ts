import type { Behaviour } from './observe.ts';

/** Indices of programs that behave alike, the largest group first (of equal ones that with the earliest member); programs without behaviour are in none. */
export function groupByBehaviour(behaviours: readonly Behaviour[]): number[][] {
  const indices = [...behaviours.keys()].filter((index) => behaviours[index] !== null);
  const groups = Map.groupBy(indices, (index) => JSON.stringify(behaviours[index]));
  // A Map keeps the order in which groups began, and sorting keeps the order of equal ones.
  return [...groups.values()].sort((a, b) => b.length - a.length);
}
