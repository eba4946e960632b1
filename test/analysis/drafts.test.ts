import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agreementReliability } from '../../src/analysis/agreement-reliability.ts';
import { analyzeRun } from '../../src/analysis/analyze-run.ts';
import { cutAnswers } from '../../src/analysis/cut-answers.ts';
import { moveValues } from '../../src/analysis/move-values.ts';
import { shareInterval } from '../../src/statistics/interval.ts';
import { differenceOf } from './differences.ts';
import { specOf, type TrialChanges, trialOf } from './own-trials.ts';

const OVERFLOW = { fault: 'model: context-overflow' } as const;

describe('moveValues', () => {
  const twoDrafts = { drafts: 2, tokens: 500 } as const;
  const trials = [
    trialOf('a', 'NameError ok', twoDrafts),
    trialOf('b', 'NameError NameError ok', twoDrafts),
    trialOf('c', 'ok', twoDrafts),
    trialOf('d', 'ok NameError NameError', twoDrafts),
    trialOf('e', 'NameError NameError', { ...twoDrafts, ...OVERFLOW }),
    trialOf('f', 'NameError ok', { ...twoDrafts, fault: 'sandbox' }),
  ];

  it('counts what each draft and each repair solves and loses', () => {
    const values = moveValues('p', trials);
    assert.deepEqual(
      values.map(({ kind, number, trials: came, solved, lost, tokens }) => [kind, number, came, solved, lost, tokens]),
      [
        ['draft', 2, 4, 1, 1, 2000],
        ['repair', 1, 2, 1, 0, 1000],
      ],
    );
  });

  it('has intervals over tasks, of trials and of tokens', () => {
    const [draft, repair] = moveValues('p', trials);
    assert.deepEqual(draft?.net, differenceOf([1, 0, -1, 0]));
    assert.deepEqual(repair?.net, differenceOf([1, 0]));
    // One of two tasks for 500 tokens each.
    assert.equal(repair?.netPerThousandTokens?.mean, 1);
  });

  it('knows no price where a model does not say its tokens', () => {
    const [draft] = moveValues('p', [trialOf('a', 'NameError ok', { drafts: 2, hasUsage: false })]);
    assert.deepEqual([draft?.tokens, draft?.netPerThousandTokens, draft?.net], [null, null, null]);
  });
});

describe('agreementReliability', () => {
  it('counts right answers by the share of drafts that behave like them', () => {
    const drawn = (groups: NonNullable<TrialChanges['groups']>): TrialChanges => ({ drafts: 4, groups });
    const trials = [
      trialOf('a', '- - - text', drawn([[0, 1, 2, 3]])),
      trialOf('b', '- - - -', drawn([[0, 1, 2, 3]])),
      trialOf('c', 'text text - text', drawn([[0, 1, 3], [2]])),
      trialOf('d', '- - - text', drawn([[2, 3], [0], [1]])),
      trialOf('e', '- - - -', drawn([[0], [1], [2]])),
      trialOf('f', 'text', drawn([[0]])),
      trialOf('g', 'text'),
    ];
    const bins = agreementReliability(trials);
    assert.deepEqual(
      bins.map(({ from, below, right }) => [from, below, right.hits, right.of]),
      [
        [0, 0.5, 0, 1],
        [0.5, 0.75, 1, 1],
        [0.75, 1, 1, 1],
        [1, null, 1, 2],
      ],
    );
    assert.deepEqual(bins.at(-1)?.right.share, shareInterval([1, 0]));
  });
});

describe('cutAnswers', () => {
  it('counts answers of all attempts', () => {
    const { cut } = cutAnswers('p', [trialOf('a', 'NameError ok', { isCut: true }), trialOf('b', 'ok')]);
    assert.deepEqual([cut.hits, cut.of], [2, 3]);
  });
});

describe('analyzeRun', () => {
  it('calls no draft an iteration, and values repairs beside drafts', () => {
    const specs = [specOf('drawing', 0, { stages: [{ drafts: 1 }] }), specOf('repairing', 1)];
    const trials = specs.flatMap(({ name }) => [
      trialOf('a', 'NameError ok', { pipeline: name, drafts: name === 'drawing' ? 2 : 1 }),
      trialOf('b', 'NameError NameError', { pipeline: name, drafts: name === 'drawing' ? 2 : 1 }),
    ]);
    const benchmark = { name: 'own', tasks: 2, sha256: '0', hiddenTests: null };
    const run = { specs, trials, summary: { benchmark, repeats: 1, seed: 0, complete: true } };
    const { iterations, forced, moves } = analyzeRun(run);
    assert.deepEqual([iterations.map(({ pipeline }) => pipeline), forced], [['repairing'], []]);
    assert.deepEqual(
      moves.map(({ pipeline, kind, number }) => [pipeline, kind, number]),
      [
        ['drawing', 'draft', 2],
        ['repairing', 'repair', 1],
      ],
    );
    const alone = { ...run, specs: specs.slice(1), trials: trials.slice(2) };
    assert.deepEqual(analyzeRun(alone).moves, []);
  });
});
