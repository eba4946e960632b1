import { parsePool } from '../../src/evolve/pool.ts';
import { callsMade } from '../../src/evolve/racing/search-record.ts';
import type { Estimate, Outcome, SearchProblem, Strategy, Wanted } from '../../src/evolve/strategy.ts';

export const POOL = parsePool({ models: ['a/one', 'a/two'], temperatures: { from: 0.2, to: 0.8, step: 0.2 } }, 'test');

export function problemOf(changes: Partial<SearchProblem> = {}): SearchProblem {
  const searchTasks = Array.from({ length: 20 }, (_, task) => task);
  const selectionTasks = Array.from({ length: 10 }, (_, index) => 20 + index);
  const difficulty = Array.from({ length: 30 }, (_, task) => (task % 10) / 10);
  return { pool: POOL, searchTasks, selectionTasks, difficulty, budget: 200, unit: 'calls', ...changes };
}

/** Solves a task by the draft, by the last refinement, or not at all, as the model, the stages and the task have it. */
export function outcomeOf({ genome, task, repeat }: Wanted): Outcome {
  const strength = 3 * genome.stages.length + (genome.generator.model === 'a/one' ? 4 : 0);
  const luck = (7 * task + 3 * repeat) % 10;
  const most = genome.stages.reduce((sum, { iterations }) => sum + iterations, 0);
  const solved = luck < strength;
  const iterations = solved && luck < 4 ? 0 : most;
  const outcome = { solved, drafts: 1, iterations, tokens: 100, seconds: 1 };
  return { ...outcome, cost: callsMade(genome, outcome) };
}

export interface Played<State> {
  readonly champion: Estimate | null;
  readonly states: readonly State[];
  readonly batches: readonly (readonly Wanted[])[];
  readonly spent: number;
}

/** Plays a search to its end; a trial that was made before costs nothing. */
export function play<State>(
  strategy: Strategy<State>,
  problem: SearchProblem,
  { seed = 1, answer = outcomeOf, isReread = false } = {},
): Played<State> {
  const known = new Set<string>();
  let spent = 0;
  let state = strategy.start(problem, seed);
  const states = [state];
  const batches: (readonly Wanted[])[] = [];
  for (let wanted = strategy.ask(problem, state); wanted.length > 0; wanted = strategy.ask(problem, state)) {
    const outcomes = wanted.map((trial) => {
      const key = JSON.stringify(trial);
      const isKnown = known.has(key);
      known.add(key);
      const outcome = answer(trial);
      const cost = isKnown ? 0 : outcome.cost;
      spent += cost;
      return { ...outcome, cost };
    });
    state = strategy.tell(problem, isReread ? (JSON.parse(JSON.stringify(state)) as State) : state, outcomes);
    states.push(state);
    batches.push(wanted);
  }
  return { champion: strategy.champion(problem, state), states, batches, spent };
}
