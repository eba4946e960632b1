import { genomeHash } from '../../src/evolve/genome.ts';
import type { Estimate, Outcome, SearchProblem, Strategy, Wanted } from '../../src/evolve/strategy.ts';
import type { Landscape } from './landscape.ts';

/** Makes trials; one that was made before costs nothing. */
export type Arena = (wanted: readonly Wanted[]) => readonly Outcome[];

/** An arena on a landscape, in which a trial costs 1, or 1 for each answer that a draft or a repair took. */
export function createArena(landscape: Landscape, unit: 'trials' | 'answers' = 'trials'): Arena {
  const known = new Map<string, Outcome>();
  const hashes = new WeakMap<object, string>();
  return (wanted) =>
    wanted.map(({ genome, task, repeat }) => {
      const hash = hashes.get(genome) ?? genomeHash(genome);
      hashes.set(genome, hash);
      const key = `${hash} ${task} ${repeat}`;
      const before = known.get(key);
      const outcome = before ?? priced(landscape.run(genome, task, repeat), unit);
      known.set(key, { ...outcome, cost: 0 });
      return outcome;
    });
}

function priced(outcome: Outcome, unit: 'trials' | 'answers'): Outcome {
  return { ...outcome, cost: unit === 'trials' ? 1 : outcome.drafts + outcome.iterations };
}

/** What a search came to: its champion, what it spent, and the highest score that it believed of any on the way. */
export interface Search {
  readonly champion: Estimate;
  readonly spent: number;
  readonly asked: number;
  readonly peak: number;
}

/** Searches until the strategy asks for no more. */
export function search<State>(strategy: Strategy<State>, problem: SearchProblem, seed: number, arena: Arena): Search {
  let state = strategy.start(problem, seed);
  let [asked, peak] = [0, 0];
  for (let wanted = strategy.ask(problem, state); wanted.length > 0; wanted = strategy.ask(problem, state)) {
    state = strategy.tell(problem, state, arena(wanted));
    asked += wanted.length;
    peak = Math.max(peak, strategy.standing(problem, state).best?.solved ?? 0);
  }
  const champion = strategy.champion(problem, state);
  if (champion === null) throw new Error('expected a champion, got none');
  return { champion, spent: strategy.standing(problem, state).spent, asked, peak };
}
