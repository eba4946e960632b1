import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyzeRun } from '../../../src/analysis/analyze-run.ts';
import { solvedByMoves } from '../../../src/analysis/solved-by-moves.ts';
import { taskShares } from '../../../src/analysis/task-shares.ts';
import { agreementPoints } from '../../../src/pages/charts/agreement-chart.ts';
import { consistencyParts } from '../../../src/pages/charts/consistency-chart.ts';
import { differencePoints } from '../../../src/pages/charts/difference-chart.ts';
import { fixRates } from '../../../src/pages/charts/fix-rate-chart.ts';
import { flowsOf } from '../../../src/pages/charts/flow-chart.ts';
import { frontierPoints } from '../../../src/pages/charts/frontier-chart.ts';
import { heatCells, heatMap } from '../../../src/pages/charts/heat-map.ts';
import { iterationLines } from '../../../src/pages/charts/iteration-chart.ts';
import { movesChart } from '../../../src/pages/charts/moves-chart.ts';
import { coursePoints, posteriorChart } from '../../../src/pages/charts/search-charts.ts';
import { drawnPipelines } from '../../../src/pages/charts/series.ts';
import { solvedPoints } from '../../../src/pages/charts/solved-chart.ts';
import type { RunFacts } from '../../../src/runs/run-facts.ts';
import type { TrialFacts } from '../../../src/runs/trial-facts.ts';
import { specOf, trialOf } from '../../analysis/own-trials.ts';

const SOLO = specOf('solo', 0);
const LOOP = specOf('loop', 1);

function runWith(specs: RunFacts['specs'], trials: readonly TrialFacts[], repeats = 1): RunFacts {
  const tasks = new Set(trials.map(({ taskId }) => taskId)).size;
  return {
    specs,
    trials,
    summary: { benchmark: { name: 'own', tasks, sha256: '0', hiddenTests: 1 }, repeats, seed: 0, complete: true },
  };
}

const TRIALS = [
  trialOf('a', 'ok', { pipeline: 'solo' }),
  trialOf('b', 'NameError', { pipeline: 'solo' }),
  trialOf('a', 'ok', { pipeline: 'loop' }),
  trialOf('b', 'NameError ok', { pipeline: 'loop' }),
];
const ANALYSIS = analyzeRun(runWith([SOLO, LOOP], TRIALS));

test('solved: the share of each pipeline, and none of one that faulted throughout', () => {
  assert.deepEqual(
    solvedPoints(ANALYSIS, null).map(({ pipeline, share }) => [pipeline, share]),
    [
      ['solo', 0.5],
      ['loop', 1],
    ],
  );
  const broken = analyzeRun(runWith([SOLO], [trialOf('a', '', { pipeline: 'solo', fault: 'sandbox' })]));
  assert.deepEqual(solvedPoints(broken, null), []);
});

test('by tokens: a trial that has ended keeps its answer, and its price', () => {
  const curve = solvedByMoves('loop', [
    trialOf('a', 'ok', { tokens: 10 }),
    trialOf('b', 'NameError ok', { tokens: 30 }),
    trialOf('c', 'KeyError ok KeyError', { tokens: 20, drafts: 2 }),
  ]);
  assert.deepEqual(curve?.moves, [
    { kind: 'draft', tokens: 20, solved: 1 / 3 },
    { kind: 'draft', tokens: 110 / 3, solved: 1 },
    { kind: 'repair', tokens: 130 / 3, solved: 2 / 3 },
  ]);
  assert.equal(solvedByMoves('loop', [trialOf('a', 'ok', { hasUsage: false })]), null);
  assert.equal(solvedByMoves('loop', []), null);
  const single = solvedByMoves(
    'solo',
    TRIALS.filter(({ pipeline }) => pipeline === 'solo'),
  );
  assert.equal(movesChart([single!]), null);
});

test('iterations: early stop has a line, going on has two', () => {
  const forced = specOf('forced', 2, { stop: 'never' });
  const trials = [
    trialOf('a', 'ok', { pipeline: 'loop' }),
    trialOf('b', 'KeyError ok', { pipeline: 'loop' }),
    trialOf('a', 'ok KeyError ok', { pipeline: 'forced' }),
    trialOf('b', 'KeyError ok KeyError', { pipeline: 'forced' }),
  ];
  assert.deepEqual(iterationLines(analyzeRun(runWith([LOOP, forced], trials))), [
    { pipeline: 'loop', kind: 'stops at its first pass', shares: [0.5, 1] },
    { pipeline: 'forced', kind: 'goes on: passing', shares: [0.5, 0.5, 0.5] },
    { pipeline: 'forced', kind: 'goes on: ever passed', shares: [0.5, 1, 1] },
  ]);
  assert.deepEqual(iterationLines(analyzeRun(runWith([SOLO], [trialOf('a', 'ok', { pipeline: 'solo' })]))), []);
});

test('errors: rates and flows are of pipelines that repair, the most frequent error first', () => {
  const words = ['KeyError ok', 'NameError ok', 'NameError NameError', 'NameError TypeError', 'KeyError false'];
  const trials = words.map((own, place) => trialOf(`t${place}`, own, { pipeline: 'loop' }));
  const { firstErrors } = analyzeRun(
    runWith([SOLO, LOOP], [...trials, trialOf('t0', 'KeyError', { pipeline: 'solo' })]),
  );
  assert.deepEqual(
    fixRates(firstErrors).map(({ pipeline, error, drafts, share }) => [pipeline, error, drafts, share]),
    [
      ['loop', 'NameError', 3, 1 / 3],
      ['loop', 'KeyError', 2, 1 / 2],
    ],
  );
  assert.deepEqual(flowsOf(firstErrors), [
    { error: 'NameError', outcome: 'passed', drafts: 1 },
    { error: 'NameError', outcome: 'same error', drafts: 1 },
    { error: 'NameError', outcome: 'another error', drafts: 1 },
    { error: 'KeyError', outcome: 'passed', drafts: 1 },
    { error: 'KeyError', outcome: 'failed hidden tests', drafts: 1 },
  ]);
});

