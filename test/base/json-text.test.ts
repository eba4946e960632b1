import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { withStringFor } from '../../src/base/json-text.ts';

test('a member of an object gets another string, and all else stays as it is written', () => {
  const text = ' { "seed" : 12345678901234567890, "a": {"model": [1, "model"]},\n"mod\\u0065l" :  "x" , "b": 1.0 }';
  assert.equal(withStringFor(text, 'model', 'a "b"'), text.replace(/"x"/, '"a \\"b\\""'));
  assert.equal(withStringFor('{"model":null}', 'model', 'b'), '{"model":"b"}');
  assert.equal(withStringFor('{"model":{"x":[1]},"model":2}', 'model', 'b'), '{"model":"b","model":"b"}');
  assert.equal(withStringFor('{}', 'model', 'b'), '{}');
});

test('an object of any shape is the same but for that member', () => {
  const given = fc.dictionary(fc.oneof(fc.string(), fc.constant('model')), fc.jsonValue());
  fc.assert(
    fc.property(given, fc.constantFrom(0, 1, '\t'), fc.string(), (object, blanks, name) => {
      const changed = JSON.parse(withStringFor(JSON.stringify(object, null, blanks), 'model', name));
      const plain = JSON.parse(JSON.stringify(object));
      assert.deepEqual(changed, 'model' in object ? { ...plain, model: name } : plain);
    }),
    { seed: Number(process.env.GREENLOOP_TEST_SEED ?? 1) },
  );
});
