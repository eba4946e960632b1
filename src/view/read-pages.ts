import { Refusal } from '../base/errors.ts';
import { type Comparing, type PipelineOfRun, type TrialList, withoutFrom } from '../pages/viewer/addresses.ts';
import { type Compared, comparePage, type Side } from '../pages/viewer/compare-page.ts';
import { runPage } from '../pages/viewer/run-page.ts';
import { trialPage } from '../pages/viewer/trial-page.ts';
import { type ListedTrials, TRIALS_SHOWN } from '../pages/viewer/trial-table.ts';
import { pairCells } from '../runs/paired-cells.ts';
import { placesIn, trialAtPlace } from '../runs/plan.ts';
import type { ReadableRun } from '../runs/read-run.ts';
import type { RunStore, TrialQuery, TrialRow } from '../runs/run-store.ts';
import { NotThere } from './guarded-app.ts';

/** How long one page may search, so that it is there at once. */
const SEARCH_MS = 30;
/** How long a step to the next match may take. */
const STEP_MS = 2000;
/** Whose pipelines can be chosen for a comparison. */
const MOST_RUNS = 100;

/** A run by its id; throws NotThere, or a Refusal of one that another version of greenloop wrote. */
export async function runOf(store: RunStore, id: string): Promise<ReadableRun> {
  const run = await store.find(id);
  if (run === null) throw new NotThere(`There is no run ${id}.`);
  const { plan } = run;
  if (plan === null)
    throw new Refusal(`The run ${id} was kept by another version of greenloop; read it with that one.`);
  return { ...run, plan };
}

/** The page of a run. */
export async function readRunPage(store: RunStore, id: string, list: TrialList): Promise<string> {
  const run = await runOf(store, id);
  const counts = await store.views.counts(id);
  return runPage({ run, counts, list, trials: await listed(store, id, list) });
}

async function listed(store: RunStore, id: string, { text, ...query }: TrialList): Promise<ListedTrials> {
  if (text !== undefined) {
    return store.views.search(id, { ...query, text, limit: TRIALS_SHOWN, mostMs: SEARCH_MS });
  }
  return { ...(await store.page(id, { ...query, limit: TRIALS_SHOWN })), next: null };
}

/** The page of the trial at a place of its run's plan. */
export async function readTrialPage(
  store: RunStore,
  { id, place, list, end }: { id: string; place: number; list: TrialList; end: 'first' | 'last' | null },
): Promise<string> {
  const run = await runOf(store, id);
  const own = trialAtPlace(run.plan, place);
  const stored = own && (await store.trial(id, own));
  if (own === null || stored === null) throw new NotThere(`The run ${id} has no trial ${place} yet.`);
  const { text, ...query } = withoutFrom(list);
  const at = text === undefined ? await store.views.position(id, query, own) : null;
  const position = at === null ? null : { at, of: (await store.page(id, { ...query, limit: 0 })).total };
  return trialPage({ run, place, stored, list, position, end });
}

/** The place of the trial before or after one in a list; null where there is none. */
export async function readStep(
  store: RunStore,
  { id, place, list, step }: { id: string; place: number; list: TrialList; step: 'next' | 'previous' },
): Promise<number | null> {
  const { plan } = await runOf(store, id);
  const own = trialAtPlace(plan, place);
  if (own === null) throw new NotThere(`The run ${id} has no trial ${place}.`);
  const { text, ...forwards } = withoutFrom(list);
  const query = step === 'next' ? forwards : { ...forwards, isDescending: !forwards.isDescending };
  const at = await store.views.position(id, query, own);
  const from = at === null ? 0 : at + 1;
  const row = await firstRow(store, id, { ...query, from, limit: 1 }, text);
  return row === undefined ? null : placesIn(plan)(row.pipeline, row.taskId, row.repeat);
}

async function firstRow(
  store: RunStore,
  id: string,
  query: TrialQuery,
  text: string | undefined,
): Promise<TrialRow | undefined> {
  if (text === undefined) return (await store.page(id, query)).rows[0];
  return (await store.views.search(id, { ...query, text, mostMs: STEP_MS })).rows[0];
}

/** The page that compares two pipelines. */
export async function readComparePage(store: RunStore, comparing: Comparing): Promise<string> {
  const runs = (await store.list()).flatMap(({ plan, ...run }) => (plan === null ? [] : [{ ...run, plan }]));
  const compared = await comparedOf(store, comparing);
  return comparePage({ comparing, runs: runs.slice(0, MOST_RUNS), compared });
}

async function comparedOf(store: RunStore, { a, b }: Comparing): Promise<Compared | null> {
  if (a === null || b === null) return null;
  const [sideA, sideB] = [await sideOf(store, a), await sideOf(store, b)];
  const [ofA, ofB] = [await store.views.cells(a.run, a.pipeline), await store.views.cells(b.run, b.pipeline)];
  const tasks = sideA.plan.tasks.map(({ id }) => id);
  return { a: sideA, b: sideB, cells: pairCells(ofA, ofB, tasks) };
}

async function sideOf(store: RunStore, { run, pipeline }: PipelineOfRun): Promise<Side> {
  const { plan } = await runOf(store, run);
  if (plan.pipelines.some(({ name }) => name === pipeline)) return { run, pipeline, plan };
  throw new NotThere(`The run ${run} has no pipeline ${JSON.stringify(pipeline)}.`);
}
