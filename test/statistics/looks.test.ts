import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { correctForLooks } from '../../src/statistics/looks.ts';
import { signFlipTest } from '../../src/statistics/sign-flip.ts';

describe('correctForLooks', () => {
  const few = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 10 });

  it('is the sign-flip test where there is one look', () => {
    fc.assert(
      fc.property(few, (nets) => {
        const { correctedP } = correctForLooks(
          nets.map((net) => [net]),
          [1],
        );
        assert.ok(Math.abs(correctedP - signFlipTest(nets)) < 1e-4);
      }),
    );
  });

  it('a second look at the same data needs what the first had not spent', () => {
    // Eight gains of eight: 2 of 2 ^ 8 flips. Half of the level, or all of it, is enough for them; a tenth of it at once is not.
    const nets = Array.from({ length: 8 }, () => [1, 1]);
    const p = 2 / 256;
    const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-4, String(actual));
    near(correctForLooks(nets, [0.5, 1]).correctedP, p);
    near(correctForLooks(nets, [0, 0.1]).correctedP, 10 * p);
    // A look that nobody planned may spend a tenth more.
    near(correctForLooks(nets, [1, 1.1]).correctedP, p / 1.1);
  });

  it('gives the level at which the last look is tested', () => {
    // Six units that all change in each look: sums of 6 (2 of 64 flips) or 4. The first look may show 2.5 %: nothing. The last one has all.
    const nets = Array.from({ length: 6 }, () => [1, 2]);
    assert.deepEqual(correctForLooks(nets, [0.5, 1]).level, 2 / 64);
    // Where nothing is ever shown the level is small, and above 0.
    const { level, correctedP } = correctForLooks(nets, [0.5, 0.5]);
    assert.ok(level > 0 && level < 1e-3);
    assert.ok(Math.abs(correctedP - 4 / 64) < 1e-4);
  });

  it('shows nothing where nothing changes, or gains and losses are even', () => {
    for (const nets of [
      [],
      [[0, 0]],
      [
        [1, 1],
        [0, -1],
      ],
    ])
      assert.equal(correctForLooks(nets, [0.5, 1]).correctedP, 1);
  });

  it('of more units than flips can be counted, is the same in every process and near the exact test', () => {
    const nets = Array.from({ length: 60 }, (_, unit) => [unit % 3 === 0 ? -1 : 1]);
    const { correctedP } = correctForLooks(nets, [1]);
    assert.equal(correctForLooks(nets, [1]).correctedP, correctedP);
    assert.ok(Math.abs(correctedP - signFlipTest(nets.flat())) < 0.004, String(correctedP));
  });
});
