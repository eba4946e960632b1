import type { Estimate, Outcome, SearchProblem, Strategy, Wanted } from '../../src/evolve/strategy.ts';
import type { Landscape } from './landscape.ts';

/** Makes trials; a call that was made before costs nothing. */
export type Arena = (wanted: readonly Wanted[]) => readonly Outcome[];

/** An arena on a landscape, in which a trial costs the calls of models that no earlier trial has paid for, as in a search of `evolve`. */
export function createArena(landscape: Landscape): Arena {
  const paid = new Set<string>();
  return (wanted) =>
    wanted.map(({ genome, task, repeat }) => {
      const { outcome, calls } = landscape.run(genome, task, repeat);
      const unpaid = calls.filter((word) => {
        const key = `${word} ${task} ${repeat}`;
        const isNew = !paid.has(key);
        paid.add(key);
        return isNew;
      });
      return { ...outcome, cost: unpaid.length };
    });
}

/** What a search came to: its champion, the calls it spent on how many trials, and the highest score that it believed of any on the way. */
export interface Search {
  readonly champion: Estimate;
  readonly spent: number;
  readonly trials: number;
  readonly peak: number;
}

/** Searches until the strategy asks for no more. */
export function search<State>(strategy: Strategy<State>, problem: SearchProblem, seed: number, arena: Arena): Search {
  let state = strategy.start(problem, seed);
  let [trials, peak] = [0, 0];
  for (let wanted = strategy.ask(problem, state); wanted.length > 0; wanted = strategy.ask(problem, state)) {
    state = strategy.tell(problem, state, arena(wanted));
    trials += wanted.length;
    peak = Math.max(peak, strategy.standing(problem, state).best?.solved ?? 0);
  }
  const champion = strategy.champion(problem, state);
  if (champion === null) throw new Error('expected a champion, got none');
  return { champion, spent: strategy.standing(problem, state).spent, trials, peak };
}
