import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { groupByBehaviour } from '../../../src/pipeline/agreement/group-by-behaviour.ts';
import { isDecided } from '../../../src/pipeline/agreement/is-decided.ts';

const text = fc.constantFrom('1', '2', '2', 'raised TypeError', 'timed out');
const behaviours = fc
  .nat({ max: 3 })
  .chain((probes) => fc.array(fc.option(fc.array(text, { minLength: probes, maxLength: probes })), { maxLength: 12 }));
const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 5 });
const left = fc.nat({ max: 12 });
const confidence = fc.double({ min: 0.5, max: 0.999, noNaN: true });

describe('groupByBehaviour', () => {
  it('puts the largest group first, of equal ones that with the earliest member', () => {
    const groups = groupByBehaviour([['1'], ['2'], null, ['2'], ['1'], ['3'], ['2']]);
    assert.deepEqual(groups, [[1, 3, 6], [0, 4], [5]]);
    assert.deepEqual(groupByBehaviour([['1'], ['2'], ['2'], ['1']]), [
      [0, 3],
      [1, 2],
    ]);
  });

  it('tells behaviours apart whose texts are the same when joined', () => {
    assert.equal(
      groupByBehaviour([
        ['a,b', 'c'],
        ['a', 'b,c'],
        ['a","b', 'c'],
      ]).length,
      3,
    );
  });

  it('leaves out programs that give no value at all', () => {
    assert.deepEqual(
      groupByBehaviour([['raised KeyError', 'timed out'], null, ['1', 'raised KeyError'], ['crashed', 'crashed']]),
      [[2]],
    );
    assert.deepEqual(groupByBehaviour([null, ['raised KeyError'], ['a Stack'], ['a Stack']]), []);
  });

  it('compares on the probes on which half of the programs give a value, else on all', () => {
    const odd = ['1', 'raised KeyError'];
    assert.deepEqual(groupByBehaviour([odd, ['1', '7'], ['1', 'raised TypeError']]), [[0, 1, 2]]);
    assert.deepEqual(groupByBehaviour([odd, ['1', '7'], ['1', '7']]), [[1, 2], [0]]);
    const alone = [0, 1, 2].map((own) => ['raised E', 'raised E', 'raised E'].with(own, '1'));
    assert.deepEqual(groupByBehaviour(alone), [[0], [1], [2]]);
  });

  it('leaves out programs that break on an input of the task, where half of the others do not', () => {
    const drafts = [
      ['raised TypeError', '7'],
      ['1', '7'],
      ['1', '7'],
      ['timed out', '7'],
      ['raised TypeError', '7'],
    ];
    assert.deepEqual(groupByBehaviour(drafts.slice(0, 4), 1), [[1, 2]]);
    assert.deepEqual(groupByBehaviour(drafts.slice(0, 4)), [[1, 2], [0], [3]]);
    // Most raise there: the task may mean it.
    assert.deepEqual(groupByBehaviour(drafts, 1), [[0, 1, 2, 3, 4]]);
    // A type that says nothing of what the program does is no error.
    assert.deepEqual(
      groupByBehaviour(
        [
          ['a Stack', '7'],
          ['1', '7'],
          ['1', '7'],
        ],
        1,
      ),
      [[1, 2], [0]],
    );
  });

  it('puts every program with a value in one group, with all that behave like it, in order', () => {
    fc.assert(
      fc.property(behaviours, (all) => {
        const groups = groupByBehaviour(all);
        const shown = [...all.keys()].filter((index) => all[index]?.some((value) => /^\d/.test(value)));
        assert.deepEqual(
          groups.flat().sort((a, b) => a - b),
          shown,
        );
        for (const one of shown)
          for (const other of shown)
            if (JSON.stringify(all[one]) === JSON.stringify(all[other]))
              assert.ok(groups.some((group) => group.includes(one) && group.includes(other)));
        const order = groups.map((group) => [-group.length, group[0]!] as const);
        assert.deepEqual(
          order,
          order.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]),
        );
      }),
    );
  });
});

describe('isDecided', () => {
  it('is the chance of a majority under a uniform prior, worked by hand', () => {
    // P(p > 1/2) for Beta(5, 1) is 1 - 1/32, for Beta(4, 1) 1 - 1/16, for Beta(6, 2) 1 - 8/128.
    assert.ok(isDecided([4], 100, 0.96875) && !isDecided([4], 100, 0.9688));
    assert.ok(isDecided([3], 100, 0.9375) && !isDecided([3], 100, 0.9376));
    assert.ok(isDecided([1, 5], 100, 0.9375) && !isDecided([5, 1], 100, 0.9376));
  });

  it('is certain where too few drafts are left to reach the largest group', () => {
    assert.ok(isDecided([4, 1], 2, 1));
    assert.ok(!isDecided([4, 1], 3, 1));
    assert.ok(isDecided([], 0, 1));
    assert.ok(!isDecided([], 1, 0.95));
    assert.ok(isDecided([2, 2], 0, 0.95));
  });

  it('does not care for the order of sizes, nor for any but the two largest', () => {
    fc.assert(
      fc.property(sizes, left, confidence, (all, more, least) => {
        const sorted = all.toSorted((a, b) => b - a);
        assert.equal(isDecided(all, more, least), isDecided(sorted.slice(0, 2), more, least));
      }),
    );
  });

  it('stays decided where the largest group grows, less is left or less is asked', () => {
    fc.assert(
      fc.property(sizes, left, confidence, (all, more, least) => {
        if (!isDecided(all, more, least)) return;
        const [first = 0, ...rest] = all.toSorted((a, b) => b - a);
        assert.ok(isDecided([first + 1, ...rest], more, least));
        assert.ok(isDecided(all, Math.max(0, more - 1), least));
        assert.ok(isDecided(all, more, least - 0.01));
      }),
    );
  });
});
