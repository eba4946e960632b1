import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chancesOf } from '../../src/analysis/chances.ts';
import { compareAll } from '../../src/analysis/comparison.ts';
import type { TrialFacts } from '../../src/runs/trial-facts.ts';
import { Random } from '../../src/statistics/random.ts';
import { trialOf } from './own-trials.ts';

/** Trials of one repeat on so many tasks: which of them each pipeline passes, and the tokens of one trial. */
function trialsOf(
  tasks: number,
  pipelines: Readonly<Record<string, { passes: (task: number) => boolean; tokens?: number }>>,
): TrialFacts[] {
  return Object.entries(pipelines).flatMap(([pipeline, { passes, tokens = 10 }]) =>
    Array.from({ length: tasks }, (_, task) => trialOf(`t${task}`, passes(task) ? 'ok' : 'E', { pipeline, tokens })),
  );
}

function choose(names: readonly string[], trials: readonly TrialFacts[]) {
  return chancesOf(names, trials, compareAll(names, trials));
}

describe('chancesOf', () => {
  it('shares the chance among pipelines that are equal, and gives it to one that is better', () => {
    const half = (task: number) => task % 2 === 0;
    const alike = trialsOf(40, { a: { passes: half }, b: { passes: half }, c: { passes: half } });
    for (const { best, rank } of choose(['a', 'b', 'c'], alike)) {
      assert.ok(Math.abs(best - 1 / 3) < 0.03);
      assert.deepEqual(rank, { least: 1, most: 3 });
    }
    const one = trialsOf(40, {
      a: { passes: half },
      b: { passes: () => true },
      c: { passes: (task) => task % 4 === 0 },
    });
    const [a, b, c] = choose(['a', 'b', 'c'], one);
    assert.deepEqual(
      [a?.best, b?.best, c?.best].map((best) => best?.toFixed(3)),
      ['0.000', '1.000', '0.000'],
    );
    assert.deepEqual(
      [a?.rank, b?.rank, c?.rank].map((rank) => [rank?.least, rank?.most]),
      [
        [2, 2],
        [1, 1],
        [3, 3],
      ],
    );
  });

  it('is careful where tasks are few', () => {
    const few = trialsOf(4, { a: { passes: () => true }, b: { passes: (task) => task > 0 } });
    const [a] = choose(['a', 'b'], few);
    assert.ok(a !== undefined && a.best > 0.7 && a.best < 0.95, String(a?.best));
  });

  it('tells which may be the best for its tokens', () => {
    const trials = trialsOf(40, {
      cheap: { passes: (task) => task % 2 === 0, tokens: 10 },
      dear: { passes: (task) => task % 4 !== 3, tokens: 20 },
      waste: { passes: (task) => task % 4 === 1, tokens: 30 },
    });
    const [cheap, dear, waste] = choose(['cheap', 'dear', 'waste'], trials);
    assert.ok((cheap?.frontier ?? 0) > 0.99 && (dear?.frontier ?? 0) > 0.99 && (waste?.frontier ?? 1) < 0.01);
    const uncounted = trials.map((trial) => ({ ...trial, saysTokens: false }));
    assert.deepEqual(
      choose(['cheap', 'dear'], uncounted).map(({ frontier }) => frontier),
      [null, null],
    );
  });

  it('counts the tasks that all pipelines have, and says nothing of fewer than two', () => {
    const trials = trialsOf(1, { a: { passes: () => true }, b: { passes: () => false } });
    assert.deepEqual(choose(['a', 'b'], trials), []);
    assert.deepEqual(choose(['a'], trials), []);
  });

  it('says as often as it comes about which of three pipelines is the best, and holds their ranks', () => {
    const random = Random.of(1);
    let [said, right, held] = [0, 0, 0];
    const runs = 120;
    for (let run = 0; run < runs; run++) {
      const rates = { a: rateNear(random), b: rateNear(random), c: rateNear(random) };
      const pipelines = Object.entries(rates).map(
        ([name, rate]) => [name, { passes: () => random.chance(rate) }] as const,
      );
      const chances = choose(Object.keys(rates), trialsOf(60, Object.fromEntries(pipelines)));
      const [b, best] = [chances[1], Object.entries(rates).toSorted((one, other) => other[1] - one[1])[0]?.[0]];
      said += b?.best ?? 0;
      right += Number(best === 'b');
      held += Number(chances.every(({ pipeline, rank }) => isWithin(rates, pipeline, rank)));
    }
    assert.ok(Math.abs(said - right) < 0.09 * runs, `${said.toFixed(0)} said, ${right} right`);
    assert.ok(held >= 0.9 * runs, `${held} of ${runs} ranks held`);
  });
});

function isWithin(
  rates: Readonly<Record<string, number>>,
  name: string,
  { least, most }: { readonly least: number; readonly most: number },
): boolean {
  const rank = 1 + Object.values(rates).filter((rate) => rate > (rates[name] as number)).length;
  return least <= rank && rank <= most;
}

function rateNear(random: Random): number {
  return 0.5 + 0.08 * random.normal();
}
