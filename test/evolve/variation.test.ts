import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Genome,
  genomeHash,
  isWithin,
  MOST_NODES,
  nodeCount,
  pipelineOf,
  type RoleGene,
  topologyOf,
} from '../../src/evolve/genome.ts';
import { type Pool, paperPool, temperaturesOf } from '../../src/evolve/pool.ts';
import {
  addAnalyzer,
  addStage,
  changeDrafts,
  changeIterations,
  changePolicy,
  changePrompt,
  crossGenomes,
  drawGenome,
  jitterTemperature,
  MUTATIONS,
  mutateGenome,
  mutationsOf,
  removeNode,
  swapModel,
  type VariationContext,
} from '../../src/evolve/variation.ts';
import { assertChance, contextOf, genome, ownPool, pools, role, SINGLE, stage } from './own-search.ts';

const DRAWS = 10_000;
const seeds = fc.nat();
const full = genome([stage(1, { analyzer: role('b') }), stage(2)]);

function rolesOf({ generator, stages }: Genome): [keyof Pool['models'], RoleGene][] {
  return [
    ['generator', generator],
    ...stages.flatMap(({ analyzer, refiner }): [keyof Pool['models'], RoleGene][] => [
      ...(analyzer === null ? [] : [['analyzer', analyzer] as ['analyzer', RoleGene]]),
      ['refiner', refiner],
    ]),
  ];
}

function assertValid(pool: Pool, made: Genome): void {
  assert.ok(isWithin(pool, made), JSON.stringify(made));
  assert.ok(made.stages.length <= 3 && nodeCount(made) <= MOST_NODES);
  const numbers = made.stages.map(({ innovation }) => innovation);
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].sort((a, b) => a - b),
    'each number once, the oldest first',
  );
  for (const [name, gene] of rolesOf(made)) {
    assert.ok(pool.models[name].includes(gene.model));
    assert.ok(pool.prompts[name].some((prompt) => JSON.stringify(prompt) === JSON.stringify(gene.prompt)));
    assert.ok(temperaturesOf(pool).includes(gene.temperature), `${gene.temperature}`);
  }
  for (const policy of Object.keys(pool.policies) as (keyof Pool['policies'])[]) {
    assert.ok((pool.policies[policy] as readonly unknown[]).includes(made.policies[policy]), policy);
  }
  if (made.drafts !== null) {
    assert.ok(made.drafts.count >= 1 && made.drafts.count <= pool.drafts, JSON.stringify(made.drafts));
    assert.ok(temperaturesOf(pool).includes(made.drafts.temperature));
  }
  pipelineOf(made, pool, 'made', 'tests');
}

/** How many of many draws from one seed come out so. */
function count(
  context: VariationContext,
  draw: (context: VariationContext) => Genome,
  isHit: (made: Genome) => boolean,
) {
  return Array.from({ length: DRAWS }, () => draw(context)).filter(isHit).length;
}

test('every genome drawn, mutated and crossed is valid, in whatever pool', () => {
  fc.assert(
    fc.property(pools, seeds, (pool, seed) => {
      let context = contextOf(pool, seed);
      let population = Array.from({ length: 4 }, () => drawGenome(context));
      for (let generation = 0; generation < 5; generation++) {
        for (const made of population) assertValid(pool, made);
        context = { ...context, innovations: context.innovations.ofNextGeneration() };
        const always = mutationsOf(pool).map((mutation) => ({ ...mutation, chance: 0.5 }));
        population = population.map((fitter) => {
          const crossed = crossGenomes(fitter, context.random.pick(population), context);
          assertValid(pool, crossed);
          return mutateGenome(crossed, context, always);
        });
      }
    }),
    { numRuns: 60, seed: 1 },
  );
});

test('a pool without any choice has one genome, which every mutation leaves as it is', () => {
  const context = contextOf(SINGLE, 1);
  const only = drawGenome(context);
  for (const { name, apply } of [...MUTATIONS, ...mutationsOf(SINGLE)])
    assert.deepEqual(apply(only, context), only, name);
  assert.deepEqual(crossGenomes(only, only, context), only);
});

