import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Genome, genomeHash } from '../../src/evolve/genome.ts';
import { frontOf, preferred } from '../../src/evolve/preference.ts';
import type { GenomeRecord } from '../../src/evolve/search.ts';
import { genome, role, stage } from './own-search.ts';

/** A genome that has so often solved a task of 100 trials, with means a trial. */
function record(temperature: number, solved: number, tokens: number, seconds = 1, tried?: Genome): GenomeRecord {
  const own = tried ?? genome([], { generator: role('a', { temperature }) });
  return { genome: own, trials: 100, solved, tokens: 100 * tokens, seconds: 100 * seconds, repeats: 1 };
}

const BEST = record(0.1, 80, 1000, 3);
/** 5 % less than 80. */
const NEAR = record(0.2, 76, 500, 2);
/** 15 % less. */
const CHEAP = record(0.3, 68, 200, 1);
const POOR = record(0.4, 60, 100, 0.5);
const BEATEN = record(0.5, 70, 600, 2);
const RECORDS = [BEST, NEAR, CHEAP, POOR, BEATEN];
const byHash = new Map(RECORDS.map((one) => [genomeHash(one.genome), one]));
const champion = { genome: BEST.genome, solved: 0.8, low: 0.7, high: 0.9, trials: 100 };

test('the front has what nothing beats, from the best', () => {
  assert.deepEqual(
    frontOf(RECORDS).map(({ solved, tokens, seconds }) => [solved, tokens, seconds]),
    [
      [0.8, 1000, 3],
      [0.76, 500, 2],
      [0.68, 200, 1],
      [0.6, 100, 0.5],
    ],
  );
});

test('cheap gives up 15 % of what the champion solves at most, balanced 5 %, solved nothing', () => {
  assert.equal(preferred('solved', champion, byHash), BEST.genome);
  assert.equal(preferred('balanced', champion, byHash), NEAR.genome);
  assert.equal(preferred('cheap', champion, byHash), CHEAP.genome);
});

test('a champion that nothing undercuts stays', () => {
  const only = new Map([[genomeHash(BEST.genome), BEST]]);
  for (const preference of ['solved', 'balanced', 'cheap'] as const) {
    assert.equal(preferred(preference, champion, only), champion.genome);
    assert.equal(preferred(preference, champion, new Map()), champion.genome);
  }
});

test('of two alike the one with fewer nodes stays, and of few trials nothing is believed', () => {
  const larger = record(0, 80, 1000, 3, genome([stage(1)]));
  assert.deepEqual(
    frontOf([larger, BEST]).map((one) => one.genome),
    [BEST.genome],
  );
  const lucky = { ...POOR, trials: 19, solved: 19 };
  assert.deepEqual(frontOf([lucky]), []);
  assert.equal(frontOf([{ ...lucky, trials: 20 }]).length, 1);
});
