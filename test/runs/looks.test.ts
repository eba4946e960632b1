import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { earlierLooks, looksAt, NO_LOOKS } from '../../src/runs/looks.ts';
import { type Plan, planRun } from '../../src/runs/plan.ts';
import type { RunListing } from '../../src/runs/run-store.ts';
import { doubleTask } from '../own-tasks.ts';
import { benchmarkOf, pipelineOf } from './own-experiment.ts';

const TASKS = ['a', 'b', 'c'].map((id) => doubleTask({ id }));

function planOf(
  names: readonly string[],
  repeats: number,
  changes: { tasks?: number; seed?: number } = {},
): Promise<Plan> {
  const { tasks = TASKS.length, seed = 0 } = changes;
  return planRun(
    { pipelines: names.map((name) => pipelineOf(name, { stages: [] })), repeats, seed, timeoutSeconds: 1 },
    {
      benchmark: benchmarkOf(TASKS.slice(0, tasks)),
      model: (name) => ({ name }),
      sandbox: { isolation: () => Promise.resolve({ name: 'native', python: '3.11' }) as never },
    },
  );
}

function runOf(plan: Plan, summary: object = {}): RunListing {
  return {
    id: '1',
    started: '',
    state: 'complete',
    plan,
    summary: { repeats: plan.repeats, ...summary },
    outcomes: {},
  };
}

async function looksBefore(plan: Plan, runs: readonly RunListing[]) {
  const looks = await earlierLooks({ list: () => Promise.resolve(runs) }, plan);
  return looks.map(({ pipelines, tasks, repeats, spent }) => [
    pipelines.join(),
    tasks?.length ?? 'all',
    repeats,
    spent,
  ]);
}

describe('looksAt', () => {
  it('planned looks spend equal parts of the level', () => {
    const looks = looksAt({ earlier: [], planned: 4 }, ['p', 'q'], 3);
    assert.deepEqual(
      looks.map(({ repeats, spent }) => [repeats, spent]),
      [
        [1, 0.25],
        [2, 0.5],
        [3, 0.75],
      ],
    );
  });

  it('looks that nobody planned spend the level, and then halves of a fifth of it', () => {
    let looks = looksAt(NO_LOOKS, ['p', 'q'], 1);
    for (const after of [2, 3]) looks = looksAt({ earlier: looks, planned: null }, ['p', 'q'], after);
    const spent = looks.map((look) => Number(look.spent.toFixed(6)));
    assert.deepEqual(spent, [1, 1.1, 1.15]);
  });

  it('a plan after such a look has what is left', () => {
    const earlier = looksAt(NO_LOOKS, ['p', 'q'], 1);
    const spent = looksAt({ earlier, planned: 2 }, ['p', 'q'], 2).map((look) => Number(look.spent.toFixed(6)));
    assert.deepEqual(spent, [1, 1.05, 1.1]);
  });
});

describe('earlierLooks', () => {
  it('are runs of the same trials with fewer repeats or tasks', async () => {
    const own = await planOf(['p', 'q'], 3);
    const runs = [
      runOf(own),
      runOf(await planOf(['p', 'q'], 5)),
      runOf(await planOf(['p', 'q'], 2, { seed: 1 })),
      runOf(await planOf(['p'], 1)),
      runOf(await planOf(['p', 'r'], 1)),
    ];
    assert.deepEqual(await looksBefore(own, runs), []);
    const fewer = [runOf(await planOf(['q', 'p', 'r'], 2)), runOf(await planOf(['p', 'q'], 3, { tasks: 2 }))];
    assert.deepEqual(await looksBefore(own, fewer), [
      ['p,q', 2, 3, 1],
      ['q,p', 'all', 2, 1],
    ]);
  });

  it('with the looks that those runs knew of, or had planned', async () => {
    const earlier = [{ pipelines: ['p', 'q'], tasks: null, repeats: 1, spent: 1 }];
    const runs = [runOf(await planOf(['p', 'q'], 2), { looks: { earlier, planned: null } })];
    const own = await planOf(['p', 'q'], 3);
    assert.deepEqual(await looksBefore(own, runs), [
      ['p,q', 'all', 1, 1],
      ['p,q', 'all', 2, 1.1],
    ]);
    const planned = { ...(await planOf(['p', 'q'], 4)), untilClear: { margin: null } };
    const stopped = runOf(planned, { repeats: 2, looks: { earlier: [], planned: 4 } });
    assert.deepEqual(await looksBefore(own, [stopped]), [
      ['p,q', 'all', 1, 0.25],
      ['p,q', 'all', 2, 0.5],
    ]);
  });

  it('what other programs or versions wrote into the store is none', async () => {
    const own = await planOf(['p', 'q'], 3);
    const before = await planOf(['p', 'q'], 2);
    const runs = [null, 'text', { repeats: -1 }, {}].map((summary) => ({ ...runOf(before), summary }));
    assert.deepEqual(await looksBefore(own, [...runs, { ...runOf(before), plan: null }]), []);
  });
});
