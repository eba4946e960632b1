import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyzeRun } from '../../src/analysis/analyze-run.ts';
import { conclusionOf } from '../../src/report/conclusion.ts';
import { specOf, trialOf } from '../analysis/own-trials.ts';

/** Pipelines on so many tasks, each of which passes its first so many. */
function conclusion(passes: Readonly<Record<string, number>>, tasks: number): string {
  const names = Object.keys(passes);
  const trials = names.flatMap((pipeline) =>
    Array.from({ length: tasks }, (_, task) => {
      const words = passes[pipeline]! < 0 ? '' : task < passes[pipeline]! ? 'ok' : 'AssertionError';
      return trialOf(`own/${task}`, words, { pipeline, ...(words === '' && { fault: 'sandbox' }) });
    }),
  );
  const benchmark = { name: 'own', tasks, sha256: '0', hiddenTests: 1 };
  const specs = names.map((name) => specOf(name, 0));
  return conclusionOf(analyzeRun({ specs, trials, summary: { benchmark, repeats: 1, seed: 1, complete: true } }));
}

test('names the best pipeline and what it can be told from', () => {
  assert.match(
    conclusion({ solo: 5 }, 10),
    /^solo solves 50\.0 % of 10 tasks in a single trial \(95 % interval \d+ to \d+ %\)\.$/,
  );
  const told = conclusion({ weak: 5, close: 38, best: 40 }, 40);
  assert.match(
    told,
    /^best solves 100\.0 % .* It is better than weak; the difference from close is not significant\.$/,
  );
  // Whichever stands first in the run.
  assert.match(conclusion({ best: 40, weak: 5 }, 40), /^best solves .* It is better than weak\.$/);
  const even = conclusion({ a: 5, b: 6, c: 5, d: 5, e: 5 }, 10);
  assert.match(
    even,
    /^b solves .* No other pipeline solves more, but the difference from a, c, d and 1 more is not significant\.$/,
  );
  assert.equal(conclusion({ broken: -1 }, 4), 'Every trial of this run faulted, so there is no result.');
});
