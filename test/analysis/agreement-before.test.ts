import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agreementBefore } from '../../src/analysis/agreement-before.ts';
import type { PipelineInput } from '../../src/pipeline/pipeline-spec.ts';
import type { RunState, RunStore } from '../../src/runs/run-store.ts';
import { specOf, type TrialChanges, wholeTrial } from './own-trials.ts';

const COMPARING: Partial<PipelineInput> = { stages: [{ drafts: 2 }], select: 'agreement' };
const SPEC = specOf('model', 0, COMPARING);
const ALL = { drafts: 3, alike: 3 } as const;
const WORDS = { right: '- - text', wrong: '- - -' } as const;

interface OwnRun {
  readonly id: string;
  readonly outcomes: readonly (keyof typeof WORDS)[];
  readonly state?: RunState;
  readonly spec?: typeof SPEC;
  readonly changes?: TrialChanges;
}

/** A store of runs in which all three drafts of each task behave alike. */
function storeOf(...runs: readonly OwnRun[]): RunStore {
  const list = runs.map(({ id, state = 'complete', spec = SPEC }) => ({
    id,
    state,
    plan: { benchmark: { name: `benchmark of ${id}` }, pipelines: [spec] },
  }));
  async function* trials(id: string) {
    const { outcomes, spec = SPEC, changes } = runs.find((run) => run.id === id)!;
    for (const [task, outcome] of outcomes.entries()) {
      const usual = { pipeline: spec.name, checked: 'nothing', drafts: 3, groups: [[0, 1, 2]] } as const;
      yield wholeTrial(String(task), WORDS[outcome], { ...usual, ...changes });
    }
  }
  return { list: async () => list, trials } as unknown as RunStore;
}

describe('agreementBefore', () => {
  it('is of the newest complete run of the same models that compares drafts', async () => {
    const outcomes = ['right', 'wrong'] as const;
    const store = storeOf(
      { id: 'stopped', outcomes, state: 'stopped' },
      { id: 'other', outcomes, spec: specOf('another', 0, COMPARING) },
      { id: 'plain', outcomes, spec: specOf('model', 0, { stages: [{ drafts: 2 }] }) },
      { id: 'newest', outcomes },
      { id: 'older', outcomes: ['right', 'right'] },
    );
    const before = await agreementBefore(store, SPEC, ALL);
    assert.deepEqual([before?.run, before?.benchmark, before?.right.mean], ['newest', 'benchmark of newest', 0.5]);
  });

  it('is null where no answer is like it: checked, of another agreement, or of one task alone', async () => {
    const outcomes = ['right', 'right'] as const;
    const checked = storeOf({ id: 'checked', outcomes, changes: { checked: 'examples' } });
    assert.equal(await agreementBefore(checked, SPEC, ALL), null);
    const alike = storeOf({ id: 'alike', outcomes });
    assert.equal(await agreementBefore(alike, SPEC, { drafts: 3, alike: 1 }), null);
    assert.equal(await agreementBefore(alike, SPEC, { drafts: 1, alike: 1 }), null);
    assert.equal(await agreementBefore(storeOf({ id: 'one', outcomes: ['right'] }), SPEC, ALL), null);
  });
});
