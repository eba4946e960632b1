import type { Interval } from '../../../src/statistics/interval.ts';
import { allPairs, type Pair, REPAIRS } from '../parts.ts';
import { type ByTask, difference, meanOf, meansByTask, shareOf } from './by-task.ts';
import { solvedAfter } from './outcomes.ts';
import { pooledRows, type Rows } from './rows.ts';

type RoleName = keyof Pair;

/** One model in one role, over all models in the other one. */
export interface RoleMean {
  readonly model: string;
  readonly solved: Interval | null;
}

/** Which role decides what is solved after all repairs. */
export interface Roles {
  /** The worst first. */
  readonly generators: readonly RoleMean[];
  readonly refiners: readonly RoleMean[];
  /** From the worst to the best model in that role. */
  readonly generatorRange: Interval | null;
  readonly refinerRange: Interval | null;
  /** The refiners' range less the generators'. */
  readonly difference: Interval | null;
}

/** The means of each role; null where a pair is missing or there is one model only. */
export function rolesOf(rows: Rows, models: readonly string[]): Roles | null {
  if (models.length < 2 || pooledRows(rows, 'pairs', allPairs(models)) === null) return null;
  const [generators, refiners] = (['generator', 'refiner'] as const).map((role) => meansOfRole(rows, models, role));
  const [generatorRange, refinerRange] = [rangeOf(generators!), rangeOf(refiners!)];
  return {
    generators: generators!.map(({ model, byTask }) => ({ model, solved: shareOf(byTask) })),
    refiners: refiners!.map(({ model, byTask }) => ({ model, solved: shareOf(byTask) })),
    generatorRange: meanOf(generatorRange),
    refinerRange: meanOf(refinerRange),
    difference: meanOf(difference(refinerRange, generatorRange)),
  };
}

interface Means {
  readonly model: string;
  readonly byTask: ByTask;
}

function meansOfRole(rows: Rows, models: readonly string[], role: RoleName): Means[] {
  const means = models.map((model) => {
    const pairs = allPairs(models).filter((pair) => pair[role] === model);
    return { model, byTask: meansByTask(pooledRows(rows, 'pairs', pairs) ?? [], solvedAfter(REPAIRS)) };
  });
  const center = ({ byTask }: Means) => meanOf(byTask)?.mean ?? 0;
  return means.sort((a, b) => center(a) - center(b));
}

function rangeOf(means: readonly Means[]): ByTask {
  return difference(means.at(-1)!.byTask, means[0]!.byTask);
}
