import type { Arena } from './arena.ts';
import { type Genome, genomeHash } from './genome.ts';
import type { Outcome, SearchProblem, Standing, Strategy, Wanted } from './strategy.ts';

/** What the trials of one genome came to. */
export interface GenomeRecord {
  readonly genome: Genome;
  readonly trials: number;
  readonly solved: number;
  readonly tokens: number;
  readonly seconds: number;
  /** One more than the highest repeat: draws from here on are new. */
  readonly repeats: number;
}

/** A search between two batches; plain JSON. */
export interface SearchState {
  readonly strategy: unknown;
  /** By the hash of the genome. */
  readonly records: Readonly<Record<string, GenomeRecord>>;
}

/** What a search needs besides its strategy. */
export interface SearchOptions {
  readonly problem: SearchProblem;
  readonly seed: number;
  readonly arena: Arena;
  /** Where to begin: at `beginSearch`, or where an earlier search stopped. */
  readonly from?: SearchState | undefined;
  /** Called after each batch: what is kept of it goes on from there. */
  readonly onBatch: (state: SearchState, standing: Standing) => void;
}

/** A search before its first batch. */
export function beginSearch<State>(strategy: Strategy<State>, problem: SearchProblem, seed: number): SearchState {
  return { strategy: strategy.start(problem, seed), records: {} };
}

/** Runs a search to its end. */
export async function runSearch<State>(strategy: Strategy<State>, options: SearchOptions): Promise<SearchState> {
  const { problem, seed, arena, onBatch } = options;
  let state: SearchState = options.from ?? beginSearch(strategy, problem, seed);
  for (;;) {
    const own = state.strategy as State;
    const wanted = strategy.ask(problem, own);
    if (wanted.length === 0) return state;
    const outcomes = await arena.run(wanted);
    const next = strategy.tell(problem, own, outcomes);
    state = { strategy: next, records: withOutcomes(state.records, wanted, outcomes) };
    onBatch(state, strategy.standing(problem, next));
  }
}

/** What was wanted twice counts once. */
function withOutcomes(
  records: SearchState['records'],
  wanted: readonly Wanted[],
  outcomes: readonly Outcome[],
): SearchState['records'] {
  const next = { ...records };
  const seen = new Set<string>();
  wanted.forEach(({ genome, task, repeat }, index) => {
    const outcome = outcomes[index];
    const hash = genomeHash(genome);
    const key = JSON.stringify([hash, task, repeat]);
    if (outcome === undefined || seen.has(key)) return;
    seen.add(key);
    const before = next[hash] ?? { genome, trials: 0, solved: 0, tokens: 0, seconds: 0, repeats: 0 };
    next[hash] = {
      genome,
      trials: before.trials + 1,
      solved: before.solved + Number(outcome.solved),
      tokens: before.tokens + outcome.tokens,
      seconds: before.seconds + outcome.seconds,
      repeats: Math.max(before.repeats, repeat + 1),
    };
  });
  return next;
}