test("every mutation comes about as often as the paper says, and independently of the others'", () => {
  const hits = new Map<string, number>();
  const counting = MUTATIONS.map((mutation) => ({
    ...mutation,
    apply: (made: Genome) => {
      hits.set(mutation.name, (hits.get(mutation.name) ?? 0) + 1);
      return made;
    },
  }));
  const context = contextOf(ownPool(), 1);
  let both = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const before = new Map(hits);
    mutateGenome(full, context, counting);
    const isHit = (name: string) => hits.get(name) !== before.get(name);
    both += Number(isHit('swap model') && isHit('change prompt'));
  }
  const rates = {
    'add stage': 0.04,
    'add analyzer': 0.05,
    'remove node': 0.18,
    'swap model': 0.25,
    'change prompt': 0.3,
    'jitter temperature': 0.2,
    'change iterations': 0.1,
    'change policy': 0.1,
  };
  assert.deepEqual([...hits.keys()].sort(), Object.keys(rates).sort());
  for (const [name, rate] of Object.entries(rates)) assertChance(hits.get(name) ?? 0, DRAWS, rate, name);
  assertChance(both, DRAWS, 0.25 * 0.3, 'two at once');
});

test('a stage is added at the end, without an analyzer, while there is room', () => {
  const context = contextOf(ownPool(), 1);
  const more = addStage(genome([stage(0)]), context);
  assert.deepEqual([more.stages.length, more.stages[1]?.analyzer, more.stages[1]?.innovation], [2, null, 1]);
  const three = genome([stage(1), stage(2), stage(3)]);
  assert.equal(addStage(three, context), three);
  // 1 + 3 + 3 nodes: a third stage would be the eighth and the ninth.
  const seven = genome([stage(1, { analyzer: role('b') }), stage(2, { analyzer: role('b') })]);
  assert.equal(addStage(seven, context), seven);
});

test('an analyzer is added to a stage without one, while there is room', () => {
  const context = contextOf(ownPool(), 1);
  assert.ok(addAnalyzer(full, context).stages.every(({ analyzer }) => analyzer !== null));
  // 1 + 3 + 2 + 2 nodes are all there may be.
  const eight = genome([stage(1, { analyzer: role('b') }), stage(2), stage(3)]);
  assert.equal(addAnalyzer(eight, context), eight);
});

test('in the same generation, the same added stage has the same number', () => {
  const context = contextOf(ownPool(), 1);
  const [first, second] = [addStage(genome([stage(0)]), context), addStage(genome([stage(0)]), context)];
  assert.equal(first.stages[1]?.innovation, second.stages[1]?.innovation);
  // `full` ends in stage 2, so what is added there is another structure.
  assert.notEqual(addStage(full, context).stages[2]?.innovation, first.stages[1]?.innovation);
  const later = { ...context, innovations: context.innovations.ofNextGeneration() };
  assert.notEqual(addStage(genome([stage(0)]), later).stages[1]?.innovation, first.stages[1]?.innovation);
});

test('what is removed is an analyzer in 60 of 100 cases, else the last stage', () => {
  const context = contextOf(ownPool(), 2);
  const hits = count(
    context,
    (own) => removeNode(full, own),
    ({ stages }) => stages.length === 2 && stages[0]?.analyzer === null,
  );
  assertChance(hits, DRAWS, 0.6);
  assert.deepEqual(removeNode(genome([stage(1), stage(2)]), context).stages, [stage(1)]);
  assert.deepEqual(removeNode(genome(), context), genome());
});

test('a swapped model is another, in any role that has a choice', () => {
  const context = contextOf(ownPool(), 3);
  // Four roles: the generator is swapped in a quarter of the draws.
  const hits = count(
    context,
    (own) => swapModel(full, own),
    (made) => made.generator.model !== 'own/a',
  );
  assertChance(hits, DRAWS, 0.25);
  const onlyRefiner = ownPool({ models: { generator: ['own/a'], analyzer: ['own/b'], refiner: ['own/a', 'own/c'] } });
  const swapped = swapModel(full, contextOf(onlyRefiner, 1));
  assert.equal(swapped.stages.filter(({ refiner }) => refiner.model === 'own/c').length, 1);
});

