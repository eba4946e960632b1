import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ModelFault, Refusal, UnsupportedFault } from '../../src/base/errors.ts';
import { PipelineArena } from '../../src/evolve/arena.ts';
import type { Genome } from '../../src/evolve/genome.ts';
import type { BudgetUnit, Wanted } from '../../src/evolve/strategy.ts';
import { type ScriptAnswer, ScriptedModel } from '../../src/models/scripted/scripted-model.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { DOUBLE, doubleTask } from '../own-tasks.ts';
import { benchmarkOf } from '../runs/own-experiment.ts';
import { genome, ownPool, role, stage } from './own-search.ts';

const native = await openSandbox(readSettings(), 2);
after(() => native.close());

const BENCHMARK = benchmarkOf([doubleTask({ id: 'Own/a' }), doubleTask({ id: '__proto__' })]);
const DRAFT = genome();
/** The same draft, then one repair. */
const REPAIRED = genome([stage(1, { iterations: 1 })]);

/** Drafts are wrong, repairs right; a call takes 36 seconds. */
const repairsAll: ScriptAnswer = ({ draw }) => ({
  text: draw.attempt === 0 ? DOUBLE.square : DOUBLE.right,
  seconds: 36,
});

interface OwnArena {
  readonly answer?: ScriptAnswer;
  readonly unit?: BudgetUnit;
  readonly paid?: Set<string>;
  readonly sandbox?: Sandbox;
  readonly signal?: AbortSignal;
  readonly parallel?: number;
}

function arena({ answer = repairsAll, unit = 'calls', paid = new Set(), ...rest }: OwnArena = {}): PipelineArena {
  const model = new ScriptedModel('m', answer);
  const { signal, sandbox = native, parallel = 2 } = rest;
  const services = { benchmark: BENCHMARK, sandbox, model: () => model, parallel };
  const trials = { services, settings: { seed: 1, timeoutSeconds: 10 }, signal };
  return new PipelineArena({ ...trials, pool: ownPool(), source: 'examples', unit, paid, remedy: 'mend it' });
}

function wanted(tried: Genome, task = 0, repeat = 0): Wanted {
  return { genome: tried, task, repeat };
}

test('outcomes stand in the order of what was wanted', async () => {
  const [draft, repaired, other] = await arena().run([wanted(DRAFT), wanted(REPAIRED), wanted(REPAIRED, 1)]);
  assert.deepEqual([draft?.solved, repaired?.solved, other?.solved], [false, true, true]);
  assert.deepEqual([draft?.iterations, repaired?.iterations], [0, 1]);
  assert.ok((repaired?.tokens ?? 0) > (draft?.tokens ?? 0) && (draft?.tokens ?? 0) > 0);
  assert.ok((repaired?.seconds ?? 0) >= 72);
});

test('a draft that several pipelines share is paid for once, by the first', async () => {
  const costs = async (all: readonly Wanted[]) => (await arena().run(all)).map(({ cost }) => cost);
  assert.deepEqual(await costs([wanted(DRAFT), wanted(REPAIRED)]), [1, 1]);
  assert.deepEqual(await costs([wanted(REPAIRED), wanted(DRAFT)]), [2, 0]);
  assert.deepEqual(await costs([wanted(DRAFT), wanted(DRAFT, 1), wanted(DRAFT, 0, 1)]), [1, 1, 1]);
  const warm = genome([], { generator: role('a', { temperature: 0.9 }) });
  assert.deepEqual(await costs([wanted(DRAFT), wanted(warm)]), [1, 1]);
  // Two repairs by other policies see other feedback, after one draft.
  const policies = { ...DRAFT.policies, detail: 'traceback' } as const;
  assert.deepEqual(await costs([wanted(REPAIRED), wanted({ ...REPAIRED, policies })]), [2, 1]);
});

