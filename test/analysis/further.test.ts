import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { costsOf } from '../../src/analysis/costs.ts';
import { neverSolved } from '../../src/analysis/never-solved.ts';
import { type PipelineResult, pipelineResult } from '../../src/analysis/pipeline-results.ts';
import { repairResults } from '../../src/analysis/repair-results.ts';
import type { TrialFacts } from '../../src/runs/trial-facts.ts';
import { differenceOf } from './differences.ts';
import { specOf, type TrialChanges, trialOf } from './own-trials.ts';

describe('neverSolved', () => {
  it('is by one pipeline, and by none of all', () => {
    const trials = [
      trialOf('a', 'NameError', { pipeline: 'p' }),
      trialOf('a', 'ok', { pipeline: 'q' }),
      trialOf('b', 'NameError', { pipeline: 'p' }),
      trialOf('b', 'TypeError ok TypeError', { pipeline: 'q' }),
      trialOf('b', 'TypeError', { pipeline: 'q', repeat: 1 }),
      // Says nothing of p.
      trialOf('c', '', { pipeline: 'p', fault: 'model: unreachable' }),
      trialOf('c', 'ok', { pipeline: 'q' }),
    ];
    assert.deepEqual(neverSolved(['p', 'q'], trials), {
      byPipeline: [
        { pipeline: 'p', of: 2, tasks: ['a', 'b'], solvedByOthers: 1 },
        { pipeline: 'q', of: 3, tasks: ['b'], solvedByOthers: 0 },
      ],
      byNone: [{ taskId: 'b', trials: 3, error: 'TypeError' }],
    });
  });
});

describe('repairResults', () => {
  it('says what each repair gained and lost, in attempts, in the end, and on which tasks', () => {
    const repairs = (...effects: readonly ('gained' | 'lost' | 'same')[]): TrialChanges => ({
      repairs: effects.map((effect, index) => ({ name: index === 0 ? 'imports' : 'context', effect })),
    });
    const trials = [
      trialOf('a', 'ok', repairs('gained', 'same')),
      trialOf('b', 'NameError', repairs('lost')),
      trialOf('c', 'ok', repairs('gained')),
      trialOf('d', 'NameError'),
    ];
    const [imports, context] = repairResults('p', trials);
    assert.deepEqual([imports?.repair, imports?.applied, imports?.gained, imports?.lost], ['imports', 3, 2, 1]);
    assert.deepEqual([imports?.gainedTasks, imports?.lostTasks], [['a', 'c'], ['b']]);
    assert.deepEqual(imports?.net, differenceOf([1, -1, 1, 0]));
    assert.deepEqual([context?.applied, context?.gained, context?.net?.mean], [1, 0, 0]);
  });

  it('counts in the end what it did to the answer alone', () => {
    const gained = { name: 'imports', effect: 'gained' } as const;
    const last = trialOf('a', 'ok NameError', { repairs: [{ name: 'imports', effect: 'same' }] });
    const attempts = last.attempts.map((one, index) => (index === 0 ? { ...one, repairs: ['imports' as const] } : one));
    const trial: TrialFacts = { ...last, attempts, repairEffects: [gained, ...last.repairEffects] };
    const [imports] = repairResults('p', [trial, trialOf('b', 'NameError')]);
    assert.deepEqual([imports?.gained, imports?.net?.mean], [1, 0]);
  });
});

describe('costsOf', () => {
  const size = { repeats: 1, tasks: 2 };
  const costs = (pipelines: Readonly<Record<string, readonly TrialFacts[]>>) => {
    const results = Object.entries(pipelines).map(([name, own]) => pipelineResult(specOf(name, 1), own, size));
    return costsOf(results, Object.values(pipelines).flat());
  };

  it('divides all that was paid by what was solved', () => {
    const [cost] = costs({
      p: [
        trialOf('a', 'NameError ok', { tokens: 100, seconds: 3 }),
        trialOf('b', 'NameError NameError', { tokens: 50, seconds: 1 }),
      ],
    });
    assert.deepEqual([cost?.solved, cost?.share], [1, 0.5]);
    assert.deepEqual([cost?.tokens?.perSolved, cost?.tokens?.perTrial], [300, 150]);
    assert.deepEqual([cost?.seconds.perSolved, cost?.calls.perSolved], [4, 4]);
    assert.ok(Math.abs(cost!.tokens!.perSolvedInterval!.mean - 300) < 1e-9);
  });

  it('has no price of what was never solved, and no tokens where a model did not say', () => {
    const [cost] = costs({ p: [trialOf('a', 'NameError', { hasUsage: false }), trialOf('b', 'NameError')] });
    assert.deepEqual([cost?.tokens, cost?.onFrontier], [null, { tokens: null, seconds: true }]);
    assert.deepEqual([cost?.seconds.perSolved, cost?.seconds.perSolvedInterval], [null, null]);
  });

  it('has on the frontier what no other beats', () => {
    const pair = (pipeline: string, words: string, tokens: number) =>
      [...words].map((word, index) => trialOf(`t${index}`, word === '+' ? 'ok' : 'NameError', { pipeline, tokens }));
    const found = costs({
      cheap: pair('cheap', '+.', 10),
      dear: pair('dear', '+.', 20),
      good: pair('good', '++', 30),
      twin: pair('twin', '++', 30),
    });
    assert.deepEqual(
      found.filter(({ onFrontier }) => onFrontier.tokens).map(({ pipeline }) => pipeline),
      ['cheap', 'good', 'twin'],
    );
  });

  it('never has an empty frontier, and the cheapest and the best are on it', () => {
    const point = fc.record({ tokens: fc.integer({ min: 1, max: 50 }), solved: fc.nat(4) });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 8 }), (points) => {
        const named = points.map(({ tokens, solved }, index) => {
          const pipeline = String(index);
          const own = Array.from({ length: 4 }, (_, task) =>
            trialOf(`t${task}`, task < solved ? 'ok' : 'NameError', { pipeline, tokens }),
          );
          const result: PipelineResult = pipelineResult(specOf(pipeline, 0), own, { repeats: 1, tasks: 4 });
          return { own, result };
        });
        const found = costsOf(
          named.map(({ result }) => result),
          named.flatMap(({ own }) => own),
        );
        const frontier = found.filter(({ onFrontier }) => onFrontier.tokens);
        const shares = (list: typeof found) => Math.max(...list.map(({ share }) => share ?? 0));
        const prices = (list: typeof found) => Math.min(...list.map(({ tokens }) => tokens!.perTrial));
        assert.deepEqual([shares(frontier), prices(frontier)], [shares(found), prices(found)]);
      }),
    );
  });
});
