import { type Behaviour, isBroken, isValue } from './behaviour.ts';

/**
 * Indices of programs that behave alike, the largest group first (of equal ones that with the earliest member). A program that gives no value on any
 * probe is in no group, nor is one that breaks on a probe that the task gives, the first `given`, where at least half of the others do not. Only
 * probes count on which at least half of the others give a value: on inputs that the task does not mean,
 * right programs differ. Where there is no such probe all count.
 */
export function groupByBehaviour(behaviours: readonly Behaviour[], given = 0): number[][] {
  const shown = [...behaviours.entries()].filter(
    (entry): entry is [number, readonly string[]] => !!entry[1]?.some(isValue),
  );
  const counting = countingProbes(shown.map(([, texts]) => texts));
  const meant = counting.filter((probe) => probe < given);
  const sound = shown.filter(([, texts]) => meant.every((probe) => !isBroken(texts[probe]!)));
  const groups = Map.groupBy(sound.length > 0 ? sound : shown, ([, texts]) =>
    JSON.stringify(counting.map((probe) => texts[probe])),
  );
  // A Map keeps the order in which groups began, and sorting keeps the order of equal ones.
  return [...groups.values()].map((group) => group.map(([index]) => index)).sort((a, b) => b.length - a.length);
}

function countingProbes(behaviours: readonly (readonly string[])[]): number[] {
  const all = [...(behaviours[0] ?? []).keys()];
  const meant = all.filter(
    (probe) => 2 * behaviours.filter((texts) => isValue(texts[probe]!)).length >= behaviours.length,
  );
  return meant.length > 0 ? meant : all;
}