test('drafts and repairs are told apart, and further drafts that genomes share are paid for once', async () => {
  const drafting = (count: number, temperature = 0.8) => ({ ...REPAIRED, drafts: { count, temperature } });
  // The third answer is right, be it a draft or a repair.
  const answer: ScriptAnswer = ({ draw }) => ({ text: `${draw.attempt < 2 ? DOUBLE.square : DOUBLE.right}\n` });
  const seen = async (all: readonly Wanted[]) =>
    (await arena({ answer }).run(all)).map(({ solved, drafts, iterations, cost }) => [
      solved,
      drafts,
      iterations,
      cost,
    ]);
  assert.deepEqual(await seen([wanted(REPAIRED), wanted(drafting(1)), wanted(drafting(2))]), [
    [false, 1, 1, 2],
    [true, 2, 1, 2],
    [true, 3, 0, 1],
  ]);
  assert.deepEqual(await seen([wanted(drafting(2)), wanted(drafting(3)), wanted(drafting(2, 0.5))]), [
    [true, 3, 0, 3],
    [true, 3, 0, 0],
    [true, 3, 0, 2],
  ]);
});

test('what was paid for before costs nothing, in another arena too', async () => {
  const paid = new Set<string>();
  await arena({ paid }).run([wanted(DRAFT)]);
  const [repaired, again] = await arena({ paid: new Set(JSON.parse(JSON.stringify([...paid]))) }).run([
    wanted(REPAIRED),
    wanted(REPAIRED),
  ]);
  assert.deepEqual([repaired?.cost, again?.cost], [1, 0]);
});

test('hours are those of the calls that are paid for', async () => {
  const [draft, repaired] = await arena({ unit: 'hours' }).run([wanted(DRAFT), wanted(REPAIRED)]);
  assert.deepEqual([draft?.cost, repaired?.cost], [0.01, 0.01]);
});

test('of models that take no time hours are refused, and of some that do a call takes a millisecond', async () => {
  const quick: ScriptAnswer = () => DOUBLE.right;
  await assert.rejects(arena({ unit: 'hours', answer: quick }).run([wanted(DRAFT)]), /these models take no time/);
  const mixed: ScriptAnswer = ({ draw }) => ({ text: DOUBLE.square, seconds: draw.attempt === 0 ? 0 : 36 });
  const [draft, repaired] = await arena({ unit: 'hours', answer: mixed }).run([wanted(DRAFT), wanted(REPAIRED)]);
  assert.deepEqual([draft?.cost, repaired?.cost], [0.001 / 3600, 0.01]);
});

test('what is wanted twice is run once', async () => {
  let calls = 0;
  const answer: ScriptAnswer = () => {
    calls += 1;
    return DOUBLE.right;
  };
  const outcomes = await arena({ answer }).run([wanted(DRAFT), wanted(DRAFT)]);
  assert.deepEqual(
    outcomes.map(({ solved, cost }) => [solved, cost]),
    [
      [true, 1],
      [true, 0],
    ],
  );
  assert.equal(calls, 1);
});

test('what broke ends it with what to do, and no further trial is begun', async () => {
  let calls = 0;
  const answer: ScriptAnswer = () => {
    calls += 1;
    throw new ModelFault('refused', 'out of order');
  };
  const all = Array.from({ length: 20 }, (_, repeat) => wanted(DRAFT, 1, repeat));
  await assert.rejects(arena({ answer, parallel: 2 }).run(all), (error: Error) => {
    assert.ok(error instanceof Refusal);
    assert.equal(error.message, '__proto__ broke: model: refused: out of order; mend it');
    return true;
  });
  assert.ok(calls <= 2, `${calls} calls`);
});

test('a conversation that outgrew the context, and what this sandbox does not have, are not solved', async () => {
  const full: ScriptAnswer = () => {
    throw new ModelFault('context-overflow', 'too long');
  };
  const sandbox: Sandbox = {
    run: () => Promise.reject(new UnsupportedFault('no subprocess here')),
    isolation: () => native.isolation(),
    close: async () => {},
  };
  for (const own of [arena({ answer: full }), arena({ sandbox })]) {
    const [outcome] = await own.run([wanted(DRAFT)]);
    assert.equal(outcome?.solved, false);
  }
});

test('aborted, it throws the reason', async () => {
  const abort = new AbortController();
  const answer: ScriptAnswer = () => {
    abort.abort(new Error('enough'));
    return DOUBLE.right;
  };
  await assert.rejects(arena({ answer, signal: abort.signal }).run([wanted(DRAFT)]), /enough/);
});
