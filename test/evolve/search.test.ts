import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Arena } from '../../src/evolve/arena.ts';
import { genomeHash } from '../../src/evolve/genome.ts';
import { runSearch, type SearchState } from '../../src/evolve/search.ts';
import { STRATEGY_NAMES, strategyNamed } from '../../src/evolve/strategies.ts';
import type { SearchProblem, Standing, Strategy, Wanted } from '../../src/evolve/strategy.ts';
import { arenaOf, genome, ownPool, ownProblem, pools, SINGLE } from './own-search.ts';

const outcomeOf = arenaOf(({ generator }) => (generator.model === 'own/a' ? 0.8 : 0.3));
const arena: Arena = { run: async (wanted) => wanted.map(outcomeOf) };

/** The states of a search after each batch, as they are kept. */
async function states(problem: SearchProblem, name: (typeof STRATEGY_NAMES)[number], from?: SearchState) {
  const kept: string[] = [];
  const standings: Standing[] = [];
  const onBatch = (state: SearchState, standing: Standing) => {
    kept.push(JSON.stringify(state));
    standings.push(standing);
  };
  const end = await runSearch(strategyNamed(name), { problem, seed: 5, arena, from, onBatch });
  return { kept, standings, end: JSON.stringify(end) };
}

for (const name of STRATEGY_NAMES) {
  test(`${name}: gone on with after any batch, a search is the one that was not interrupted`, async () => {
    const problem = ownProblem({ budget: 300 });
    const whole = await states(problem, name);
    assert.equal(whole.kept.at(-1), whole.end);
    for (const [index, state] of whole.kept.entries()) {
      const resumed = await states(problem, name, JSON.parse(state));
      assert.deepEqual(resumed.kept, whole.kept.slice(index + 1));
      assert.equal(resumed.end, whole.end);
    }
  });

  test(`${name}: every pool and budget comes to an end with a champion that was tried`, async () => {
    const budget = fc.constantFrom(1, 30, 200);
    await fc.assert(
      fc.asyncProperty(fc.oneof(pools, fc.constant(SINGLE)), budget, fc.boolean(), async (pool, amount, isWhole) => {
        const problem = ownProblem({ pool, budget: amount, ...(isWhole && { selectionTasks: [] }) });
        const { end } = await states(problem, name);
        const { strategy, records } = JSON.parse(end) as SearchState;
        const champion = strategyNamed(name).champion(problem, strategy);
        assert.ok(champion !== null);
        assert.ok((records[genomeHash(champion.genome)]?.trials ?? 0) > 0);
      }),
      { numRuns: 12 },
    );
  });
}

test('what a search spends ends within a batch of its budget', async () => {
  for (const name of STRATEGY_NAMES) {
    const { standings } = await states(ownProblem({ budget: 400, pool: ownPool() }), name);
    const spent = standings.at(-1)?.spent ?? 0;
    assert.ok(spent > 200 && spent <= 450, `${name}: ${spent}`);
  }
});

test('a trial that was wanted twice counts once', async () => {
  const wanted: Wanted = { genome: genome(), task: 0, repeat: 0 };
  const strategy: Strategy<number> = {
    start: () => 0,
    ask: (_, batch) => (batch === 0 ? [wanted, wanted, { ...wanted, repeat: 1 }] : []),
    tell: (_, batch) => batch + 1,
    standing: () => ({ generation: 0, species: 1, spent: 0, best: null }),
    champion: () => null,
  };
  const outcome = { solved: true, drafts: 1, iterations: 0, tokens: 10, seconds: 2, cost: 1 };
  const { records } = await runSearch(strategy, {
    problem: ownProblem(),
    seed: 1,
    arena: { run: async (all) => all.map(() => outcome) },
    onBatch: () => {},
  });
  assert.deepEqual(Object.values(records), [
    { genome: genome(), trials: 2, solved: 2, tokens: 20, seconds: 4, repeats: 2 },
  ]);
});
