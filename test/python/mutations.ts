import fc from 'fast-check';
import { SNIPPETS } from './snippets.ts';

/** Words and signs, runs of blanks, line ends with the blanks after them, and single characters. */
const PART = /[\p{L}_]\w*|\d[\w.]*|[ \t]+|\n[ \t]*|\*\*=?|\/\/=?|[-+*/%&|^@=<>!:]=|->|\.\.\.|[\s\S]/gu;

const WORDS =
  'and as assert async await break class continue def del elif else except finally for from global if import in is lambda ' +
  'nonlocal not or pass raise return try while with yield match case type None True print x _ __debug__';
const SIGNS =
  '( ) [ ] { } , : ; . ... = == := -> * ** / // @ + - ~ | & < > <> != += # \\ $ ? ` 0 1 1_ 012 1.5 2j \' " """ b f r';
const PIECES = [
  '\n',
  '\n    ',
  '\n\t',
  '\n  ',
  ' \\\n',
  '\f',
  '\t',
  'é',
  '€',
  "''",
  '*x',
  '**x',
  'x=1',
  '(x)',
  'x for x in y',
  '(yield)',
  'x := 1',
];
const ADDITIONS = [...WORDS.split(' '), ...SIGNS.split(' '), ...PIECES];

interface Edit {
  readonly way: 'drop' | 'double' | 'swap' | 'replace' | 'insert' | 'wrap' | 'indent' | 'borrow';
  /** Places from 0 to 1 of the length. */
  readonly at: number;
  readonly other: number;
  readonly addition: string;
  readonly snippet: string;
}

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const edit: fc.Arbitrary<Edit> = fc.record({
  way: fc.constantFrom<Edit['way'][]>('drop', 'double', 'swap', 'replace', 'insert', 'wrap', 'indent', 'borrow'),
  at: place,
  other: place,
  addition: fc.constantFrom(...ADDITIONS),
  snippet: fc.constantFrom(...SNIPPETS),
});

const surroundings = fc.constantFrom('', '', '', 'def f():\n', 'async def f():\n', 'class A:\n', 'while x:\n');

/** Python that is almost right: snippets with a few edits, within a function, a class or a loop now and then. */
export const almostPython: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...SNIPPETS), fc.array(edit, { minLength: 1, maxLength: 2 }), surroundings)
  .map(([snippet, edits, header]) => {
    const text = edits.reduce(applyEdit, snippet);
    return header === '' ? text : `${header}${text.replace(/^(?=.)/gm, '    ')}`;
  });

function applyEdit(text: string, { way, at, other, addition, snippet }: Edit): string {
  const parts = text.match(PART) ?? [''];
  const first = Math.floor(at * parts.length);
  const second = Math.floor(other * parts.length);
  const part = parts[first]!;
  switch (way) {
    case 'drop':
      return parts.toSpliced(first, 1).join('');
    case 'double':
      return parts.toSpliced(first, 0, part).join('');
    case 'swap':
      return parts.with(first, parts[second]!).with(second, part).join('');
    case 'replace':
      return parts.with(first, addition).join('');
    case 'insert':
      return parts.toSpliced(first, 0, ` ${addition} `).join('');
    case 'wrap':
      return parts.with(first, other < 0.5 ? `(${part})` : `${part} if ${part} else ${part}`).join('');
    case 'indent':
      return parts.map((word, index) => (index >= first && word.startsWith('\n') ? `${word} ` : word)).join('');
    case 'borrow': {
      const words = snippet.match(PART) ?? [];
      const from = Math.floor(other * words.length);
      return parts.toSpliced(first, 2, ...words.slice(from, from + 6)).join('');
    }
  }
}
