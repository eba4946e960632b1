import { standardDeviation } from '../../src/statistics/describe.ts';
import { studentQuantile } from '../../src/statistics/interval.ts';
import { smallestDifference } from '../../src/statistics/power.ts';
import { Random } from '../../src/statistics/random.ts';
import { signFlipTest } from '../../src/statistics/sign-flip.ts';
import { formatTable } from '../format-table.ts';
import { drawPair, ownDrafts, sharedDrafts, type World } from './worlds.ts';

/** Worlds of one kind, by their true difference, and the largest one that the kind can have. */
interface Family {
  readonly name: string;
  readonly most: number;
  readonly world: (difference: number) => World;
}

const FAMILIES: readonly Family[] = [
  { name: 'own drafts, better on many tasks', most: 0.3, world: (d) => ownDrafts(0.5, 0.5 + d / 0.6, 0.6) },
  { name: 'own drafts, better on few tasks', most: 0.6, world: (d) => ownDrafts(0.3, 0.9, d / 0.6) },
  { name: 'shared drafts, fixes', most: 0.5, world: (d) => sharedDrafts(0.5, d / 0.5, 0) },
  { name: 'shared drafts, fixes and breaks', most: 0.279, world: (d) => sharedDrafts(0.7, (d + 0.021) / 0.3, 0.03) },
  { name: 'shared drafts, few fail', most: 0.1, world: (d) => sharedDrafts(0.9, d / 0.1, 0) },
];
/** True differences of the runs that claim something. */
const SEEN = [0, 0.02, 0.04];

/** A row a family and size: the smallest difference that runs say they show in 80 of 100 cases, and how often it is shown. */
export function powerReport(runs: number, experiments: number): string {
  const rows = FAMILIES.flatMap((family) =>
    [20, 40, 164].flatMap((tasks) => [1, 5].map((repeats) => rowOf(family, { tasks, repeats }, { runs, experiments }))),
  );
  const headings = ['runs', 'claimed', 'shown in', 'least', 'of the formula: claimed', 'shown in', 'least'];
  return formatTable(headings, rows);
}

interface Size {
  readonly tasks: number;
  readonly repeats: number;
}

function rowOf({ name, most, world }: Family, size: Size, counts: { runs: number; experiments: number }): string[] {
  const random = Random.of(7);
  const seen = Array.from({ length: counts.runs }, (_, index) =>
    draw(world(SEEN[index % SEEN.length] as number), size, random),
  );
  const cells = [smallestDifference, smallestByFormula].flatMap((claim) => {
    const claims = seen.map((own) => claim(own)).filter((value): value is number => value !== null && value <= most);
    if (claims.length < counts.runs / 2) return ['beyond what can be', '', ''];
    const powers = claims.map((difference) => powerOf(world(difference), size, { random, count: counts.experiments }));
    const middle = claims.toSorted((one, other) => one - other)[Math.floor(claims.length / 2)] as number;
    return [`${(100 * middle).toFixed(1)} points`, percent(sum(powers) / powers.length), percent(Math.min(...powers))];
  });
  return [`${name}; ${size.tasks} tasks x ${size.repeats}`, ...cells];
}

/** Quantiles times the standard error seen: greenloop's until 2026-11-29. */
function smallestByFormula(tasks: readonly (readonly number[])[]): number | null {
  const deviation = standardDeviation(tasks.map((own) => sum(own) / own.length)) ?? 0;
  return deviation === 0 ? null : ((studentQuantile(tasks.length - 1) + 0.8416) * deviation) / Math.sqrt(tasks.length);
}

function powerOf(world: World, size: Size, { random, count }: { random: Random; count: number }): number {
  let shown = 0;
  for (let experiment = 0; experiment < count; experiment++) {
    const nets = draw(world, size, random).map(sum);
    shown += Number(sum(nets) > 0 && signFlipTest(nets) <= 0.05);
  }
  return shown / count;
}

function draw(world: World, { tasks, repeats }: Size, random: Random): number[][] {
  return Array.from({ length: tasks }, () => {
    const chances = world.drawTask(random);
    return Array.from({ length: repeats }, () => {
      const [baseline, other] = drawPair(world, chances, random);
      return other - baseline;
    });
  });
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
