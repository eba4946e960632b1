// How often the intervals of greenloop hold the truth, and contradict the verdict: node bench/statistics/main.ts [--quick] [--cells]
// Trials are drawn from rates that are known. --cells adds every cell of the grid, --experiments says how many benchmarks one draws (of 164 tasks a quarter).
// Three more tables: how often the smallest difference that a run claims to detect is shown, what a hierarchical model gains where tasks are
// few, and what looking after every repeat does. --only intervals|power|few-tasks|looks makes one of them.
import { parseArgs } from 'node:util';
import { print, say } from '../../src/cli/terminal/output.ts';
import { type Cell, runCell } from './experiments.ts';
import { fewTasksReport } from './few-tasks.ts';
import { looksReport } from './looks.ts';
import { powerReport } from './power.ts';
import { cellsReport, methodsReport } from './report.ts';
import { Tallies } from './tally.ts';
import { alike, ownDrafts, sharedDrafts, uShaped, type World } from './worlds.ts';

const RATES = [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98];

const WORLDS: readonly World[] = [
  ...RATES.map(uShaped),
  ...RATES.map(alike),
  ownDrafts(0.5, 0.5, 0),
  ownDrafts(0.5, 0.5, 1),
  ownDrafts(0.5, 0.8, 0.5),
  ownDrafts(0.1, 0.9, 1),
  sharedDrafts(0.5, 0.1, 0),
  sharedDrafts(0.5, 0.3, 0),
  sharedDrafts(0.7, 0.3, 0.02),
  sharedDrafts(0.9, 0.5, 0),
  sharedDrafts(0.8, 0.2, 0.05),
];

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    cells: { type: 'boolean', default: false },
    experiments: { type: 'string' },
    only: { type: 'string' },
  },
});

function intervalsReport(): string {
  const experiments = Number(values.experiments ?? (values.quick ? 100 : 1000));
  const sizes = values.quick ? [20, 40] : [20, 40, 164];
  const grid: Cell[] = WORLDS.flatMap((world) =>
    sizes.flatMap((tasks) => [1, 3, 5].map((repeats) => ({ world, tasks, repeats }))),
  );
  const tallies = new Tallies();
  grid.forEach((cell, index) => {
    const count = Math.ceil(experiments * Math.min(1, 40 / cell.tasks));
    runCell(cell, count, { seed: index + 1, tallies });
    if ((index + 1) % 20 === 0) say(`${index + 1} of ${grid.length} cells done`);
  });
  return [methodsReport(tallies), ...(values.cells ? [cellsReport(tallies)] : [])].join('\n\n');
}

const REPORTS: Readonly<Record<string, () => string>> = {
  intervals: intervalsReport,
  power: () => (values.quick ? powerReport(6, 60) : powerReport(12, 300)),
  'few-tasks': () => fewTasksReport(values.quick ? 5 : 100),
  looks: () => looksReport(values.quick ? 10 : Number(values.experiments ?? 100)),
};
const names = values.only === undefined ? Object.keys(REPORTS) : [values.only];
for (const name of names) {
  await print(`${REPORTS[name]?.() ?? `no such report: ${name}`}\n`);
}
