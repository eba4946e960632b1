import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prove, readProven } from './prove.ts';
import { findHang } from './pump.ts';
import { readExpressions } from './read-expressions.ts';

const key = ({ source, flags }: { source: string; flags: string }) => `/${source}/${flags}`;
const expressions = readExpressions();
const proven = readProven();

describe('regular expressions', () => {
  it('are all found, those that are put together of constants too', () => {
    assert.ok(expressions.length > 300);
    assert.ok(expressions.some(({ source }) => source.startsWith('(<(?:think|thinking')));
    assert.ok(expressions.some(({ source }) => source === '\\bdef\\s+name\\b'));
    for (const { source, flags } of expressions) assert.ok(new RegExp(source, flags));
  });

  it('are all known to take no more than linear time; else: node test/expressions/prove.ts', () => {
    const known = new Set(proven.map(key));
    assert.deepEqual(
      expressions.filter((one) => !known.has(key(one))).map(({ place }) => place),
      [],
    );
    const used = new Set(expressions.map(key));
    assert.deepEqual(
      proven.map(key).filter((one) => !used.has(one)),
      [],
    );
  });

  it('are proved again, a few with every run', async () => {
    const start = Number(process.env.GREENLOOP_TEST_SEED ?? new Date().getDate());
    const some = proven.filter((_, index) => (index + start) % 61 === 0);
    for (const { source, flags, by } of some) {
      const place = expressions.find((one) => key(one) === key({ source, flags }))?.place ?? '';
      if (by === 'recheck') assert.notEqual(await prove(source, flags, place), 'short', place);
    }
  });

  it('that take more are found', () => {
    for (const [source, flags] of [
      ['\\s+$', ''],
      ['"(?:[^"\\\\]|\\\\.)*"', 'g'],
      ['\\bopen\\([^)]*,w', ''],
    ] as const) {
      assert.notEqual(findHang(source, flags), null, source);
    }
    for (const source of ['(?<!\\s)\\s+$', '^[ \\t]*x', '"[^"]*(?:"|$)'])
      assert.equal(findHang(source, 'g'), null, source);
  });
});
