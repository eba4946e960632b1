import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SearchTable } from '../../src/cli/evolve/search-table.ts';
import type { Genome } from '../../src/evolve/genome.ts';
import { genome, role, stage } from '../evolve/own-search.ts';
import { assertNoControls } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-table-'));
after(() => rmSync(folder, { recursive: true }));
const history = join(folder, 'history.jsonl');

const HOSTILE = role('\u001b[2J\n__proto__\u202e'.repeat(9));
const WIDE: Genome = genome([stage(1, { analyzer: HOSTILE, refiner: HOSTILE })], { generator: HOSTILE });
const BEST = { genome: WIDE, solved: 1, low: 0, high: 1, trials: 1_234_567 };
const STANDING = { generation: 9999, species: 100, spent: 123_456_789, best: BEST };

function table(kept = 0) {
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  return { said, table: new SearchTable({ folder, title: 'paper', unit: 'calls', kept, say }) };
}

function assertTame(text: string): void {
  assertNoControls(text);
  for (const line of text.split('\n')) assert.ok([...line].length <= 80, line);
}

test('a row keeps to 80 columns and one line, whatever models are called', () => {
  const { said, table: own } = table();
  own.add(STANDING);
  own.end();
  assert.equal(said.length, 2);
  for (const line of said) assert.ok(!line.includes('\n'));
  assertTame(said.join('\n'));
});

test('history is cut back to what its checkpoint knows of, and goes on behind it', () => {
  const { table: first } = table();
  first.add(STANDING);
  const kept = first.size;
  first.add(STANDING);
  writeFileSync(history, '{"gener', { flag: 'a' });
  const { table: second } = table(kept);
  second.add({ ...STANDING, best: null });
  const lines = readFileSync(history, 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).best === null),
    [false, true],
  );
  rmSync(history);
  assert.equal(table(kept).table.size, 0);
});
