import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ScriptedModel } from '../../src/models/scripted/scripted-model.ts';
import { isRepeatable, type PlanRequest, parsePlan, planHash, planRun } from '../../src/runs/plan.ts';
import type { RunServices } from '../../src/runs/services.ts';
import { doubleTask } from '../own-tasks.ts';
import { benchmarkOf, pipelineOf } from './own-experiment.ts';
import { StubSandbox } from './random-runs.ts';

class NamedModel extends ScriptedModel {
  readonly #identity: string | null;

  constructor(identity: string | null) {
    super('m', () => '');
    this.#identity = identity;
  }

  async identity(): Promise<string | null> {
    return this.#identity;
  }
}

class OtherSandbox extends StubSandbox {
  override async isolation() {
    return { name: 'stub', python: '3.15', lacks: [] };
  }
}

const BENCHMARK = benchmarkOf([doubleTask({ id: 'Own/a' })]);

function planned(changes: Partial<PlanRequest & RunServices> = {}) {
  const request = { pipelines: [pipelineOf('p')], repeats: 1, seed: 1, timeoutSeconds: 4, ...changes };
  const services = { benchmark: BENCHMARK, sandbox: new StubSandbox(), parallel: 2, ...changes };
  const { model = () => new NamedModel('weights') } = changes;
  return planRun(request, { ...services, model });
}

describe('a plan', () => {
  it('has a hash of all that decides its trials, and of nothing else', async () => {
    const hash = planHash(await planned());
    assert.equal(planHash(await planned()), hash);
    const renamed = { benchmark: { ...BENCHMARK, name: './own' }, parallel: 7, grading: 'all' } as const;
    assert.equal(planHash(await planned(renamed)), hash);
    const others: Partial<PlanRequest & RunServices>[] = [
      { repeats: 2 },
      { seed: 2 },
      { timeoutSeconds: 3 },
      { pipelines: [pipelineOf('q')] },
      { pipelines: [pipelineOf('p', { stages: [] })] },
      { benchmark: { ...BENCHMARK, sha256: '1' } },
      { benchmark: benchmarkOf([doubleTask({ id: 'Own/b' })]) },
      { benchmark: benchmarkOf([doubleTask({ id: 'Own/a', tests: 'assert double(1) == 2' })]) },
      { benchmark: benchmarkOf([doubleTask({ id: 'Own/a', text: 'Double it.' })]) },
      { model: () => new NamedModel('other weights') },
      { model: () => new NamedModel(null) },
      { sandbox: new OtherSandbox() },
    ];
    const hashes = await Promise.all(others.map(async (other) => planHash(await planned(other))));
    assert.equal(new Set([hash, ...hashes]).size, others.length + 1);
  });

  it('can be repeated where every model can say who it is', async () => {
    assert.ok(isRepeatable(await planned()));
    assert.ok(!isRepeatable(await planned({ model: () => new NamedModel(null) })));
    assert.ok(!isRepeatable(await planned({ model: () => new ScriptedModel('m', () => '') })));
  });

  it('holds no address of a model, which may have a password in it', async () => {
    const plan = await planned({ model: () => new NamedModel('http://user:secret@host') });
    assert.doesNotMatch(JSON.stringify(plan), /secret/);
  });

  it('is read out of its JSON; another version’s is null', async () => {
    const plan = await planned();
    assert.deepEqual(parsePlan(JSON.stringify(plan)), plan);
    for (const text of [
      '',
      'null',
      '{}',
      JSON.stringify({ ...plan, more: 1 }),
      JSON.stringify({ ...plan, repeats: 0 }),
    ])
      assert.equal(parsePlan(text), null, text);
  });
});