test('errors beyond the sixth flow together', () => {
  const trials = Array.from({ length: 9 }, (_, place) => trialOf(`t${place}`, `E${place} ok`, { pipeline: 'loop' }));
  const flows = flowsOf(analyzeRun(runWith([LOOP], trials)).firstErrors);
  assert.equal(flows.length, 7);
  assert.deepEqual(flows.at(-1), { error: 'other errors', outcome: 'passed', drafts: 3 });
});

test('consistency: a part for each number of repeats, three where there are many, none of a single one', () => {
  const repeated = (repeats: number) =>
    analyzeRun(
      runWith(
        [SOLO],
        ['a', 'b'].flatMap((task) =>
          Array.from({ length: repeats }, (_, repeat) =>
            trialOf(task, task === 'a' && repeat > 0 ? 'ok' : 'KeyError', { pipeline: 'solo', repeat }),
          ),
        ),
        repeats,
      ),
    );
  assert.deepEqual(consistencyParts(repeated(1)), []);
  assert.deepEqual(consistencyParts(repeated(2)), [
    { pipeline: 'solo', solvedIn: '0', share: 0, tasks: 1 },
    { pipeline: 'solo', solvedIn: '1', share: 0.5, tasks: 1 },
  ]);
  assert.deepEqual(
    consistencyParts(repeated(11)).map(({ solvedIn, tasks }) => [solvedIn, tasks]),
    [
      ['none', 1],
      ['some', 1],
    ],
  );
});

test('cost: the frontier is what no other solves for less', () => {
  const point = (pipeline: string, price: number, share: number) => ({ pipeline, price, share });
  const points = frontierPoints([
    point('dear', 30, 0.5),
    point('good', 20, 0.6),
    point('cheap', 10, 0.4),
    point('twin', 20, 0.6),
  ]);
  assert.deepEqual(
    points.map(({ pipeline, isOnFrontier }) => [pipeline, isOnFrontier]),
    [
      ['cheap', true],
      ['good', true],
      ['twin', true],
      ['dear', false],
    ],
  );
});

test('agreement: a point for each bin that has answers', () => {
  const agree = specOf('agree', 0, { stages: [{ drafts: 3 }], select: 'agreement', feedback: { source: 'none' } });
  const trials = [
    trialOf('a', 'text text', { pipeline: 'agree', drafts: 2, groups: [[0, 1]] }),
    trialOf('b', 'text -', { pipeline: 'agree', drafts: 2, groups: [[0], [1]] }),
  ];
  assert.deepEqual(
    agreementPoints(analyzeRun(runWith([agree], trials)).agreement).map(({ bin, share, trials: of }) => [
      bin,
      share,
      of,
    ]),
    [
      ['50 to 74 %', 0, 1],
      ['all', 1, 1],
    ],
  );
});

test('tasks: those first that are solved most often, alike neighbours in one field', () => {
  const trials = [
    ...TRIALS,
    trialOf('c', 'KeyError', { pipeline: 'solo' }),
    trialOf('c', '', { pipeline: 'loop', fault: 'sandbox' }),
  ];
  const shares = taskShares(['solo', 'loop'], trials);
  assert.deepEqual(shares, [
    { taskId: 'a', shares: [1, 1] },
    { taskId: 'b', shares: [0, 1] },
    { taskId: 'c', shares: [0, null] },
  ]);
  assert.deepEqual(heatCells(['solo', 'loop'], shares), [
    { pipeline: 'solo', from: 0, to: 1, share: 1 },
    { pipeline: 'solo', from: 1, to: 3, share: 0 },
    { pipeline: 'loop', from: 0, to: 2, share: 1 },
    { pipeline: 'loop', from: 2, to: 3, share: null },
  ]);
  assert.equal(heatMap(['solo'], [{ taskId: 'a', shares: [1] }]), null);
});

test('differences are in points', () => {
  assert.deepEqual(
    differencePoints(ANALYSIS.separations).map(({ pipeline, baseline, points }) => [pipeline, baseline, points]),
    [['loop', 'solo', 50]],
  );
});

test('at most six pipelines are drawn as lines: those that solve most', () => {
  const specs = Array.from({ length: 8 }, (_, place) => specOf(`p${place}`, 0));
  const trials = specs.flatMap(({ name }, place) =>
    Array.from({ length: 8 }, (_, task) => trialOf(`t${task}`, task < place ? 'ok' : 'KeyError', { pipeline: name })),
  );
  const drawn = drawnPipelines(analyzeRun(runWith(specs, trials)));
  assert.deepEqual([...drawn].toSorted(), ['p2', 'p3', 'p4', 'p5', 'p6', 'p7']);
});

test('a long search is thinned, and its last step stays', () => {
  const best = { solved: 0.5, low: 0.4, high: 0.6, trials: 3 } as never;
  const standings = Array.from({ length: 1001 }, (_, spent) => ({
    generation: spent,
    spent,
    species: 1,
    best: spent === 0 ? null : best,
  }));
  const points = coursePoints([{ strategy: 'race', standings }]);
  assert.ok(points.length <= 200 && points.length > 100);
  assert.equal(points.at(-1)?.spent, 1000);
  assert.equal(posteriorChart([{ strategy: 'race', standings: standings.slice(0, 2) }], 'calls'), null);
});
