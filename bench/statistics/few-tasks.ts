import { compareAll } from '../../src/analysis/comparison.ts';
import { hierarchicalResults } from '../../src/analysis/hierarchical.ts';
import type { TrialFacts } from '../../src/runs/trial-facts.ts';
import type { Interval } from '../../src/statistics/interval.ts';
import { Random } from '../../src/statistics/random.ts';
import { formatTable } from '../format-table.ts';
import { drawPair, ownDrafts, sharedDrafts, type World } from './worlds.ts';

const WORLDS: readonly World[] = [
  ownDrafts(0.5, 0.5, 1),
  ownDrafts(0.3, 0.6, 1),
  ownDrafts(0.5, 0.8, 0.5),
  sharedDrafts(0.5, 0.2, 0),
  sharedDrafts(0.7, 0.3, 0.02),
  sharedDrafts(0.9, 0.5, 0),
];
const SIZES = [
  { tasks: 10, repeats: 1 },
  { tasks: 20, repeats: 1 },
  { tasks: 20, repeats: 5 },
  { tasks: 30, repeats: 3 },
];
const NAMES = ['baseline', 'other'];

/** A row a size: coverage and width of differences by the hierarchical model, beside those of the exact test, over six worlds. */
export function fewTasksReport(experiments: number): string {
  const rows = SIZES.map((size) => {
    const [model, exact] = [new Coverage(), new Coverage()];
    const random = Random.of(17);
    for (const world of WORLDS) {
      const { difference } = world.truth;
      for (let experiment = 0; experiment < experiments; experiment++) {
        const trials = drawTrials(world, size, random);
        model.add(world.name, hierarchicalResults(NAMES, trials)[1]?.difference ?? null, difference);
        exact.add(world.name, compareAll(NAMES, trials)[0]?.difference ?? null, difference);
      }
    }
    return [`${size.tasks} tasks x ${size.repeats}`, ...model.cells(), ...exact.cells()];
  });
  const columns = ['coverage', 'least', 'width'];
  return formatTable(
    ['size', ...columns.map((name) => `model: ${name}`), ...columns.map((name) => `exact: ${name}`)],
    rows,
  );
}

class Coverage {
  readonly #held = new Map<string, number[]>();
  readonly #widths: number[] = [];

  add(world: string, interval: Interval | null, truth: number): void {
    if (interval === null) return;
    const { low, high } = interval;
    this.#held.set(world, [...(this.#held.get(world) ?? []), Number(low <= truth && truth <= high)]);
    this.#widths.push(high - low);
  }

  cells(): string[] {
    const shares = [...this.#held.values()].map(meanOf);
    const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
    return [percent(meanOf(shares)), percent(Math.min(...shares)), meanOf(this.#widths).toFixed(3)];
  }
}

function drawTrials(
  world: World,
  { tasks, repeats }: { tasks: number; repeats: number },
  random: Random,
): TrialFacts[] {
  return Array.from({ length: tasks }, (_, task) => {
    const chances = world.drawTask(random);
    return Array.from({ length: repeats }, (_none, repeat) =>
      drawPair(world, chances, random).map((passes, index) => ({
        pipeline: NAMES[index],
        taskId: `t${task}`,
        repeat,
        isCounted: true,
        outcome: passes === 1 ? 'passed' : 'not-passed',
      })),
    );
  }).flat(2) as unknown as TrialFacts[];
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