test('a changed prompt is another, in one role', () => {
  const context = contextOf(ownPool(), 4);
  for (let draw = 0; draw < 100; draw++) {
    const made = changePrompt(full, context);
    assert.equal(rolesOf(made).filter(([, { prompt }]) => prompt !== 'default').length, 1);
  }
});

test('a temperature moves by 0.08 as a rule, on the grid, within its range', () => {
  const context = contextOf(ownPool({ temperatures: { from: 0, to: 2, step: 0.001 } }), 5);
  const warm = genome([], { generator: role('a', { temperature: 1 }) });
  const moves = Array.from({ length: DRAWS }, () => jitterTemperature(warm, context).generator.temperature - 1);
  const deviation = Math.sqrt(moves.reduce((sum, move) => sum + move ** 2, 0) / DRAWS);
  // Standard error of a standard deviation: 0.08 / sqrt(2 x 10000) = 0.00057.
  assert.ok(Math.abs(deviation - 0.08) < 0.0024, `${deviation}`);
  const coldest = genome([], { generator: role('a', { temperature: 0.05 }) });
  const hits = count(
    contextOf(ownPool(), 6),
    (own) => jitterTemperature(coldest, own),
    ({ generator }) => generator.temperature > 0.05,
  );
  // Away from 0.05 only where the number is above half a step: 0.025 / 0.08 = 0.3125 deviations, chance 0.37733.
  assertChance(hits, DRAWS, 0.37733);
});

test('iterations go down in 60 of 100 cases, and stay between 1 and 3', () => {
  const context = contextOf(ownPool(), 7);
  const iterationsOf = (made: Genome) => made.stages[0]?.iterations;
  const down = count(
    context,
    (own) => changeIterations(genome([stage(1)]), own),
    (made) => iterationsOf(made) === 1,
  );
  assertChance(down, DRAWS, 0.6);
  for (const [iterations, bound] of [
    [1, 2],
    [3, 3],
  ] as const) {
    const made = Array.from({ length: 50 }, () => changeIterations(genome([stage(1, { iterations })]), context));
    assert.equal(Math.max(...made.map((own) => iterationsOf(own) ?? 0)), bound);
    assert.equal(Math.min(...made.map((own) => iterationsOf(own) ?? 0)), bound - 1);
  }
});

test('a policy is changed only where the pool has another', () => {
  assert.deepEqual(changePolicy(full, contextOf(paperPool(ownPool()), 1)), full);
  const always = ownPool({ policies: { onUnchanged: ['continue'], from: ['best'], cut: [false] } });
  assert.equal(changePolicy(full, contextOf(always, 1)).policies.from, 'best');
  const pool = paperPool(ownPool({ policies: { repair: ['all', ['context']] } }));
  assert.deepEqual(changePolicy(full, contextOf(pool, 1)).policies.repair, ['context']);
});

test('the number of further drafts moves by one, from none to what the pool allows, and their temperature a little', () => {
  const context = contextOf(ownPool({ drafts: 2 }), 3);
  const two = { ...full, drafts: { count: 2, temperature: 0.8 } };
  const seen = Array.from({ length: 200 }, () => changeDrafts(two, context).drafts);
  assert.deepEqual(new Set(seen.map((drafts) => drafts?.count)), new Set([1, 2]));
  assert.ok(new Set(seen.map((drafts) => drafts?.temperature)).size > 3);
  const first = Array.from({ length: 50 }, () => changeDrafts(full, context).drafts);
  assert.deepEqual(new Set(first.map((drafts) => drafts?.count)), new Set([undefined, 1]));
  assert.ok(first.every((drafts) => drafts === null || drafts.temperature === full.generator.temperature));
});

