import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SearchHistory } from '../../src/evolve/search-history.ts';
import { genome } from './own-search.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-history-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'history.jsonl');

const BEST = { genome: genome(), solved: 1, low: 0, high: 1, trials: 3 };
const STANDING = { generation: 1, species: 2, spent: 7, best: BEST };

test('history is cut back to what its checkpoint knows of, and goes on behind it', () => {
  const first = new SearchHistory(folder, 0);
  first.add(STANDING);
  const kept = first.size;
  first.add(STANDING);
  writeFileSync(file, '{"gener', { flag: 'a' });
  new SearchHistory(folder, kept).add({ ...STANDING, best: null });
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).best === null),
    [false, true],
  );
  rmSync(file);
  assert.equal(new SearchHistory(folder, kept).size, 0);
});
