import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examplesInText } from '../../src/tasks/examples-in-prompt.ts';

function inText(text: string): string[] {
  return examplesInText(text, { entryPoint: 'f', context: '' }).map(({ source }) => source);
}

const TOLD: readonly [string, readonly string[]][] = [
  ['Write it so that f(4) should return "IV".', ['assert f(4) == "IV"']],
  ['I want f(4) == "IV" and f(9) == "IX" to hold.', ['assert f(4) == "IV"', 'assert f(9) == "IX"']],
  ['For example, `f(4)` returns `"IV"`, and `f(9)` gives `"IX"`.', ['assert f(4) == "IV"', 'assert f(9) == "IX"']],
  ['So f([1, 2], k=1) must be {"a": (1, 2)} (sorted).', ['assert (f([1, 2], k=1)) == {"a": (1, 2)}']],
  ['e.g. f(-1) → -1.5; also f(0) -> None!', ['assert f(-1) == -1.5', 'assert f(0) == None']],
  ['Here f(3) is true, f(4) is false.', ['assert f(3) == True', 'assert f(4) == False']],
  ['It is wrong: f(4) returns "IIII" but should return "IV".', ['assert f(4) == "IV"']],
  ['f(4) gives 3, it should be 4', ['assert f(4) == 4']],
  ['I get an error, f(4) returns "IIII" instead of "IV".', ['assert f(4) == "IV"']],
  ['It must hold that f(4) should be 4 instead of 3.', ['assert f(4) == 4']],
];

const NOTHING: readonly string[] = [
  'What if f(4) == 5 then?',
  'If f(4) returns 5, stop.',
  'Why does f(4) return 5?',
  'Is it so that f(4) == 5?',
  'It works but f(4) returns 5.',
  'Now f(0) returns None instead of raising ValueError.',
  'Here f(4) returns 3 times the input.',
  'Then f(4) is the 2nd of them, f(5) is 5th, f(6) is 6 + 1.',
  'So f(3) returns 2.333... for it.',
  'Let f(0) = 1 and f(n) = f(n - 1) + 1.',
  'Thus f(4) should not return 5, and f(5) does not return 6.',
  'Any f(x) returns 5. The call xf(4) returns 5. And a.f(4) returns 5.',
  'print(f(3)) gives 4',
];

test('a sentence tells examples in its middle', () => {
  for (const [text, expected] of TOLD) assert.deepEqual(inText(text), expected, text);
});

test('conditions, questions, reports of a fault and what goes on after a value are no examples', () => {
  for (const text of NOTHING) assert.deepEqual(inText(text), [], text);
});

test('hostile sentences give nothing', () => {
  for (const text of ['a f('.repeat(20_000), `a f(1) should be ${'('.repeat(20_000)}`, 'a f("'.repeat(9000)])
    assert.deepEqual(inText(text), []);
});
