import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Refusal } from '../../../src/base/errors.ts';
import { type Genome, genomeHash, isWithin } from '../../../src/evolve/genome.ts';
import { type EvolutionState, paperStrategy, searchEstimate } from '../../../src/evolve/paper/evolution.ts';
import { compareFitness, evaluateGenome } from '../../../src/evolve/paper/fitness.ts';
import type { Wanted } from '../../../src/evolve/strategy.ts';
import { arenaOf, ownPool, ownProblem, pools, runSearch, SINGLE } from '../own-search.ts';

const SMALL = { population: 8, generations: 5, tasksAGeneration: 6, repeats: 2 };

/** Better with each of: model b that drafts, a stage, model c that refines. */
function planted({ generator, stages }: Genome): number {
  const refined =
    stages.length === 0 ? 0 : 0.15 + 0.35 * Number(stages.every(({ refiner }) => refiner.model === 'own/c'));
  return 0.1 + 0.4 * Number(generator.model === 'own/b') + refined;
}

const uneven = arenaOf((own, task) => planted(own) * (1 - task / 120));

function roundTrip(state: EvolutionState): EvolutionState {
  return JSON.parse(JSON.stringify(state));
}

function key({ genome, task, repeat }: Wanted): string {
  return `${genomeHash(genome)} ${task} ${repeat}`;
}

test('the same seed gives the same bytes, another seed others', () => {
  const problem = ownProblem();
  const [first, again, other] = [1, 1, 2].map((seed) =>
    JSON.stringify(runSearch(paperStrategy(SMALL), problem, uneven, { seed }).states),
  );
  assert.equal(first, again);
  assert.notEqual(first, other);
});

test('a search that is kept as JSON and taken up after every batch is the same search', () => {
  fc.assert(
    fc.property(pools, fc.nat(), (pool, seed) => {
      const problem = ownProblem({ pool, budget: 250 });
      const whole = runSearch(paperStrategy(SMALL), problem, uneven, { seed });
      const resumed = runSearch(paperStrategy(SMALL), problem, uneven, { seed, keep: roundTrip });
      assert.equal(JSON.stringify(resumed.states), JSON.stringify(whole.states));
      assert.deepEqual(resumed.asked, whole.asked);
    }),
    { numRuns: 15, seed: 1 },
  );
});

test('every genome asked for is valid, and innovation numbers are unique in it, in whatever pool', () => {
  fc.assert(
    fc.property(pools, fc.nat(), (pool, seed) => {
      const { asked } = runSearch(paperStrategy(SMALL), ownProblem({ pool }), uneven, { seed });
      for (const { genome } of asked.flat()) {
        assert.ok(isWithin(pool, genome));
        const numbers = genome.stages.map(({ innovation }) => innovation);
        assert.equal(new Set(numbers).size, numbers.length);
      }
    }),
    { numRuns: 15, seed: 2 },
  );
});

test("the paper's search: 20 generations of 20 genomes on 25 tasks, then 5 times the whole benchmark", () => {
  const tasks = Array.from({ length: 164 }, (_, task) => task);
  const problem = ownProblem({ searchTasks: tasks, selectionTasks: [], difficulty: tasks.map((task) => task / 164) });
  const strategy = paperStrategy();
  const { asked, states, last } = runSearch(strategy, problem, uneven);
  // 10,000 trials and 5 x 164 = 820: the first member alone, the other 19, then whole generations, then validation.
  assert.deepEqual(
    asked.map(({ length }) => length),
    [25, 475, ...Array<number>(19).fill(500), 820],
  );
  for (const { speciation } of states) assert.ok(speciation.species.length >= 3 && speciation.species.length <= 5);
  const champion = strategy.champion(problem, last)!;
  assert.equal(champion.trials, 820);
  assert.deepEqual(champion.genome, last.best?.genome);
  assert.deepEqual(strategy.standing(problem, last), {
    generation: 19,
    species: last.speciation.species.length,
    spent: 10_820,
    best: champion,
  });
  // Every search trial of an arena of chance is luck in part, and the best has most of it.
  assert.ok(searchEstimate(last.best!).solved > champion.solved);
});

test('no trial is drawn twice: elites are tried anew, and validation is on draws of its own', () => {
  const { asked, states } = runSearch(paperStrategy(SMALL), ownProblem(), uneven);
  const generations = asked.map((batch) => new Set(batch.map(key)));
  for (const [place, own] of generations.entries()) {
    const earlier = generations.slice(0, place);
    // The first member has the first batch for itself; a twin may be in the second.
    if (place !== 1) assert.ok([...own].every((trial) => !earlier.some((other) => other.has(trial))));
  }
  const [before, after] = [1, 2].map((number) => states.find(({ generation }) => generation === number)!);
  const elite = genomeHash(after!.population[0]!);
  assert.ok(before!.population.some((genome) => genomeHash(genome) === elite));
  const repeats = asked
    .flat()
    .filter(({ genome }) => genomeHash(genome) === elite)
    .map(({ repeat }) => repeat);
  assert.ok(repeats.includes(1) && repeats.includes(2));
});

test('the champion was tried, and nobody with a better search fitness was', () => {
  const { asked, last } = runSearch(paperStrategy(SMALL), ownProblem(), uneven);
  // Six trials a member; repeats 0 to 4 are those of the five generations.
  const searched = asked.flat().filter(({ repeat }) => repeat < 5);
  const evaluations = Array.from({ length: searched.length / 6 }, (_, member) => {
    const trials = searched.slice(6 * member, 6 * member + 6);
    const { genome } = trials[0]!;
    return { genome, evaluation: evaluateGenome(genome, trials.map(uneven)) };
  });
  const [best] = evaluations.toSorted((one, other) => compareFitness(one.evaluation, other.evaluation));
  assert.equal(evaluations.length, 40);
  assert.deepEqual([last.best?.genome, last.best?.evaluation], [best?.genome, best?.evaluation]);
  assert.deepEqual(last.validation?.genome, best?.genome);
});

