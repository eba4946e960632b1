import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Immutable } from '../base/immutable.ts';
import { type Plan, planHash } from './plan.ts';
import type { RunListing, RunStore } from './run-store.ts';

const lookSchema = z.strictObject({
  pipelines: z.array(z.string()),
  /** Null: all of the run's. */
  tasks: z.array(z.string()).nullable(),
  repeats: z.int().min(1),
  /** Which part of the level could be spent up to it. */
  spent: z.number().min(0),
});

/** Looks as plain JSON. */
export const looksSchema = z.strictObject({
  /** The first comes first. */
  earlier: z.array(lookSchema),
  /** Looks that were planned, one after each repeat; null where nobody planned any. */
  planned: z.int().min(1).nullable(),
});

/** A comparison of some of a run's trials that somebody saw. */
export type Look = Immutable<z.infer<typeof lookSchema>>;

/** What was seen of a run's trials before the run had them all: every look is one more chance of a false finding. */
export type Looks = Immutable<z.infer<typeof looksSchema>>;

/** Of a run that nobody looked at before. */
export const NO_LOOKS: Looks = { earlier: [], planned: null };

/** So much of the level may be spent in all where nobody planned the looks: the first one spends all of a usual level. */
const MOST_SPENT = 1.2;

/**
 * The looks at two pipelines in their order, the present one, after so many repeats, last. Planned ones spend equal parts of what is left of
 * the level; where a level was spent before, each further look, or plan of them, may spend half of the rest up to 1.2 levels.
 */
export function looksAt({ earlier, planned }: Looks, pipelines: readonly string[], repeats: number): Look[] {
  const own = earlier.filter((look) => pipelines.every((name) => look.pipelines.includes(name)));
  const before = Math.max(0, ...own.map(({ spent }) => spent));
  const room = before < 1 ? 1 - before : (MOST_SPENT - before) / 2;
  const present = planned === null ? [repeats] : Array.from({ length: repeats }, (_, index) => index + 1);
  return [
    ...own.toSorted((one, other) => one.spent - other.spent),
    ...present.map((after, index) => ({
      pipelines,
      tasks: null,
      repeats: after,
      spent: before + (room * (index + 1)) / (planned ?? 1),
    })),
  ];
}

/**
 * The looks that the store knows of at trials of this plan: runs of the same models, seed and limits, with some of its tasks and pipelines, no
 * more repeats, and fewer trials.
 */
export async function earlierLooks(store: Pick<RunStore, 'list'>, plan: Plan): Promise<Look[]> {
  const own = planHash(plan);
  const looks = (await store.list())
    .toReversed()
    .flatMap((run) => (run.plan === null || planHash(run.plan) === own ? [] : looksOfRun(run, run.plan, plan)));
  // A look that two later runs name is one.
  const key = ({ pipelines, tasks, repeats }: Look) => JSON.stringify([pipelines.toSorted(), tasks, repeats]);
  return [...new Map(looks.map((look) => [key(look), look])).values()];
}

function looksOfRun(run: RunListing, its: Plan, plan: Plan): Look[] {
  const seen = summarySchema.safeParse(run.summary);
  if (!seen.success || !hasSameSettings(its, plan)) return [];
  const hashes = new Map(plan.tasks.map(({ id, hash }) => [id, hash]));
  const tasks = its.tasks.filter(({ id, hash }) => hashes.get(id) === hash).map(({ id }) => id);
  const pipelines = its.pipelines
    .filter((spec) => plan.pipelines.some((other) => isDeepStrictEqual(spec, other)))
    .map(({ name }) => name);
  if (tasks.length < its.tasks.length || pipelines.length < 2) return [];
  const { repeats, looks = NO_LOOKS } = seen.data;
  const isAll = tasks.length === plan.tasks.length;
  return looksAt(looks, pipelines, repeats)
    .filter((look) => look.repeats <= plan.repeats && !(isAll && look.tasks === null && look.repeats === plan.repeats))
    .map((look) => ({ ...look, pipelines: [...pipelines], tasks: look.tasks ?? (isAll ? null : tasks) }));
}

const summarySchema = z.object({ repeats: z.int().min(1), looks: looksSchema.optional() });

/** The looks that the summary of a stored run names; nothing where it names none. */
export function looksIn(summary: unknown): { readonly looks?: Looks | undefined } {
  const looks = summarySchema.safeParse(summary).data?.looks;
  return looks === undefined ? {} : { looks };
}

function hasSameSettings(its: Plan, plan: Plan): boolean {
  const identities = new Map(plan.models.map(({ name, identity }) => [name, identity]));
  const isSame = its.models.every(({ name, identity }) => !identities.has(name) || identities.get(name) === identity);
  return isSame && its.seed === plan.seed && its.timeoutSeconds === plan.timeoutSeconds;
}
