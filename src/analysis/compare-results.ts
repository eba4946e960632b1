import { Refusal } from '../base/errors.ts';
import type { Result } from '../runs/results/result.ts';
import { isPassed } from '../runs/trial-facts.ts';
import { type CompareOptions, type Comparison, compareWithFirst, pairsOf } from './comparison.ts';

/** Results that were measured apart, and what to call them. */
export interface ResultSet {
  readonly name: string;
  /** Of its pipelines, in the order of the set. */
  readonly results: readonly Result[];
}

/** A task that one side passed more often. */
export interface ChangedTask {
  readonly taskId: string;
  /** Trials passed of those that both have. */
  readonly before: number;
  readonly after: number;
  readonly of: number;
}

/** One pipeline against the first one of all. */
export interface ResultComparison extends Comparison {
  /** Tasks in which they differ, the largest gain first. */
  readonly changed: readonly ChangedTask[];
}

/**
 * The first pipeline of the first set against every other one, on the same tasks and repeats, as `bench` compares pipelines of one run;
 * a pipeline that is in several sets is named after each. Throws a Refusal where they share no task.
 */
export function compareResults(sets: readonly ResultSet[], options: CompareOptions = {}): ResultComparison[] {
  const names = Map.groupBy(
    sets.flatMap((set) => [...new Set(set.results.map(({ pipeline }) => pipeline))]),
    (pipeline) => pipeline,
  );
  const own = (pipeline: string, set: ResultSet) =>
    (names.get(pipeline)?.length ?? 0) > 1 ? `${pipeline} (${set.name})` : pipeline;
  const results = sets.flatMap((set) =>
    set.results.map((result) => ({ ...result, pipeline: own(result.pipeline, set) })),
  );
  const byPipeline = Map.groupBy(results, ({ pipeline }) => pipeline);
  const comparisons = compareWithFirst([...byPipeline.keys()], results, options);
  const apart = comparisons.find(({ pairs }) => pairs === 0);
  if (apart !== undefined) throw new Refusal(`${apart.pipeline} and ${apart.baseline} have no task in common`);
  return comparisons.map((comparison) => ({
    ...comparison,
    changed: changedTasks(byPipeline.get(comparison.baseline) ?? [], byPipeline.get(comparison.pipeline) ?? []),
  }));
}

function changedTasks(before: readonly Result[], after: readonly Result[]): ChangedTask[] {
  const pairs = pairsOf(after, before);
  const passes = (results: readonly Result[]) => results.filter(isPassed).length;
  return [...Map.groupBy(pairs, ({ trial }) => trial.taskId)]
    .map(([taskId, own]) => ({
      taskId,
      before: passes(own.map(({ rival }) => rival)),
      after: passes(own.map(({ trial }) => trial)),
      of: own.length,
    }))
    .filter((task) => task.before !== task.after)
    .toSorted((a, b) => b.after - b.before - (a.after - a.before));
}
