import { mean } from '../../statistics/describe.ts';
import type { DrawRow, Parameters } from '../../statistics/mixed-logistic.ts';
import { PRIOR_DEVIATIONS, PRIOR_MEANS } from './success-features.ts';
import { isDraft, type Layout, type TaskVariances } from './success-layout.ts';

/** What is learnt from fit to fit about how much things vary. */
export interface Variances {
  /** Standard deviation of the effects of each kind of part. */
  readonly deviations: Readonly<Record<string, number>>;
  readonly tasks: TaskVariances;
}

export const FIRST_VARIANCES: Variances = {
  deviations: PRIOR_DEVIATIONS,
  tasks: { draft: 10, repair: 8, both: 5, ownDraft: 3, ownRepair: 2 },
};

/** Weights of the first guess against what is seen, in effects and in tasks. */
const EFFECTS_WEIGHT = 6;
const TASKS_WEIGHT = 40;

/** Standard deviation of the effects of a kind of part. */
export function deviationOf({ deviations }: Variances, kind: string): number {
  return deviations[kind] ?? 0.5;
}

interface Draws {
  readonly layout: Layout;
  readonly draws: readonly Parameters[];
  readonly rows: readonly DrawRow[];
}

/** One step of empirical Bayes (EM): the variances that the draws show, weighed with the first guess. */
export function learnVariances(variances: Variances, { layout, draws, rows }: Draws): Variances {
  const keys = [...layout.columns.keys()];
  const sums = new Map<string, { squares: number; count: number }>();
  for (const { coefficients } of draws) {
    coefficients.forEach((value, column) => {
      const kind = layout.kinds[column] ?? '';
      const expected = PRIOR_MEANS[keys[column] ?? ''] ?? 0;
      const sum = sums.get(kind) ?? { squares: 0, count: 0 };
      sums.set(kind, { squares: sum.squares + (value - expected) ** 2, count: sum.count + 1 });
    });
  }
  const deviations = Object.fromEntries(
    [...sums].map(([kind, { squares, count }]) => {
      const columns = count / Math.max(1, draws.length);
      const first = deviationOf(FIRST_VARIANCES, kind) ** 2;
      return [kind, Math.sqrt((EFFECTS_WEIGHT * first + squares / draws.length) / (EFFECTS_WEIGHT + columns))];
    }),
  );
  return { deviations: { ...variances.deviations, ...deviations }, tasks: learnTasks({ layout, draws, rows }) };
}

/** The same of tasks, those that were tried. */
function learnTasks({ layout, draws, rows }: Draws): TaskVariances {
  const tried = [...new Set(rows.map(({ group }) => group))];
  const places = layout.traits.map((trait, place) => ({ place, isDraft: isDraft(trait) }));
  const drafters = places.filter((own) => own.isDraft).map(({ place }) => place);
  const refiners = places.filter((own) => !own.isDraft).map(({ place }) => place);
  const product = products(draws, tried, layout.traits.length);
  const first = FIRST_VARIANCES.tasks;
  const draft = within(product, drafters, { shared: first.draft, own: first.ownDraft, count: tried.length });
  const repair = within(product, refiners, { shared: first.repair, own: first.ownRepair, count: tried.length });
  const pairs = drafters.flatMap((one) => refiners.map((other) => product(one, other)));
  const both = weighed(first.both, mean(pairs) ?? 0, tried.length);
  const most = 0.9 * Math.sqrt(draft.shared * repair.shared);
  return {
    draft: draft.shared,
    ownDraft: draft.own,
    repair: repair.shared,
    ownRepair: repair.own,
    both: Math.min(Math.max(both, -most), most),
  };
}

type Product = (one: number, other: number) => number;

/** Sum over the tasks of the product of two traits, mean over the draws. */
function products(draws: readonly Parameters[], tasks: readonly number[], size: number): Product {
  return (one, other) => {
    let sum = 0;
    for (const { traits } of draws) {
      for (const task of tasks) sum += (traits[task * size + one] ?? 0) * (traits[task * size + other] ?? 0);
    }
    return sum / draws.length;
  };
}

/** The variance that models share in a role, and what each has to itself. */
function within(
  product: Product,
  models: readonly number[],
  first: { shared: number; own: number; count: number },
): { shared: number; own: number } {
  const squares = models.map((model) => product(model, model));
  const pairs = models.flatMap((one) => models.filter((other) => one < other).map((other) => product(one, other)));
  const whole = weighed(first.shared + first.own, mean(squares) ?? 0, first.count);
  const common = mean(pairs);
  const guess = (whole * first.shared) / (first.shared + first.own);
  const share = common === null ? guess : weighed(first.shared, common, first.count);
  const shared = Math.min(Math.max(share, 0.05 * whole), 0.95 * whole);
  return { shared, own: whole - shared };
}

/** A first guess of a variance, weighed with a sum of squares over so many tasks. */
function weighed(guess: number, sum: number, count: number): number {
  return (TASKS_WEIGHT * guess + sum) / (TASKS_WEIGHT + count);
}
