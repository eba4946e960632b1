import type { TaskShares } from '../../analysis/task-shares.ts';
import { count } from '../../base/count.ts';
import { type Chart, chartSpec, isNarrow, labelsOf } from './chart.ts';

const MOST_TASKS = 2000;

/** Neighbouring tasks that one pipeline solves equally often. */
export interface HeatCell {
  readonly pipeline: string;
  /** Places of the first task and of the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Null where no trial counts. */
  readonly share: number | null;
}

/** Every task and pipeline at a glance; null of a single task, and of more than can be told apart. */
export function heatMap(pipelines: readonly string[], tasks: readonly TaskShares[]): Chart | null {
  if (tasks.length < 2 || tasks.length > MOST_TASKS) return null;
  const cells = heatCells(pipelines, tasks);
  return {
    name: 'tasks',
    title: 'Every task and pipeline',
    says: `${count(tasks.length, 'task')}, those first that are solved most often; ${pipelines.map((name, place) => sideText(name, place, tasks)).join('; ')}`,
    reading:
      'Each column is a task, those that are solved most often on the left. The stronger the colour, the more of its trials passed; a crossed-out field has no trial that counts. A strong field far to the right is a task that this pipeline alone solves.',
    spec: (width) => heatSpec(cells, { pipelines, tasks: tasks.length }, width),
  };
}

function sideText(name: string, place: number, tasks: readonly TaskShares[]): string {
  const shares = tasks.flatMap(({ shares: own }) => own[place] ?? []);
  const [always, never] = [shares.filter((share) => share === 1), shares.filter((share) => share === 0)];
  return `${name}: ${always.length} always solved, ${never.length} never`;
}

/** The fields of the map; neighbours that are alike are one. */
export function heatCells(pipelines: readonly string[], tasks: readonly TaskShares[]): HeatCell[] {
  return pipelines.flatMap((pipeline, place) => {
    const cells: HeatCell[] = [];
    for (const [index, { shares }] of tasks.entries()) {
      const [share = null, last] = [shares[place], cells.at(-1)];
      if (last !== undefined && last.share === share) cells[cells.length - 1] = { ...last, to: index + 1 };
      else cells.push({ pipeline, from: index, to: index + 1, share });
    }
    return cells;
  });
}

interface MapSize {
  readonly pipelines: readonly string[];
  readonly tasks: number;
}

function heatSpec(cells: readonly HeatCell[], { pipelines, tasks }: MapSize, width: number) {
  const label = labelsOf(pipelines, width);
  const values = cells.map((cell) => ({ ...cell, pipeline: label(cell.pipeline) }));
  const x = {
    ...{ field: 'from', type: 'quantitative', title: 'tasks, from easy to hard' },
    ...{ scale: { domain: [0, tasks], nice: false }, axis: { grid: false, tickCount: isNarrow(width) ? 3 : 8 } },
  };
  const y = {
    field: 'pipeline',
    type: 'nominal',
    scale: { domain: pipelines.map(label), paddingInner: 0.12 },
    title: null,
  };
  return chartSpec(width, {
    height: { step: 30 },
    data: { values },
    encoding: { x, x2: { field: 'to' }, y },
    layer: [
      {
        transform: [{ filter: 'datum.share !== null' }],
        mark: { type: 'rect', color: 'var(--series-1)' },
        encoding: {
          opacity: {
            ...{ field: 'share', type: 'quantitative', scale: { domain: [0, 1], range: [0.05, 1] } },
            legend: {
              ...{ title: 'trials that passed', format: '.0%', values: [0, 0.25, 0.5, 0.75, 1] },
              ...{
                symbolType: 'square',
                symbolFillColor: 'var(--series-1)',
                symbolStrokeWidth: 0,
                symbolSize: 140,
                columns: 5,
              },
            },
          },
        },
      },
      {
        transform: [{ filter: 'datum.share === null' }],
        mark: { type: 'rule', color: 'var(--quiet)', strokeWidth: 2 },
      },
    ],
  });
}