test('where all is solved the smallest genome wins, with a share of 1', () => {
  const strategy = paperStrategy(SMALL);
  const problem = ownProblem();
  const { last } = runSearch(
    strategy,
    problem,
    arenaOf(() => 1),
  );
  const champion = strategy.champion(problem, last);
  assert.deepEqual([champion?.solved, champion?.high, champion?.genome.stages], [1, 1, []]);
});

test('where nothing is solved the search ends all the same, with a share of 0', () => {
  const strategy = paperStrategy(SMALL);
  const problem = ownProblem();
  const { last } = runSearch(
    strategy,
    problem,
    arenaOf(() => 0),
  );
  assert.equal(last.generation, 4);
  assert.deepEqual([strategy.champion(problem, last)?.solved, strategy.champion(problem, last)?.low], [0, 0]);
});

test('a planted best is found where chance hides little', () => {
  const sharp = arenaOf((own, task) => Number(task / 60 < planted(own)));
  for (const seed of [1, 2, 3]) {
    const strategy = paperStrategy();
    const problem = ownProblem();
    const { last } = runSearch(strategy, problem, sharp, { seed });
    const { genome, solved } = strategy.champion(problem, last)!;
    assert.equal(genome.generator.model, 'own/b');
    assert.ok(genome.stages.length > 0 && genome.stages.every(({ refiner }) => refiner.model === 'own/c'), `${seed}`);
    assert.equal(solved, 1);
  }
});

test('a pool of one model, one prompt and no stages works, and a benchmark of one task', () => {
  const strategy = paperStrategy(SMALL);
  for (const searchTasks of [[0], [0, 1, 2]]) {
    const problem = ownProblem({ pool: SINGLE, searchTasks, selectionTasks: [] });
    const { last } = runSearch(strategy, problem, uneven);
    const champion = strategy.champion(problem, last);
    assert.equal(champion?.trials, 2 * searchTasks.length);
    assert.equal(last.speciation.species.length, 1);
  }
});

test('greedy search is at temperature 0 throughout, and nothing is drawn a second time', () => {
  const strategy = paperStrategy({ ...SMALL, sampling: 'greedy' });
  const problem = ownProblem({ pool: ownPool() });
  const { asked, last } = runSearch(strategy, problem, uneven);
  for (const { genome, repeat } of asked.flat()) {
    const genes = [
      genome.generator,
      ...genome.stages.flatMap(({ analyzer, refiner }) => [analyzer ?? refiner, refiner]),
    ];
    assert.ok(repeat === 0 && genes.every(({ temperature }) => temperature === 0));
  }
  assert.equal(strategy.champion(problem, last)?.trials, 60);
});

test('a budget is kept, and what validation needs is reserved', () => {
  // 8 x 6 = 48 trials a generation; validation 2 x 60 = 120. Of 300, 180 are for the search: 30 members, three whole generations.
  const strategy = paperStrategy(SMALL);
  const problem = ownProblem({ budget: 300 });
  const { last } = runSearch(strategy, problem, uneven);
  assert.equal(last.spending.spent, 300);
  assert.deepEqual([last.generation, last.evaluated.length], [3, 6]);
  assert.equal(strategy.champion(problem, last)?.trials, 120);
});

test('a small budget is halved between search and validation, and the smallest leaves the share seen', () => {
  const strategy = paperStrategy(SMALL);
  const some = ownProblem({ budget: 60 });
  // 30 for the search, five members; 30 for as many tasks of the first repeat.
  const { last } = runSearch(strategy, some, uneven);
  assert.deepEqual([last.evaluated.length, last.spending.spent], [5, 60]);
  assert.equal(strategy.champion(some, last)?.trials, 30);
  const least = ownProblem({ budget: 1 });
  const cut = runSearch(strategy, least, uneven).last;
  assert.equal(strategy.champion(least, cut)?.trials, 1);
});

test('without a budget nothing is asked, and there is no champion', () => {
  const strategy = paperStrategy();
  const problem = ownProblem({ budget: 0 });
  const { asked, last } = runSearch(strategy, problem, uneven);
  assert.deepEqual([asked, strategy.champion(problem, last)], [[], null]);
  assert.equal(strategy.standing(problem, last).best, null);
});

test('trials that cost nothing are no reason to stop', () => {
  const { last } = runSearch(paperStrategy(SMALL), ownProblem({ budget: 1 }), arenaOf(planted, 0));
  assert.equal(last.validation?.trials, 120);
});

test('outcomes that were not asked for are refused, and so are options that make no sense', () => {
  const strategy = paperStrategy(SMALL);
  const problem = ownProblem();
  const state = strategy.start(problem, 1);
  assert.throws(() => strategy.tell(problem, state, []), { name: 'TypeError', message: 'expected 6 outcomes, got 0' });
  assert.throws(() => paperStrategy({ population: 1, elites: 2 }), Refusal);
  assert.throws(() => paperStrategy({ population: 0 }), /paper: population:/);
});

test('generations are planned from the trials that validation leaves, which is half of them at least', () => {
  const tasks = { searchTasks: Array.from({ length: 164 }, (_, place) => place), selectionTasks: [] };
  const planned = (trials: number) => paperStrategy().plannedGenerations?.(tasks, trials);
  // Validation takes 5 * 164 trials, or half of all; a generation takes 20 * 25.
  assert.deepEqual([100, 1500, 5000, 20_000].map(planned), [1, 1, 8, 20]);
});
