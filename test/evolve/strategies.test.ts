import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitFor } from '../../src/evolve/budget.ts';
import { askCount, genomeHash, isWithin, type RoleGene } from '../../src/evolve/genome.ts';
import { modelStrategy } from '../../src/evolve/model/model-search.ts';
import { paperStrategy } from '../../src/evolve/paper/evolution.ts';
import { paperPool, parsePool, temperaturesOf } from '../../src/evolve/pool.ts';
import { gridStrategy, halvingStrategy, randomStrategy, singleStages } from '../../src/evolve/racing/baselines.ts';
import { raceStrategy } from '../../src/evolve/racing/race.ts';
import { callsMade } from '../../src/evolve/racing/search-record.ts';
import type { SearchProblem, Strategy } from '../../src/evolve/strategy.ts';
import { Random } from '../../src/statistics/random.ts';
import { outcomeOf, type Played, POOL, play, problemOf } from './own-strategies.ts';

/** The state of each is its own, so that a list of them has none in common. */
interface Player {
  readonly name: string;
  readonly play: (problem: SearchProblem, options?: Parameters<typeof play>[2]) => Played<unknown>;
}

function player<State>(name: string, strategy: Strategy<State>): Player {
  return { name, play: (problem, options) => play(strategy, problem, options) };
}

const players = [
  player('random', randomStrategy()),
  player('halving', halvingStrategy()),
  player('grid', gridStrategy()),
  player('race', raceStrategy()),
  player('model', modelStrategy()),
];

/** Of one trial of any genome: four drafts, and nine repairs of which three are analyzed. */
const MOST_CALLS = 16;

const alone = parsePool(
  {
    models: ['a/one'],
    prompts: { generator: ['default'], analyzer: ['default'], refiner: ['default'] },
    temperatures: { from: 0.4, to: 0.4 },
    stages: 1,
  },
  'test',
);
const awkward: Readonly<Record<string, Partial<SearchProblem>>> = {
  'a pool of one': { pool: alone, budget: 60 },
  'no stages': { pool: { ...alone, stages: 0 }, budget: 60 },
  'one task': { searchTasks: [0], selectionTasks: [], budget: 60 },
  'no selection tasks': { selectionTasks: [], budget: 80 },
  'a budget below a round': { budget: 5 },
  'a budget of one': { budget: 1 },
};

for (const { name, play: playIt } of players) {
  test(`${name}: valid genomes, within the budget, a champion that was tried`, () => {
    const problem = problemOf();
    const { champion, batches, spent } = playIt(problem);
    const asked = batches.flat();
    assert.ok(champion !== null);
    assert.ok(spent > 0.8 * problem.budget && spent < problem.budget + MOST_CALLS, `${spent}`);
    assert.ok(asked.every(({ genome }) => isWithin(POOL, genome)));
    assert.ok(asked.some(({ genome }) => genomeHash(genome) === genomeHash(champion.genome)));
    assert.ok(champion.low <= champion.solved && champion.solved <= champion.high);
    assert.equal(
      new Set(asked.map((trial) => JSON.stringify(trial))).size,
      asked.length,
      'no trial is asked for twice',
    );
  });

  test(`${name}: the same seed gives the same search, from JSON too`, () => {
    const problem = problemOf({ budget: 120 });
    const whole = playIt(problem, { seed: 3 });
    assert.deepEqual(playIt(problem, { seed: 3, isReread: true }), whole);
    assert.notDeepEqual(playIt(problem, { seed: 4 }).batches, whole.batches);
  });

  for (const [situation, changes] of Object.entries(awkward)) {
    test(`${name}: ${situation}`, () => {
      const problem = problemOf(changes);
      const { champion, spent } = playIt(problem);
      assert.ok(champion !== null);
      assert.ok(spent < problem.budget + MOST_CALLS, `${spent}`);
    });
  }

  test(`${name}: all solved, none solved`, () => {
    const problem = problemOf({ budget: 80 });
    const fixed = (solved: boolean) => ({
      answer: (trial: Parameters<typeof outcomeOf>[0]) => ({
        ...outcomeOf(trial),
        solved,
        drafts: 1,
        iterations: solved ? 0 : trial.genome.stages.reduce((sum, { iterations }) => sum + iterations, 0),
      }),
    });
    const all = playIt(problem, fixed(true)).champion?.solved ?? 0;
    const none = playIt(problem, fixed(false)).champion?.solved ?? 1;
    assert.ok(all > 0.85, `${all}`);
    assert.ok(none < 0.15, `${none}`);
  });
}

for (const { name, play: playIt } of [...players, player('paper', paperStrategy())]) {
  test(`${name}: a budget of calls ends within one trial`, () => {
    const answer: typeof outcomeOf = (trial) => {
      const outcome = outcomeOf(trial);
      // The later a genome, the more it asks for: what a trial has cost so far says too little.
      const cost = outcome.iterations === 0 ? 1 : askCount(trial.genome);
      return { ...outcome, cost };
    };
    for (const budget of [20, 150, 700]) {
      const { batches, spent } = playIt(problemOf({ budget }), { answer });
      const last = batches.flat().at(-1);
      assert.ok(last !== undefined && spent - answer(last).cost < budget, `${spent} of ${budget}`);
      assert.ok(spent > 0.7 * budget - MOST_CALLS, `${spent} of ${budget}`);
    }
  });
}

