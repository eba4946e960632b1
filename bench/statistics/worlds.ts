import type { Random } from '../../src/statistics/random.ts';

/** Chances to pass of one task: of the baseline, of the other pipeline, and whether the other starts from the baseline's draft. */
export interface TaskChances {
  readonly baseline: number;
  /** Of a trial of its own, or, where drafts are shared, of one whose draft failed. */
  readonly other: number;
  /** Where drafts are shared, of breaking a draft that passed. */
  readonly breaks: number;
}

/** How the tasks of a benchmark come about, whose true rates are known. */
export interface World {
  readonly name: string;
  readonly sharesDrafts: boolean;
  readonly drawTask: (random: Random) => TaskChances;
  /** Over all tasks that could be drawn. */
  readonly truth: { readonly baseline: number; readonly difference: number };
}

/** Rates of tasks that differ as much as can be expected of models: most tasks near 0 or near 1. */
export function uShaped(rate: number): World {
  return worldOf(
    `${rate}, tasks differ`,
    (random) => ({ baseline: drawBeta(rate, random), other: 0, breaks: 0 }),
    rate,
  );
}

/** Every task has the same rate. */
export function alike(rate: number): World {
  return worldOf(`${rate}, tasks alike`, () => ({ baseline: rate, other: 0, breaks: 0 }), rate);
}

function worldOf(name: string, drawTask: World['drawTask'], baseline: number): World {
  return { name, sharesDrafts: false, drawTask, truth: { baseline, difference: -baseline } };
}

/** Two pipelines with drafts of their own: on a share of the tasks the other one has a chance of its own, elsewhere the same. */
export function ownDrafts(rate: number, other: number, share: number): World {
  return {
    name: `own drafts, ${rate} and ${other} on ${share} of the tasks`,
    sharesDrafts: false,
    drawTask: (random) => {
      const baseline = drawBeta(rate, random);
      return { baseline, other: random.chance(share) ? drawBeta(other, random) : baseline, breaks: 0 };
    },
    truth: { baseline: rate, difference: share * (other - rate) },
  };
}

/** The other pipeline repairs drafts of the baseline: it fixes a share of those that fail, and breaks one of those that pass. */
export function sharedDrafts(rate: number, fixes: number, breaks: number): World {
  return {
    name: `shared drafts, ${rate}, fixes ${fixes}, breaks ${breaks}`,
    sharesDrafts: true,
    drawTask: (random) => ({ baseline: drawBeta(rate, random), other: drawBeta(fixes, random), breaks }),
    truth: { baseline: rate, difference: fixes * (1 - rate) - breaks * rate },
  };
}

/** One repeat of a task: what the two pipelines' trials came to, 1 for a pass. */
export function drawPair({ sharesDrafts }: World, chances: TaskChances, random: Random): readonly [number, number] {
  const baseline = random.chance(chances.baseline);
  if (!sharesDrafts) return [Number(baseline), Number(random.chance(chances.other))];
  const other = baseline ? !random.chance(chances.breaks) : random.chance(chances.other);
  return [Number(baseline), Number(other)];
}

/** What tasks of these chances come to: of this benchmark alone, the mean difference of the two pipelines. */
export function differenceOf({ sharesDrafts }: World, { baseline, other, breaks }: TaskChances): number {
  return sharesDrafts ? (1 - baseline) * other - baseline * breaks : other - baseline;
}

/** A Beta variable of this mean whose shapes add up to 1 (Jöhnk 1964); 0 and 1 are what they are. */
function drawBeta(mean: number, random: Random): number {
  if (mean === 0 || mean === 1) return mean;
  for (;;) {
    const one = random.uniform() ** (1 / mean);
    const other = random.uniform() ** (1 / (1 - mean));
    if (one + other <= 1 && one + other > 0) return one / (one + other);
  }
}
