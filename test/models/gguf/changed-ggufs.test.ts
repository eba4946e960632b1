import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { mapConcurrently } from '../../../src/base/concurrency.ts';
import { ModelFault, Refusal } from '../../../src/base/errors.ts';
import { LlamaCppModel } from '../../../src/models/gguf/llama-cpp-model.ts';
import { USUAL_PATIENCE } from '../../../src/models/gguf/llama-patience.ts';
import { requestFor } from '../requests.ts';
import { type ChangedGguf, changedGgufs } from './changed-ggufs.ts';

/** More of them, or others: GREENLOOP_TEST_GGUFS=400 GREENLOOP_TEST_SEED=2. */
const { GREENLOOP_TEST_GGUFS = '16', GREENLOOP_TEST_SEED = '1' } = process.env;
const folder = mkdtempSync(join(tmpdir(), 'greenloop-changed-'));
after(() => rmSync(folder, { recursive: true }));

/** Opens a changed file and asks it; gives what is neither an answer, nor a refusal or fault that names the file in one line. */
async function misbehaviour({ what, bytes }: ChangedGguf, index: number): Promise<string[]> {
  const path = join(folder, `${index}.gguf`);
  writeFileSync(path, bytes);
  const patience = { ...USUAL_PATIENCE, template: 5 };
  const model = new LlamaCppModel({ name: `gguf/${path}`, path, patience });
  try {
    await model.complete(requestFor('Complete this Python function:', { sampling: { maxTokens: 20 } }));
    return [];
  } catch (error) {
    const isExpected = error instanceof ModelFault || error instanceof Refusal;
    const isClear = isExpected && error.message.includes(path) && !error.message.includes('\n');
    return isClear ? [] : [`${what}: ${error}`];
  } finally {
    model.close();
    rmSync(path);
  }
}

test('a changed copy of a model answers or is a fault; none ends greenloop', async () => {
  const original = readFileSync(join(import.meta.dirname, '../../../starter/xs.gguf'));
  const runs = { numRuns: Number(GREENLOOP_TEST_GGUFS), seed: Number(GREENLOOP_TEST_SEED) };
  const found = await mapConcurrently(fc.sample(changedGgufs(original), runs), 2, misbehaviour);
  assert.deepEqual(found.flat(), []);
});
