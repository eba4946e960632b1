import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/base/package-root.ts';
import { demandOf, modelsOf, paperPool, parsePool, poolJsonSchema, temperaturesOf } from '../../src/evolve/pool.ts';
import type { Demand } from '../../src/runs/services.ts';

test('models may be the same for every role, or each role its own', () => {
  const same = parsePool({ $schema: 'pool.schema.json', models: ['a', 'b'] }, 'test');
  assert.deepEqual(same.models, { generator: ['a', 'b'], analyzer: ['a', 'b'], refiner: ['a', 'b'] });
  const own = parsePool({ models: { generator: ['a'], analyzer: ['b'], refiner: ['a', 'c'] } }, 'test');
  assert.deepEqual(modelsOf(own), ['a', 'b', 'c']);
});

test('temperatures are a grid of rounded numbers', () => {
  const grid = temperaturesOf(parsePool({ models: ['a'] }, 'test'));
  assert.deepEqual([grid.length, grid[0], grid[5], grid.at(-1)], [24, 0.05, 0.3, 1.2]);
  const steep = parsePool({ models: ['a'], temperatures: { from: 0, to: 1, step: 0.3 } }, 'test');
  assert.deepEqual(temperaturesOf(steep), [0, 0.3, 0.6, 0.9]);
});

test('a repeat of a pool asks for as many drafts of a model as its pipelines may draw', () => {
  const models = { generator: ['a'], analyzer: ['b'], refiner: ['a', 'c'] };
  const asked = ({ drafts }: Demand) => Object.fromEntries(drafts);
  assert.deepEqual(asked(demandOf(parsePool({ models, drafts: 2 }, 'test'))), { a: 3, b: 1, c: 1 });
  assert.deepEqual(asked(demandOf(paperPool(parsePool({ models }, 'test')))), { a: 1, b: 1, c: 1 });
});

test('a wrong field is named', () => {
  const refusals: readonly (readonly [unknown, RegExp])[] = [
    [{}, /^pool\.yaml: models: /],
    [null, /^pool\.yaml: pool: /],
    [{ models: [] }, /^pool\.yaml: models: /],
    [{ models: ['a'], stages: 4 }, /^pool\.yaml: stages: expected at most 3/],
    [{ models: ['a'], drafts: 4 }, /^pool\.yaml: drafts: expected at most 3/],
    [{ models: ['a'], policies: { from: ['first'] } }, /^pool\.yaml: policies\.from/],
    [{ models: ['a'], temperatures: { step: 1e-9 } }, /^pool\.yaml: temperatures\.step: expected at least 0.001/],
    [{ models: ['a'], temperatures: { from: 1, to: 0 } }, /^pool\.yaml: temperatures: from is above to/],
    [{ models: ['a'], policies: { detail: [] } }, /^pool\.yaml: policies\.detail: /],
    [{ models: ['a'], prompt: {} }, /^pool\.yaml: pool: unknown field "prompt"/],
  ];
  for (const [input, message] of refusals) {
    assert.throws(() => parsePool(input, 'pool.yaml'), { name: 'Refusal', message }, JSON.stringify(input));
  }
});

test('the JSON Schema in the package is the one of the sources (else run scripts/write-schema.ts)', () => {
  const written = JSON.parse(readFileSync(join(packageRoot, 'schema/pool.schema.json'), 'utf8'));
  assert.deepEqual(written, JSON.parse(JSON.stringify(poolJsonSchema())));
  assert.deepEqual(written.required, ['models']);
});
