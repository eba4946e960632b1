import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Workplace } from '../cli/cli.ts';

const place = new Workplace();
const page = readFileSync(join(import.meta.dirname, '../../docs/evolve.md'), 'utf8');

test('the search of the documentation, on real models from the first token to the held-out tasks', async () => {
  const line = /^greenloop (evolve .*starter-mini.*)$/m.exec(page)?.[1] ?? '';
  const { code, stdout, stderr } = await place.run([...line.split(' '), '--json']);
  assert.equal(code, 0, stderr);
  const { found, split, heldOut, specs } = JSON.parse(stdout);
  assert.deepEqual([split.search.length, split.selection.length, split.heldOut.length], [6, 3, 3]);
  assert.ok(found[0].spent > 0 && found[0].champion.trials > 0);
  assert.deepEqual([heldOut.pipelines[0].faults, heldOut.pipelines[0].trials], [0, 3 * heldOut.repeats]);
  assert.match(specs[0].generator.model, /^starter\//);
  const task = ['--benchmark', 'starter-mini', '--limit', '1', '--skip-preflight', '--json'];
  const bench = await place.run(['bench', ...task, '--pipeline', 'tiny/champion.yaml']);
  assert.equal(bench.code, 0, bench.stderr);
});
