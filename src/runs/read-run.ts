import { setImmediate } from 'node:timers/promises';
import { Refusal } from '../base/errors.ts';
import { looksIn } from './looks.ts';
import { type Plan, plannedBenchmark, repeatsOf } from './plan.ts';
import type { RunFacts } from './run-facts.ts';
import type { RunListing, RunStore } from './run-store.ts';
import { factsOf, type TrialFacts } from './trial-facts.ts';

/** A stored run whose plan can be read. */
export type ReadableRun = RunListing & { readonly plan: Plan };

/** The ids of the runs that words mean: an id, the unique beginning of one, or `last`; each once. Throws a Refusal. */
export async function findRuns(store: RunStore, words: readonly string[]): Promise<string[]> {
  const runs = await store.list();
  return [...new Set(words.map((word) => chosenRun(runs, word).id))];
}

/** The run that a word means: an id, the unique beginning of one, or `last`. Throws a Refusal. */
export async function findRun(store: RunStore, word: string): Promise<ReadableRun> {
  const run = chosenRun(await store.list(), word);
  const { id, plan } = run;
  if (plan !== null) return { ...run, plan };
  throw new Refusal(
    `the run ${id} was stored by another version of greenloop; read it with that version, or measure again`,
  );
}

/** So many trials are read in one turn of the event loop. */
const TURN = 200;

/** A stored run as the analyses take it; of one that has not ended, what there is. */
export async function readRun(store: RunStore, word: string): Promise<RunFacts & { readonly id: string }> {
  const { id, plan, state, summary } = await findRun(store, word);
  const trials: TrialFacts[] = [];
  for await (const trial of store.trials(id)) {
    trials.push(factsOf(trial));
    // What waits for its turn gets it: Ctrl-C, and what keeps the heap small.
    if (trials.length % TURN === 0) await setImmediate();
  }
  return {
    id,
    specs: plan.pipelines,
    trials,
    summary: {
      benchmark: plannedBenchmark(plan),
      repeats: repeatsOf(plan, trials),
      seed: plan.seed,
      complete: state === 'complete',
      ...looksIn(summary),
    },
  };
}

function chosenRun(runs: readonly RunListing[], word: string): RunListing {
  const [newest] = runs;
  if (newest === undefined) throw new Refusal('the ledger has no runs yet; make one first', { choice: 'new-run' });
  if (word === 'last') return newest;
  const exact = runs.find(({ id }) => id === word);
  // No word at all, as of a variable that is not set, is the beginning of none.
  const begun = exact === undefined ? runs.filter(({ id }) => word !== '' && id.startsWith(word)) : [exact];
  const [found, other] = begun;
  if (found === undefined) {
    throw new Refusal(`there is no run ${JSON.stringify(word)}; the newest is ${newest.id}`, { choice: 'stored-run' });
  }
  if (other === undefined) return found;
  throw new Refusal(
    `${begun.length} runs begin with ${JSON.stringify(word)}, such as ${found.id} and ${other.id}; write more of the id`,
  );
}
