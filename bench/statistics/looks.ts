import { type Look, looksAt, NO_LOOKS } from '../../src/runs/looks.ts';
import { LEVEL } from '../../src/statistics/interval.ts';
import { correctForLooks } from '../../src/statistics/looks.ts';
import { Random } from '../../src/statistics/random.ts';
import { signFlipTest } from '../../src/statistics/sign-flip.ts';
import { formatTable } from '../format-table.ts';
import { drawPair, ownDrafts, sharedDrafts, type World } from './worlds.ts';

const EQUAL: readonly World[] = [
  ownDrafts(0.3, 0.3, 1),
  ownDrafts(0.7, 0.7, 1),
  sharedDrafts(0.5, 0.1, 0.1),
  sharedDrafts(0.8, 0.3, 0.075),
];
const DIFFERENT: readonly World[] = [
  ownDrafts(0.4, 0.6, 0.5),
  sharedDrafts(0.5, 0.1, 0.02),
  sharedDrafts(0.7, 0.2, 0.02),
];
const SIZES = [
  { tasks: 40, repeats: 5 },
  { tasks: 164, repeats: 10 },
];

interface Size {
  readonly tasks: number;
  readonly repeats: number;
}

/**
 * A row a world and size, after each repeat a look: how often one of them claims a difference that is not there, where it is tested as if it were the
 * only one, as greenloop plans them, and as greenloop corrects looks that nobody planned. Where there is a difference: how often it is shown, and
 * after how many repeats, beside one test of all of them.
 */
export function looksReport(experiments: number): string {
  const rows = SIZES.flatMap((size) => [...EQUAL, ...DIFFERENT].map((world) => rowOf(world, size, experiments)));
  const headings = ['pipelines, tasks x repeats', 'difference', 'as if the only one', 'planned', 'not planned'];
  return formatTable([...headings, 'one test of all', 'repeats until shown, or all'], rows);
}

function rowOf(world: World, size: Size, experiments: number): string[] {
  const random = Random.of(11);
  const shown = { alone: 0, planned: 0, unplanned: 0, atEnd: 0 };
  let repeats = 0;
  for (let experiment = 0; experiment < experiments; experiment++) {
    const nets = drawLooks(world, size, random);
    const ends = Array.from({ length: size.repeats }, (_, index) => nets.map((own) => own[index] as number));
    const isAlone = ends.map((own) => signFlipTest(own) <= LEVEL);
    const planned = firstShown(nets, size.repeats, (after) =>
      looksAt({ earlier: [], planned: size.repeats }, [], after),
    );
    shown.alone += Number(isAlone.includes(true));
    shown.atEnd += Number(isAlone.at(-1));
    shown.planned += Number(planned !== null);
    shown.unplanned += Number(firstShown(nets, size.repeats, unplannedLooks) !== null);
    repeats += planned ?? size.repeats;
  }
  const percent = (count: number) => `${((100 * count) / experiments).toFixed(1)} %`;
  return [
    `${world.name}; ${size.tasks} x ${size.repeats}`,
    `${(100 * world.truth.difference).toFixed(0)} points`,
    ...[shown.alone, shown.planned, shown.unplanned, shown.atEnd].map(percent),
    (repeats / experiments).toFixed(1),
  ];
}

/** One list a task: passes of the second pipeline less those of the first, after each repeat. */
function drawLooks(world: World, { tasks, repeats }: Size, random: Random): number[][] {
  return Array.from({ length: tasks }, () => {
    const chances = world.drawTask(random);
    let net = 0;
    return Array.from({ length: repeats }, () => {
      const [baseline, other] = drawPair(world, chances, random);
      net += other - baseline;
      return net;
    });
  });
}

/** After how many repeats a look shows a difference; null where none does. */
function firstShown(
  nets: readonly (readonly number[])[],
  repeats: number,
  looksAfter: (repeats: number) => readonly Look[],
): number | null {
  for (let after = 1; after <= repeats; after++) {
    const spent = looksAfter(after).map((look) => look.spent);
    const seen = nets.map((own) => own.slice(0, after));
    const p =
      after === 1 && spent[0] === 1
        ? signFlipTest(seen.map(([net = 0]) => net))
        : correctForLooks(seen, spent).correctedP;
    if (p <= LEVEL) return after;
  }
  return null;
}

/** Every run, of one more repeat, knows of those before it. */
function unplannedLooks(repeats: number): Look[] {
  let looks: Look[] = [];
  for (let after = 1; after <= repeats; after++) looks = looksAt({ ...NO_LOOKS, earlier: looks }, [], after);
  return looks;
}
