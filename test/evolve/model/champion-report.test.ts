import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportedEstimate } from '../../../src/evolve/model/champion-report.ts';
import { EMPTY_RECORD } from '../../../src/evolve/racing/search-record.ts';
import { Random } from '../../../src/statistics/random.ts';
import { genome } from '../own-search.ts';

const TASKS = Array.from({ length: 40 }, (_, task) => task);
const ESTIMATE = { genome: genome(), solved: 0.9, low: 0.8, high: 1, trials: 0 };

interface Case {
  readonly truth: readonly number[];
  readonly believed: readonly number[];
  readonly trials: number;
}

/** A report of so many trials, each task once and then again in an order drawn at random. */
function reportOf({ truth, believed, trials }: Case, random: Random) {
  const tasks = random.shuffled(TASKS);
  const made = Array.from({ length: trials }, (_, place) => {
    const task = tasks[place % tasks.length] ?? 0;
    const solved = random.chance(truth[task] ?? 0);
    return { genome: 0, task, repeat: Math.floor(place / tasks.length), solved, drafts: 1, iterations: 0 };
  });
  const chances = tasks.map((task) => believed[task] ?? 0);
  const drawVariance = chances.reduce((sum, chance) => sum + (chance * (1 - chance)) / chances.length, 0);
  const winner = { genome: 0, from: 0, tasks, length: trials };
  return reportedEstimate(ESTIMATE, { ...EMPTY_RECORD, trials: made }, winner, { chances, drawVariance });
}

const mixed = TASKS.map((task) => 0.05 + (0.9 * task) / 39);
const cases: Readonly<Record<string, Case>> = {
  'a good belief': { truth: mixed, believed: mixed, trials: 30 },
  'a belief that is too high': { truth: mixed, believed: mixed.map((chance) => Math.sqrt(chance)), trials: 30 },
  'a belief that is the wrong way round': { truth: mixed, believed: mixed.toReversed(), trials: 60 },
  'tasks that are alike': { truth: TASKS.map(() => 0.5), believed: mixed, trials: 50 },
  'a few trials': { truth: mixed, believed: TASKS.map(() => 0.9), trials: 12 },
};

for (const [name, own] of Object.entries(cases)) {
  test(`a report has no bias, and an interval that holds the truth: ${name}`, () => {
    const random = Random.of(7);
    const truth = own.truth.reduce((sum, chance) => sum + chance / TASKS.length, 0);
    const reports = Array.from({ length: 2000 }, () => reportOf(own, random));
    const mean = reports.reduce((sum, { solved }) => sum + solved / reports.length, 0);
    const covered = reports.filter(({ low, high }) => low <= truth && truth <= high).length / reports.length;
    assert.ok(Math.abs(mean - truth) < 0.012, `${mean} for ${truth}`);
    assert.ok(covered > 0.92, `${covered}`);
  });
}

test('a good belief makes the interval narrower', () => {
  const width = (believed: readonly number[]) => {
    const { low, high } = reportOf({ truth: mixed, believed, trials: 80 }, Random.of(3));
    return high - low;
  };
  assert.ok(width(mixed) < 0.9 * width(mixed.toReversed()));
});

test('without a trial the belief is all there is', () => {
  assert.deepEqual(reportOf({ truth: mixed, believed: mixed, trials: 0 }, Random.of(1)), ESTIMATE);
});
