import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { evolvedText } from '../../src/cli/evolve/evolve-report.ts';
import type { Evolved, Found } from '../../src/cli/evolve/evolve-run.ts';
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

test('a report keeps to 80 columns, whatever models are called', () => {
  const weighed = { genome: WIDE, trials: 20, nodes: 3, solved: 0.5, tokens: 1e7, seconds: 3600 };
  const found: Found = {
    ...{ strategy: 'halving', genome: WIDE, champion: BEST, spent: 123_456, seconds: 1, generation: 3 },
    front: Array.from({ length: 12 }, () => weighed),
  };
  const evolved: Evolved = {
    benchmark: { name: 'tasks \u001b[2J.yaml', sha256: '0' },
    budget: { amount: 1, unit: 'calls' },
    split: { search: [0, 1], selection: [2], heldOut: [] },
    found: [found, { ...found, strategy: 'random', genome: { ...WIDE } }],
    specs: [],
    heldOut: null,
  };
  const text = evolvedText(evolved);
  // The headline says the whole champion, wrapped between words.
  assertTame(text.slice(text.indexOf('\n\n')));
  assertNoControls(text);
  assert.match(text, /^and 4 more in pareto\.json$/m);
  assert.match(text, /^no task was held out/m);
  assert.match(text, /^\* of the champion/m);
});
