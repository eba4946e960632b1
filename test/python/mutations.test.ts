import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parses } from '../../src/python/python-module.ts';
import { refusals, withoutPython } from './cpython.ts';
import { almostPython } from './mutations.ts';
import { SNIPPETS } from './snippets.ts';

/** What a Python before 3.14 refuses and a later one takes, by its enhancement proposal. */
const NEWER: readonly [string, RegExp][] = [
  ['PEP 654 exception groups', /\bexcept\s*\*/],
  ['PEP 646 stars in subscripts', /\[[^\]]*\*/],
  ['PEP 695 type parameters', /\b(?:def|class|type)\s+\w+\s*\[/],
  ['PEP 695 type statement', /\btype\s+\w+\s*=/],
  ['PEP 701 f-strings', /\b(?:f|rf|fr)['"]/i],
  ['PEP 750 t-strings', /\b(?:t|rt|tr)['"]/i],
  ['PEP 758 except without brackets', /\bexcept\b[^:\n]*,/],
  ['3.11 asynchronous comprehensions in others', /\basync\s+for\b|\bawait\b/],
];

/** How many texts are compared; a longer search: GREENLOOP_TEST_MUTATIONS=50000. */
const COUNT = Number(process.env.GREENLOOP_TEST_MUTATIONS ?? 1500);
const SEED = Number(process.env.GREENLOOP_TEST_SEED ?? 20261128);

test('texts that are almost Python are taken and refused as CPython does', { skip: withoutPython }, (t) => {
  const texts = [...SNIPPETS, ...fc.sample(almostPython, { numRuns: COUNT, seed: SEED })];
  const theirs = refusals(texts);
  const taken = theirs.filter((refusal) => refusal === null).length;
  t.diagnostic(`${texts.length} texts, of which CPython takes ${taken}`);
  assert.deepEqual(
    theirs.slice(0, SNIPPETS.length),
    SNIPPETS.map(() => null),
  );
  const differences = texts.flatMap((text, at) => {
    const ours = parses(text);
    const isSame = ours === (theirs[at] === null);
    return isSame || (ours && NEWER.some(([, pattern]) => pattern.test(text))) ? [] : [{ text, theirs: theirs[at] }];
  });
  assert.deepEqual(differences, []);
});
