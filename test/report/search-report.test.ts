import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Genome } from '../../src/evolve/genome.ts';
import { renderText } from '../../src/report/render-text.ts';
import { type SearchResult, searchReport } from '../../src/report/search-report.ts';
import { displayWidth } from '../../src/report/text-width.ts';
import { assertNoControls } from '../cli/cli.ts';
import { genome, role, stage } from '../evolve/own-search.ts';

const HOSTILE = role('\u001b[2J\n__proto__\u202e'.repeat(9));
const WIDE: Genome = genome([stage(1, { analyzer: HOSTILE, refiner: HOSTILE })], { generator: HOSTILE });

test('a report keeps to 80 columns, whatever models are called', () => {
  const weighed = { genome: WIDE, trials: 20, nodes: 3, solved: 0.5, tokens: 1e7, seconds: 3600 };
  const found: SearchResult = {
    ...{ strategy: 'halving', genome: WIDE, again: null, spent: 123_456, tokens: 1e9 },
    champion: { genome: WIDE, solved: 1, low: 0, high: 1, trials: 1_234_567 },
    front: Array.from({ length: 12 }, () => weighed),
  };
  const text = renderText(
    searchReport({
      benchmark: { name: 'tasks \u001b[2J.yaml' },
      budget: { unit: 'calls' },
      split: { search: [0, 1], selection: [2], heldOut: [] },
      found: [found, { ...found, strategy: 'random', genome: { ...WIDE } }],
      heldOut: null,
    }),
  );
  assertNoControls(text);
  assert.deepEqual(
    text.split('\n').filter((line) => displayWidth(line) > 80),
    [],
  );
  assert.match(text, /^and 4 more in pareto\.json$/m);
  assert.match(text, /^no task was held out/m);
  assert.match(text, /^random: the search score is that of the champion;/m);
});
