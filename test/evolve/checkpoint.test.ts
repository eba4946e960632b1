import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Refusal } from '../../src/base/errors.ts';
import { type Checkpoint, hasCheckpoint, readCheckpoint, saveCheckpoint } from '../../src/evolve/checkpoint.ts';
import { genome } from './own-search.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-checkpoint-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'search.json');

const record = { genome: genome(), trials: 3, solved: 2, tokens: 30, seconds: 0.5, repeats: 1 };
const CHECKPOINT: Checkpoint = {
  plan: { seed: 1, pool: 'abc' },
  state: { strategy: { arms: [0, 1], winner: null }, records: { aa: record } },
  paid: ['1', '2'],
  history: 120,
};

test('a checkpoint is read as it was saved, and saved the same way again', () => {
  assert.equal(hasCheckpoint(folder), false);
  saveCheckpoint(folder, CHECKPOINT);
  assert.ok(hasCheckpoint(folder));
  const read = readCheckpoint(folder, CHECKPOINT.plan);
  assert.deepEqual(read, CHECKPOINT);
  const before = readFileSync(file, 'utf8');
  saveCheckpoint(folder, read);
  assert.equal(readFileSync(file, 'utf8'), before);
  assert.deepEqual(readdirSync(folder), ['search.json']);
});

test('what was left half written does no harm', () => {
  saveCheckpoint(folder, CHECKPOINT);
  writeFileSync(`${file}.new`, '{"format":2,"pl');
  assert.deepEqual(readCheckpoint(folder, CHECKPOINT.plan), CHECKPOINT);
});

test('that of another search is refused, with what differs', () => {
  saveCheckpoint(folder, CHECKPOINT);
  const refusal = (plan: Checkpoint['plan'], named: string) =>
    assert.throws(() => readCheckpoint(folder, plan), {
      name: 'Refusal',
      message: `the search in ${folder} has a different ${named}; choose another folder`,
    });
  refusal({ seed: 2, pool: 'abc' }, 'seed');
  refusal({ seed: 2, pool: 'abd' }, 'seed, pool');
  refusal({ seed: 1, pool: 'abc', budget: 3 }, 'budget');
  refusal({ seed: 1 }, 'pool');
});

test('what is no checkpoint, or one of another version, is refused', () => {
  const text = JSON.stringify({ format: 2, ...CHECKPOINT });
  for (const broken of ['', '{}', text.slice(0, -1), text.replace('"format":2', '"format":1'), '[]', 'null']) {
    writeFileSync(file, broken);
    assert.throws(() => readCheckpoint(folder, CHECKPOINT.plan), Refusal, broken);
  }
});

test('a folder that is none, or none at all, has no checkpoint', () => {
  assert.equal(hasCheckpoint(join(folder, 'none')), false);
  assert.equal(hasCheckpoint(file), false);
});
