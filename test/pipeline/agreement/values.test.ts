import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { mutateValue, seenValues } from '../../../src/pipeline/agreement/mutate-value.ts';
import { NONE, type PythonValue, printValue } from '../../../src/pipeline/agreement/python-value.ts';
import { readValue } from '../../../src/pipeline/agreement/read-value.ts';
import { parses, readModule } from '../../../src/python/python-module.ts';
import { Random } from '../../../src/statistics/random.ts';
import { askPython, withoutPython } from '../../python/cpython.ts';

const scalar: fc.Arbitrary<PythonValue> = fc.oneof(
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map((value): PythonValue => ({ kind: 'int', value })),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value): PythonValue => ({ kind: 'float', value })),
  fc.boolean().map((value): PythonValue => ({ kind: 'bool', value })),
  fc
    .oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom('\ud83d', '\\n\'"', '\x00\u2028\r\n\t', '\\u0041'),
    )
    .map((value): PythonValue => ({ kind: 'text', value })),
  fc.constant(NONE),
);

const hashable = fc.letrec<{ value: PythonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }).map((items): PythonValue => ({ kind: 'tuple', items })),
  ),
})).value;

const value = fc.letrec<{ value: PythonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }).map((items): PythonValue => ({ kind: 'list', items })),
    fc.array(tie('value'), { maxLength: 4 }).map((items): PythonValue => ({ kind: 'tuple', items })),
    fc.array(hashable, { maxLength: 4 }).map((items): PythonValue => ({ kind: 'set', items })),
    fc
      .array(fc.tuple(hashable, tie('value')), { maxLength: 4 })
      .map((entries): PythonValue => ({ kind: 'dict', entries })),
  ),
})).value;

function read(text: string): PythonValue {
  const [statement] = readModule(text).statements;
  assert.ok(statement?.node.kind === 'expression', text);
  return readValue(statement.node.value, text);
}

/** A value after some mutations, each of what the one before made. */
function mutated(original: PythonValue, seed: number): PythonValue[] {
  const random = Random.of(seed);
  const values = [original];
  for (let steps = 0; steps < 8; steps += 1) values.push(mutateValue(values.at(-1)!, seenValues([original]), random));
  return values;
}

describe('values of Python', () => {
  it('are read as they were printed', () => {
    fc.assert(fc.property(value, (original) => assert.deepEqual(read(printValue(original)), original)));
  });

  it('are read from the other ways to write them', () => {
    const ways = [
      ['1_000', '1000'],
      ['0xFF', '255'],
      ['-(0b11)', '-3'],
      ['.5', '0.5'],
      ['1e999', "float('inf')"],
      ['"a" \'b\'', "'ab'"],
      ["r'\\n'", "'\\\\n'"],
      ['(((1)), [2,],)', '(1, [2])'],
      ['{1 :None}', '{1: None}'],
      ['1j', '1j'],
      ['b"a"', 'b"a"'],
      ['[*x]', '[*x]'],
      ['{**x}', '{**x}'],
      ['2 ** 70', '2 ** 70'],
      ['[1, f(2)]', '[1, f(2)]'],
    ];
    for (const [written, printed] of ways) assert.equal(printValue(read(written!)), printed);
  });

  it('keep their type when mutated, are Python, and the same for the same seed', () => {
    fc.assert(
      fc.property(value, fc.nat(), (original, seed) => {
        const values = mutated(original, seed);
        for (const changed of values) assert.equal(changed.kind, original.kind);
        for (const changed of values) assert.ok(parses(printValue(changed)), printValue(changed));
        assert.deepEqual(mutated(original, seed), values);
      }),
    );
  });

  it('are of the same type to CPython', { skip: withoutPython }, () => {
    const program =
      'import json, sys\njson.dump([[type(v).__name__, [ord(c) for c in v] if type(v) is str else []] for v in map(eval, json.load(sys.stdin))], sys.stdout)';
    const values = fc.sample(value, { numRuns: 150, seed: 1 }).flatMap((original) => mutated(original, 1));
    const told = askPython(program, values.map(printValue)) as [string, number[]][];
    values.forEach((original, index) => {
      const [type, characters] = told[index]!;
      assert.equal(type, { text: 'str', none: 'NoneType' }[original.kind as string] ?? original.kind);
      if (original.kind === 'text')
        assert.deepEqual(
          characters,
          [...original.value].map((character) => character.codePointAt(0)),
        );
    });
  });
});
