import type { Random } from '../../statistics/random.ts';

/**
 * The parts of a benchmark that generations are tried on in turn, as hard as each other: the tasks in order of difficulty are cut
 * into as many layers as a column has tasks, and every column takes one of each layer. Where a layer has fewer tasks than there are
 * columns some columns share a task; where it has more, some tasks are in no column. Of fewer tasks than `size`, all are in each.
 */
export function drawColumns(
  tasks: readonly number[],
  difficulty: readonly number[],
  { columns, size }: { readonly columns: number; readonly size: number },
  random: Random,
): number[][] {
  const count = Math.min(size, tasks.length);
  const sorted = tasks.toSorted((a, b) => (difficulty[a] ?? 0) - (difficulty[b] ?? 0) || a - b);
  const bound = (layer: number) => Math.floor((layer * tasks.length) / count);
  // In an order drawn at random, so that no column has the easiest of every layer.
  const layers = Array.from({ length: count }, (_, layer) =>
    random.shuffled(sorted.slice(bound(layer), bound(layer + 1))),
  );
  return Array.from({ length: columns }, (_, column) => layers.map((layer) => layer[column % layer.length] as number));
}
