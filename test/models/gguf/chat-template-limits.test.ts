import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Refusal } from '../../../src/base/errors.ts';
import { refuseOddTemplate } from '../../../src/models/gguf/chat-template-limits.ts';

const check = (template: string) => refuseOddTemplate(template, 'x.gguf');

for (const [what, template, says] of [
  ['50,000 brackets', `{{ ${'('.repeat(50_000)}1${')'.repeat(50_000)} }}`, /nests deeper than 200 levels/],
  ['50,000 lists', `{{ ${'['.repeat(50_000)}${']'.repeat(50_000)} }}`, /nests deeper/],
  ['dictionaries in each other', `{{ ${"{'a': ".repeat(5000)}1${'}'.repeat(5000)} }}`, /nests deeper/],
  ['100,000 not', `{{ ${'not '.repeat(100_000)}1 }}`, /a tag of more than 10000 words/],
  ['100,000 signs', `{% if ${'-'.repeat(100_000)}1 %}{% endif %}`, /more than 10000 words/],
  ['20,000 [0]', `{{ messages${'[0]'.repeat(20_000)} }}`, /more than 10000 words/],
  ['20,000 filters', `{{ messages${' | list'.repeat(20_000)} }}`, /more than 10000 words/],
  ['20,000 blocks', `${'{% if true %}'.repeat(20_000)}${'{% endif %}'.repeat(20_000)}`, /deeper than 200 blocks/],
  ['20,000 loops', '{%- for i in [1] -%}'.repeat(20_000), /deeper than 200 blocks/],
  ['a million letters', 'x'.repeat(1_000_000), /has 1000000 characters, more than 524288/],
] as const) {
  test(`a chat template of ${what} is refused in one line that names the file`, () => {
    assert.throws(
      () => check(template),
      (error: Error) => {
        assert.ok(error instanceof Refusal && error.message.includes('x.gguf') && !error.message.includes('\n'));
        assert.match(error.message, says);
        return true;
      },
    );
  });
}

for (const [what, template] of [
  ['no tags', 'x'.repeat(500_000)],
  ['many shallow blocks', "{%- if a -%}{{- a['b']['c'] }}{%- endif -%}\n".repeat(5000)],
  [
    'brackets in texts and comments',
    `{{ "${'('.repeat(9000)}" }}{# ${'[{{ '.repeat(9000)} #}{{ '\\'${'('.repeat(9000)}' }}`,
  ],
  ['brackets outside of tags', `${'('.repeat(50_000)}{{ a }}`],
  ['dictionaries that end where a tag might', '{{ {"a": {"b": {"c": [1, 2]}}} }}{% set x = {"a": {}} %}'.repeat(3000)],
  ['set with and without a block', '{% set x = 1 %}{% set y %}1{% endset %}'.repeat(1000)],
  ['variables that are called like blocks', '{{ filter }}{{ call }}{{ macro }}'.repeat(1000)],
  ['as many as 200 levels', `{{ ${'('.repeat(200)}1${')'.repeat(200)} }}`],
  ['an unfinished tag, which llama.cpp refuses', '{{ "abc'],
  ['nothing', ''],
] as const) {
  test(`a chat template with ${what} is taken`, () => check(template));
}

test('any template is taken or refused', () => {
  const pieces = fc.constantFrom(
    '{{',
    '}}',
    '{%',
    '%}',
    '{#',
    '#}',
    "'",
    '"',
    '\\',
    '(',
    ')',
    '[',
    ']',
    'if ',
    'endif',
    'x',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 400 }), (all) => {
      try {
        check(all.join(''));
      } catch (error) {
        assert.ok(error instanceof Refusal, String(error));
      }
    }),
  );
});
