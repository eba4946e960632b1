import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isBrokenOnce, iterationsOf, netValueAt } from '../../src/analysis/forced.ts';

/** `.` fails, `+` passes. */
function passes(words: string): boolean[] {
  return [...words].map((word) => word === '+');
}

test('a forced iteration is worth its first passes less its regressions', () => {
  const trials = ['.+.+', '+..+', '++++', '..+.'].map(passes);
  assert.deepEqual(iterationsOf(trials, 3), [
    { passes: 2, newFixes: 2, regressions: 0 },
    { passes: 2, newFixes: 1, regressions: 1 },
    { passes: 2, newFixes: 1, regressions: 1 },
    { passes: 3, newFixes: 0, regressions: 1 },
  ]);
  assert.deepEqual(trials.map(isBrokenOnce), [true, true, false, true]);
});

test('new fixes of all iterations are the trials that ever pass, net values add up to those of the trials', () => {
  const trial = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(trial, { maxLength: 12 }), (trials) => {
      const iterations = iterationsOf(trials, 3);
      const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
      assert.equal(sum(iterations.map(({ newFixes }) => newFixes)), trials.filter((own) => own.includes(true)).length);
      for (const [at, { newFixes, regressions }] of iterations.entries()) {
        assert.equal(newFixes - regressions, sum(trials.map((own) => netValueAt(own, at))));
      }
    }),
  );
});
