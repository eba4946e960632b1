import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SearchLog } from '../../src/cli/evolve/search-log.ts';
import type { Genome } from '../../src/evolve/genome.ts';
import { genome, role, stage } from '../evolve/own-search.ts';
import { assertNoControls } from './cli.ts';

const HOSTILE = role('\u001b[2J\n__proto__\u202e'.repeat(9));
const WIDE: Genome = genome([stage(1, { analyzer: HOSTILE, refiner: HOSTILE })], { generator: HOSTILE });
const BEST = { genome: WIDE, solved: 1, low: 0, high: 1, trials: 1_234_567 };
const STANDING = { generation: 9999, species: 100, spent: 123_456_789, best: BEST };

function logged() {
  const said: string[] = [];
  return { said, log: new SearchLog('calls', (line) => said.push(line)) };
}

test('a row keeps to 80 columns and one line, whatever models are called', () => {
  const { said, log } = logged();
  log.begin('paper');
  log.add(STANDING);
  log.end();
  assert.equal(said.length, 2);
  for (const line of said) {
    assert.ok(!line.includes('\n'));
    assertNoControls(line);
    assert.ok([...line].length <= 80, line);
  }
});

test('each strategy has a heading with its own name for a step, and its first row at once', () => {
  const { said, log } = logged();
  for (const strategy of ['paper', 'race'] as const) {
    log.begin(strategy);
    log.add({ ...STANDING, best: null });
    log.add({ ...STANDING, spent: 1, best: null });
    log.end();
  }
  assert.deepEqual(
    said.map((line) => line.trim().split(/\s+/)[0]),
    ['gen', '9999', '9999', 'step', '9999', '9999'],
  );
});
