import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { probesFor } from '../../../src/pipeline/agreement/probes.ts';
import { parses } from '../../../src/python/python-module.ts';
import { descriptionPrompt, signaturePrompt } from '../task-prompt.ts';

function promptWith(...examples: string[]) {
  return descriptionPrompt({ entryPoint: 'f', examples: examples.map((source) => ({ source })) });
}

describe('probes of examples', () => {
  it('begin with the calls as they stand, without what is expected', () => {
    const prompt = promptWith('assert f([1, 2], k="a") == 3', 'assert not f(-1)', 'assert abs(f(.5) - 1) < 1e-6');
    assert.deepEqual(probesFor(prompt, [], 1)?.calls.slice(0, 3), ["f([1, 2], k='a')", 'f(-1)', 'f(0.5)']);
  });

  it('are 40 different calls of Python, the same for the same seed', () => {
    const prompt = promptWith("assert f([3, 1], {'a': (1, 2.5)}, {True}, 'xyz', None) == []");
    const { calls } = probesFor(prompt, [], 7)!;
    assert.equal(new Set(calls).size, 40);
    assert.ok(calls.every(parses));
    assert.deepEqual(probesFor(prompt, ['other'], 7)?.calls, calls);
    assert.notDeepEqual(probesFor(prompt, [], 8)?.calls, calls);
  });

  it('come with large and negative numbers last', () => {
    const numbers = probesFor(promptWith('assert f(7) == 1'), [], 1)!
      .calls.slice(1)
      .map((call) => Number(call.slice(2, -1)));
    const negative = numbers.filter((number) => number < 0);
    const others = numbers.filter((number) => number >= 0);
    assert.ok(negative.length > 3 && others.length > 3);
    assert.deepEqual(numbers, [...others.sort((a, b) => a - b), ...negative.sort((a, b) => b - a)]);
  });

  it('take calls inside of calls, and values that the example gives a name', () => {
    assert.deepEqual(probesFor(promptWith('assert f(f(1)) == 1'), [], 1)?.calls.slice(0, 2), ['f(f(1))', 'f(1)']);
    assert.equal(probesFor(promptWith('x = [1]\nassert f(x) == 1'), [], 1)?.calls[0], 'f([1])');
  });

  it('leave out inputs that are too long to vary', () => {
    const long = `assert f([${'1, '.repeat(30_000)}]) == 1`;
    assert.equal(probesFor(promptWith(long), [], 1), null);
    assert.equal(probesFor(promptWith(long, 'assert f([2]) == 1'), [], 1)?.calls[0], 'f([2])');
  });

  it('leave what is no literal as it stands, and calls that only their example understands out', () => {
    assert.deepEqual(probesFor(promptWith('assert f(range(3)) == 3'), [], 1)?.calls, ['f(range(3))']);
    assert.equal(probesFor(promptWith('assert all(f(x) == x for x in [1, 2])'), [], 1), null);
  });
});

describe('probes of annotations', () => {
  it('are made up for a prompt that shows no example', () => {
    const { calls } = probesFor(signaturePrompt(), [], 1)!;
    assert.ok(calls.length > 20);
    assert.ok(calls.every((call) => /^largest_gap\(\[(-?\d+(, )?)*\]\)$/.test(call)));
  });

  it('are made up for a signature in the midst of a description, and for a function under its other name', () => {
    const prompt = { ...promptWith(), text: 'Write `f(a: tuple[int, str], b: bool = True)` that does it.' };
    assert.ok(probesFor(prompt, [], 1)!.calls.every((call) => /^f\(\(.*\), (True|False)\)$/s.test(call)));
    const renamed = 'def g(a: int):\n    pass\n\nf = g\n';
    assert.ok(probesFor(promptWith(), [renamed], 1)!.calls.every((call) => /^f\(-?\d+\)$/.test(call)));
    assert.equal(probesFor({ ...promptWith(), text: 'Write `f(a: int' }, [], 1), null);
  });

  it('come from the drafts where the prompt has none', () => {
    const drafts = ['def f(a, b):\n    pass', 'def f(a: str, *, b: dict[str, float] | None = None, c=1):\n    pass'];
    const { calls } = probesFor(promptWith(), drafts, 1)!;
    assert.ok(calls.every((call) => /^f\('.*'\)$/.test(call)));
    assert.equal(probesFor(promptWith(), drafts.slice(0, 1), 1), null);
  });

  it('read the types of typing and of builtins, and know where they cannot make a value', () => {
    const known = [
      'Optional[int]',
      'Union[str, List[float]]',
      'Dict[str, Tuple[int, ...]]',
      'set[bool]',
      'typing.List[int]',
      'None',
    ];
    const unknown = [
      'Callable',
      'list[Node]',
      'int + str',
      '"int"',
      'dict[str]',
      `${'list['.repeat(6)}int${']'.repeat(6)}`,
    ];
    const made = (type: string) => probesFor(promptWith(), [`def f(x: ${type}):\n    pass`], 1);
    for (const type of known) assert.ok(made(type)?.calls.every(parses), type);
    for (const type of unknown) assert.equal(made(type), null, type);
  });
});