test('the model learns that further drafts pay', () => {
  const answer: typeof outcomeOf = ({ genome, task, repeat }) => {
    const drafts = 1 + (genome.drafts?.count ?? 0);
    const luck = (7 * task + 3 * repeat) % 10;
    const most = genome.stages.reduce((sum, { iterations }) => sum + iterations, 0);
    const solved = luck < 2.4 * drafts;
    const made = solved ? { drafts: Math.ceil((luck + 0.1) / 2.4), iterations: 0 } : { drafts, iterations: most };
    return { solved, ...made, tokens: 100, seconds: 1, cost: callsMade(genome, made) };
  };
  const { champion } = play(modelStrategy(), problemOf({ budget: 300 }), { answer });
  assert.equal(champion?.genome.drafts?.count, 3);
});

test('what was not shown to help is left out: where no repair ever passes, the champion of the model takes few calls', () => {
  const answer: typeof outcomeOf = ({ genome, task, repeat }) => {
    const solved = (7 * task + 3 * repeat) % 10 < 5;
    const most = genome.stages.reduce((sum, { iterations }) => sum + iterations, 0);
    const made = solved ? { drafts: 1, iterations: 0 } : { drafts: 1 + (genome.drafts?.count ?? 0), iterations: most };
    return { solved, ...made, tokens: 100, seconds: 1, cost: callsMade(genome, made) };
  };
  const { champion } = play(modelStrategy(), problemOf({ budget: 600 }), { answer });
  assert.ok(champion !== null && askCount(champion.genome) <= 4, `${champion && askCount(champion.genome)}`);
});

test('no genome has a part that the pool has not', () => {
  const pool = parsePool(
    {
      models: { generator: ['a/one', 'a/two'], analyzer: ['b/three'], refiner: ['c/four', 'a/one'] },
      prompts: { generator: ['careful'], analyzer: ['trace'], refiner: ['minimal', 'rewrite'] },
      temperatures: { from: 0.1, to: 0.9, step: 0.35 },
      policies: { detail: ['values', 'traceback'], repair: ['all', 'none'] },
    },
    'test',
  );
  const isOf = (gene: RoleGene, role: 'generator' | 'analyzer' | 'refiner') => {
    const prompts: readonly RoleGene['prompt'][] = pool.prompts[role];
    const isWarm = temperaturesOf(pool).includes(gene.temperature);
    return isWarm && pool.models[role].includes(gene.model) && prompts.includes(gene.prompt);
  };
  for (const { play: playIt } of players) {
    for (const { genome } of playIt(problemOf({ pool })).batches.flat()) {
      assert.ok(isOf(genome.generator, 'generator'));
      assert.ok(genome.stages.every(({ refiner }) => isOf(refiner, 'refiner')));
      assert.ok(genome.stages.every(({ analyzer }) => analyzer === null || isOf(analyzer, 'analyzer')));
      assert.ok(pool.policies.detail.includes(genome.policies.detail));
    }
  }
});

test('the grid has every pipeline of one stage once, of repairs or of further drafts', () => {
  const grid = singleStages(POOL, Random.of(1));
  // 2 models x 3 prompts, with none or 2 x 2 analyzers and 2 x 3 refiners, or with three drafts more
  assert.equal(grid.length, 6 * 5 * 6 + 6);
  assert.equal(singleStages(paperPool(POOL), Random.of(1)).length, 6 * 5 * 6);
  assert.equal(new Set(grid.map(genomeHash)).size, grid.length);
});

test('the model learns that stages and the better model pay', () => {
  const { champion } = play(modelStrategy(), problemOf({ budget: 300 }));
  const strength = 3 * (champion?.genome.stages.length ?? 0) + (champion?.genome.generator.model === 'a/one' ? 4 : 0);
  assert.ok(strength >= 10, `${strength}`);
});

for (const { name, play: playIt } of players.filter((own) => own.name !== 'model')) {
  test(`${name}: the first tasks of a report are as difficult as all of them`, () => {
    const difficulty = Array.from({ length: 160 }, (_, task) => task / 160);
    const { search, selection } = splitFor({ strategy: 'race', against: [], seed: 1 }, difficulty);
    const problem = problemOf({ searchTasks: search, selectionTasks: selection, difficulty, budget: 800 });
    const reported = playIt(problem)
      .batches.flat()
      .filter(({ task }) => selection.includes(task));
    const first = reported.slice(0, 12);
    assert.equal(first.length, 12);
    const level = first.reduce((sum, { task }) => sum + (difficulty[task] ?? 0), 0) / first.length;
    assert.ok(Math.abs(level - 0.5) < 0.06, `${level}`);
  });
}