test('genomes are drawn with every number of further drafts, and a child has those of its generator', () => {
  const context = contextOf(ownPool({ drafts: 3 }), 4);
  const drawn = Array.from({ length: 400 }, () => drawGenome(context).drafts?.count ?? 0);
  assert.deepEqual([...new Set(drawn)].sort(), [0, 1, 2, 3]);
  const drafting = { ...full, generator: role('b'), drafts: { count: 2, temperature: 0.8 } };
  const children = Array.from({ length: 50 }, () => crossGenomes(full, drafting, context));
  assert.ok(children.every(({ generator, drafts }) => (generator.model === 'own/b') === (drafts?.count === 2)));
});

test('a pipeline draws the further drafts before its repairs; the hash tells them apart', () => {
  const drafting = { ...full, drafts: { count: 2, temperature: 0.8 } };
  const [first, ...others] = pipelineOf(drafting, ownPool(), 'made', 'tests').stages;
  assert.ok(first !== undefined && 'drafts' in first);
  assert.deepEqual([first.drafts, first.temperature, first.model, others.length], [2, 0.8, 'own/a', 2]);
  assert.equal(topologyOf(drafting), '3 drafts of a > 2 x (b > a) > 2 x a');
  const other = (changes: Partial<Genome>) => genomeHash({ ...full, ...changes });
  assert.notEqual(other({ drafts: drafting.drafts }), other({}));
  for (const [policy, value] of Object.entries({ select: 'agreement', onUnchanged: 'stop', from: 'best', cut: true })) {
    assert.notEqual(other({ policies: { ...full.policies, [policy]: value } }), other({}), policy);
  }
});

test("a child has the fitter's stages, matching ones from either, and some of the other's", () => {
  const context = contextOf(ownPool(), 8);
  const fitter = genome([stage(1), stage(3)]);
  const b = { refiner: role('b') };
  const other = genome([stage(1, b), stage(2, b)], { generator: role('b') });
  const children = Array.from({ length: DRAWS }, () => crossGenomes(fitter, other, context));
  const share = (isHit: (child: Genome) => boolean) => children.filter(isHit).length;
  assert.ok(children.every(({ stages }) => stages.some(({ innovation }) => innovation === 3)));
  assertChance(
    share(({ generator }) => generator.model === 'own/b'),
    DRAWS,
    0.5,
    'generator',
  );
  assertChance(
    share(({ stages }) => stages[0]?.refiner.model === 'own/b'),
    DRAWS,
    0.5,
    'matching',
  );
  assertChance(
    share(({ stages }) => stages.length === 3),
    DRAWS,
    0.3,
    'disjoint of the other',
  );
  assert.ok(children.every(({ stages }) => stages.length === 2 || stages[1]?.innovation === 2));
});

test('policies are inherited whole', () => {
  const context = contextOf(ownPool(), 9);
  const policies = { ...full.policies, detail: 'traceback', repair: 'none', conversation: 'continued' } as const;
  const seen = Array.from({ length: 50 }, () => crossGenomes(full, genome([], { policies }), context).policies);
  assert.deepEqual(new Set(seen.map((own) => JSON.stringify(own))).size, 2);
});

test('a child of two genomes of eight nodes has eight: the later analyzer goes', () => {
  const analyzer = role('b');
  const fitter = genome([stage(1, { analyzer }), stage(2), stage(3)]);
  const other = genome([stage(1), stage(2, { analyzer }), stage(3)]);
  const context = contextOf(ownPool(), 10);
  const children = Array.from({ length: 200 }, () => crossGenomes(fitter, other, context));
  assert.ok(children.every((child) => nodeCount(child) <= MOST_NODES && child.stages.length === 3));
  assert.ok(children.every(({ stages }) => stages[0]?.analyzer === null || stages[1]?.analyzer === null));
});

test('of what is drawn first every number of stages is as likely', () => {
  const context = contextOf(ownPool(), 11);
  for (const length of [0, 1, 2, 3]) {
    assertChance(
      count(context, drawGenome, ({ stages }) => stages.length === length),
      DRAWS,
      0.25,
    );
  }
});
