import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fuzz, readCorpus } from './fuzz.ts';
import { PARSERS, runParser } from './parsers.ts';

describe('parsers of foreign bytes', () => {
  for (const parser of PARSERS) {
    it(`${parser.name}: takes its seeds, and all inputs that once went wrong`, () => {
      for (const text of [...parser.seeds, ...readCorpus(parser.name), '', '\0', '\u001b[2J']) runParser(parser, text);
    });
  }

  it('end in a value or an error of one line, whatever they are given (npm run fuzz -- --minutes 60 for longer)', () => {
    const seed = Number(process.env.GREENLOOP_TEST_SEED ?? 1);
    const { inputs, findings } = fuzz({ seconds: Number(process.env.GREENLOOP_TEST_FUZZ ?? 10), seed });
    assert.deepEqual(findings, []);
    assert.ok(inputs > PARSERS.length);
  });
});
