import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createArena } from '../../bench/search/arena.ts';
import { createLandscape } from '../../bench/search/landscape.ts';
import { PRESETS, paperWorld } from '../../bench/search/paper-world.ts';
import { createWorld, LANDSCAPE_KINDS } from '../../bench/search/worlds.ts';
import type { Genome } from '../../src/evolve/genome.ts';

const landscape = createLandscape(paperWorld(4, 'plain'), 4);

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

test("presets and optimum have the paper's scores", () => {
  const near = (genome: Genome, expected: number, tolerance: number) =>
    assert.ok(Math.abs(landscape.trueScore(genome) - expected) < tolerance, `${landscape.trueScore(genome)}`);
  near(PRESETS.solo, 76.6, 0.05);
  near(PRESETS.selfRefine, 94, 0.05);
  near(landscape.optimum, 106, 1);
});

test('run-to-run deviation and the tasks never and always solved of five runs are about those of the paper', () => {
  for (const preset of [PRESETS.solo, PRESETS.selfRefine]) {
    const chances = landscape.chances(preset);
    const deviation = Math.sqrt(sum(chances.map((chance) => chance * (1 - chance))));
    assert.ok(deviation > 2.5 && deviation < 4, `${deviation}`);
    const never = sum(chances.map((chance) => (1 - chance) ** 5));
    const always = sum(chances.map((chance) => chance ** 5));
    assert.ok(never > 33 && never < 66, `never ${never}`);
    assert.ok(always > 48 && always < 75, `always ${always}`);
  }
});

test('trials come out as often as their chances say', () => {
  const arena = createArena(landscape);
  const tasks = Array.from({ length: landscape.tasks }, (_, task) => task);
  const wanted = tasks.flatMap((task) =>
    Array.from({ length: 20 }, (_, repeat) => ({ genome: PRESETS.selfRefine, task, repeat })),
  );
  const outcomes = arena(wanted);
  const solved = outcomes.filter((outcome) => outcome.solved).length / 20;
  assert.ok(Math.abs(solved - 94) < 3, `${solved}`);
  assert.ok(outcomes.every(({ cost, drafts, iterations }) => cost === drafts + iterations));
  assert.ok(arena(wanted).every(({ cost }) => cost === 0));
});

test('a trial costs the calls that no earlier trial has made, an analysis as much as a repair', () => {
  const analyzer = { model: 'ollama/llama3.2:3b', prompt: 'default', temperature: 0.2 } as const;
  const [stage] = PRESETS.selfRefine.stages;
  const analyzed: Genome = { ...PRESETS.selfRefine, stages: [{ ...stage!, analyzer }] };
  const trialsOf = (genome: Genome) => Array.from({ length: 40 }, (_, task) => ({ genome, task, repeat: 0 }));
  const arena = createArena(landscape);
  const drafts = arena(trialsOf(PRESETS.solo));
  assert.ok(drafts.every(({ cost }) => cost === 1));
  const outcomes = arena(trialsOf(analyzed));
  assert.ok(outcomes.every(({ cost, iterations }) => cost === 2 * iterations));
  assert.ok(outcomes.some(({ iterations }) => iterations > 1));
});

test('every kind of landscape has chances, and expects the calls that its trials take', () => {
  for (const kind of LANDSCAPE_KINDS) {
    if (kind === 'files') continue; // its result files are not part of the repository
    const own = createLandscape(createWorld(kind, 2, ''), 2);
    const chances = own.chances(own.optimum);
    assert.ok(
      chances.every((chance) => chance >= 0 && chance <= 1),
      kind,
    );
    const trials = Array.from({ length: own.tasks }, (_, task) =>
      [0, 1, 2, 3].map((repeat) => own.run(own.optimum, task, repeat)),
    );
    const calls = sum(trials.flat().map((trial) => trial.calls.length)) / trials.flat().length;
    assert.ok(Math.abs(calls - own.trueCalls(own.optimum)) < 0.15 * calls, `${kind} ${calls}`);
  }
});

test('genomes that begin alike have the same draft', () => {
  for (let task = 0; task < landscape.tasks; task++) {
    const alone = landscape.run(PRESETS.solo, task, 3);
    const refined = landscape.run(PRESETS.selfRefine, task, 3);
    assert.equal(alone.outcome.solved, refined.outcome.solved && refined.outcome.iterations === 0);
    assert.deepEqual(refined.calls.slice(0, 1), alone.calls);
  }
});

test('where parts interact, the parts that are best one by one are not the best together', () => {
  const { pool, trueScore, optimum } = createLandscape(paperWorld(4, 'epistatic'), 4);
  const base = PRESETS.selfRefine;
  const best = (candidates: readonly Genome[]) =>
    candidates.reduce((top, own) => (trueScore(own) > trueScore(top) ? own : top));
  const stage = base.stages[0];
  assert.ok(stage !== undefined);
  const generator = best(
    pool.models.generator.flatMap((model) =>
      pool.prompts.generator.map((prompt) => ({ ...base, generator: { ...base.generator, model, prompt } })),
    ),
  ).generator;
  const refiner = best(
    pool.models.refiner.flatMap((model) =>
      pool.prompts.refiner.map((prompt) => ({
        ...base,
        stages: [{ ...stage, refiner: { ...stage.refiner, model, prompt } }],
      })),
    ),
  ).stages[0]?.refiner;
  assert.ok(refiner !== undefined);
  const stages = [1, 2, 3].map((innovation) => ({ innovation, iterations: 3, analyzer: null, refiner }));
  assert.ok(trueScore({ ...base, generator, stages }) < trueScore(optimum) - 2);
});
