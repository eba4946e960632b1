import fc from 'fast-check';

/** One change of a text at a place in it, as a share of its length. */
interface Change {
  readonly kind: 'insert' | 'delete' | 'repeat' | 'nest' | 'swap';
  readonly at: number;
  readonly length: number;
  readonly times: number;
  readonly piece: string;
}

const PIECES = [
  ...[
    '[',
    '{',
    '(',
    '"',
    "'",
    '"""',
    '\\',
    '`',
    '```',
    '~~~',
    '#',
    ':',
    ',',
    '=',
    '*',
    '&',
    '|',
    '>',
    '<',
    '@',
    '%',
    '!',
  ],
  ...['\n', '\r', '\t', ' ', '\f', '\0', '\u001b[2J', '\u2028', '\ufeff', '\ud800', '\u202e', 'é', '漢', '😀'],
  ...[
    'null',
    'NaN',
    '-1',
    '7.5',
    '1e999',
    '9007199254740993',
    '0x',
    'def ',
    'class ',
    'if ',
    'lambda ',
    'match ',
    'f"{',
  ],
  ...[
    '<think>',
    '</think>',
    '<|im_end|>',
    '>>> ',
    '... ',
    '"__proto__":',
    '{"error":',
    '[END]',
    '- ',
    '&a ',
    '*a',
    '<<: ',
  ],
];

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('insert', 'delete', 'repeat', 'nest', 'swap'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.nat(4), fc.nat(200)),
  times: fc.oneof({ arbitrary: fc.nat(3), weight: 6 }, { arbitrary: fc.nat(2000), weight: 1 }),
  piece: fc.oneof(
    { arbitrary: fc.constantFrom(...PIECES), weight: 4 },
    { arbitrary: fc.string({ unit: 'binary' }), weight: 1 },
  ),
});

const LONGEST = 100_000;

/** Texts made of the seeds by a few changes, and now and then of nothing but pieces. */
export function mutated(seeds: readonly string[]): fc.Arbitrary<string> {
  const start = fc.constantFrom(...seeds, '');
  const changes = fc.array(change, { minLength: 1, maxLength: 8 });
  return fc.tuple(start, changes).map(([text, all]) => all.reduce(apply, text).slice(0, LONGEST));
}

function apply(text: string, { kind, at, length, times, piece }: Change): string {
  const from = Math.floor(at * text.length);
  const to = Math.min(text.length, from + length);
  const [before, part, behind] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
  if (kind === 'insert') return before + piece.repeat(times + 1) + part + behind;
  if (kind === 'delete') return before + behind;
  if (kind === 'repeat') return before + part.repeat(times) + behind;
  if (kind === 'nest') return before + piece.repeat(times) + part + piece.repeat(times) + behind;
  return behind + part + before;
}
