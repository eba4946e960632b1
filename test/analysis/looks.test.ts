import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Comparison, compareAll } from '../../src/analysis/comparison.ts';
import { type Look, type Looks, looksAt, NO_LOOKS } from '../../src/runs/looks.ts';
import type { TrialFacts } from '../../src/runs/trial-facts.ts';
import { Random } from '../../src/statistics/random.ts';
import { trialOf } from './own-trials.ts';

const PAIR = ['one', 'other'] as const;

/** Two pipelines on the same tasks, each of which has a chance of its own; the other passes so much more often. */
function draw(seed: number, { tasks, repeats, gain }: { tasks: number; repeats: number; gain: number }): TrialFacts[] {
  const random = Random.of(seed);
  return Array.from({ length: tasks }, (_, task) => {
    const chance = random.beta(0.5, 0.5);
    return Array.from({ length: repeats }, (_none, repeat) =>
      PAIR.map((pipeline) => {
        const passes = random.chance(chance + (pipeline === 'other' ? gain : 0));
        return trialOf(`t${task}`, passes ? 'ok' : 'E', { pipeline, repeat });
      }),
    );
  }).flat(2);
}

/** The comparison after each repeat, as each look knows of those before it. */
function looksOf(
  trials: readonly TrialFacts[],
  repeats: number,
  looksBefore: (repeats: number) => Looks,
): Comparison[] {
  return Array.from({ length: repeats }, (_, index) => {
    const seen = trials.filter(({ repeat }) => repeat <= index);
    return compareAll(PAIR, seen, { looks: looksBefore(index + 1) })[0] as Comparison;
  });
}

function unplanned(repeats: number): Looks {
  let earlier: Look[] = [];
  for (let after = 1; after < repeats; after++) earlier = looksAt({ ...NO_LOOKS, earlier }, PAIR, after);
  return { earlier, planned: null };
}

const isShown = ({ verdict }: Comparison) => verdict !== 'no difference shown';
const [SEEDS, REPEATS] = [200, 4];
const SIZE = { tasks: 30, repeats: REPEATS, gain: 0 };

/** How many of 200 seeds show a difference in some look where there is none. */
function falseAlarms(looksBefore: (repeats: number) => Looks): number {
  const seeds = Array.from({ length: SEEDS }, (_, seed) => seed);
  return seeds.filter((seed) => looksOf(draw(seed, SIZE), REPEATS, looksBefore).some(isShown)).length;
}

describe('a comparison that is looked at after every repeat', () => {
  it('finds a difference that is not there in at most 6 of 100 runs, planned or not', () => {
    const alone = falseAlarms(() => NO_LOOKS);
    const planned = falseAlarms(() => ({ earlier: [], planned: REPEATS }));
    const corrected = falseAlarms(unplanned);
    assert.ok(planned <= 0.06 * SEEDS && corrected <= 0.06 * SEEDS, `${planned} and ${corrected} of ${SEEDS}`);
    assert.ok(alone > planned && alone > corrected, `${alone} without correction`);
  });

  it('shows a difference that is there, and its interval says the same as its verdict', () => {
    let shown = 0;
    for (let seed = 0; seed < 20; seed++) {
      const trials = draw(seed, { ...SIZE, gain: 0.35 });
      const looks = looksOf(trials, REPEATS, () => ({ earlier: [], planned: REPEATS }));
      shown += Number(looks.some(isShown));
      for (const { p, difference, here } of looks) {
        assert.ok(difference !== null);
        assert.equal(p <= 0.05, difference.low > 0 || difference.high < 0);
        if (here?.difference) assert.equal(here.p <= 0.05, here.difference.low > 0 || here.difference.high < 0);
      }
    }
    assert.ok(shown >= 18, `${shown} of 20`);
  });

  it('is wider after looks that were not planned, and says how many there were', () => {
    const trials = draw(3, { ...SIZE, gain: 0.2 });
    const width = ({ difference }: Comparison) => (difference?.high ?? 0) - (difference?.low ?? 0);
    const [alone, after] = [compareAll(PAIR, trials)[0], compareAll(PAIR, trials, { looks: unplanned(REPEATS) })[0]];
    assert.ok(alone !== undefined && after !== undefined);
    assert.deepEqual([alone.looks, after.looks], [1, REPEATS]);
    assert.ok(width(after) > width(alone));
    // Looks at other pipelines do not count.
    const others = { earlier: [{ pipelines: ['one', 'third'], tasks: null, repeats: 1, spent: 1 }], planned: null };
    assert.deepEqual(compareAll(PAIR, trials, { looks: others }), [alone]);
  });
});

describe('equivalence', () => {
  it('is shown where the whole interval lies within the margin; not worse, where its lower end does', () => {
    const trials = draw(5, { tasks: 80, repeats: 5, gain: 0 }).map((trial) => ({
      ...trial,
      outcome: 'passed' as const,
    }));
    const verdictAt = (margin: number, changed: readonly TrialFacts[] = trials) =>
      compareAll(PAIR, changed, { margin })[0]?.equivalence?.verdict;
    assert.equal(verdictAt(0.05), 'equivalent');
    assert.equal(verdictAt(0.001), 'not shown');
    const better = trials.map((trial) =>
      trial.pipeline === 'one' && Number(trial.taskId.slice(1)) < 20
        ? { ...trial, outcome: 'not-passed' as const }
        : trial,
    );
    assert.equal(verdictAt(0.05, better), 'not worse');
    assert.equal(compareAll(PAIR, trials)[0]?.equivalence, null);
  });
});
