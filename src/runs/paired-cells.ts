import type { TaskCell } from './run-views.ts';

/** One task under two pipelines; null where one has no trial of it. */
export interface CellPair {
  readonly taskId: string;
  readonly a: TaskCell | null;
  readonly b: TaskCell | null;
}

/** Tasks by which pipeline passes a greater share of its trials. */
export interface PairedCells {
  /** In the order of `tasks`, those that only one knows last. */
  readonly pairs: readonly CellPair[];
  readonly better: { readonly a: number; readonly b: number };
  readonly alike: number;
  /** Tasks of which only one has a trial. */
  readonly alone: number;
}

/** Two pipelines, of one run or of two, task by task; `tasks` says in which order. */
export function pairCells(a: readonly TaskCell[], b: readonly TaskCell[], tasks: readonly string[]): PairedCells {
  const [ofA, ofB] = [byTask(a), byTask(b)];
  const ids = [...new Set([...tasks, ...ofA.keys(), ...ofB.keys()])].filter((id) => ofA.has(id) || ofB.has(id));
  const pairs = ids.map((taskId) => ({ taskId, a: ofA.get(taskId) ?? null, b: ofB.get(taskId) ?? null }));
  const leads = pairs.map(leadOf);
  const of = (lead: number | null) => leads.filter((one) => one === lead).length;
  return { pairs, better: { a: of(-1), b: of(1) }, alike: of(0), alone: of(null) };
}

/** -1 where A passes a greater share, 1 where B does, 0 where both are alike; null where one has no trial. */
export function leadOf({ a, b }: CellPair): -1 | 0 | 1 | null {
  if (a === null || b === null) return null;
  return Math.sign(b.passed * a.trials - a.passed * b.trials) as -1 | 0 | 1;
}

function byTask(cells: readonly TaskCell[]): Map<string, TaskCell> {
  return new Map(cells.map((cell) => [cell.taskId, cell]));
}
