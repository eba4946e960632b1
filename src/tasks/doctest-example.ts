import type { Doctest } from '../python/doctests.ts';
import { argumentsOfCalls, splitAtCommas } from './call-text.ts';
import { type ExampleScope, exampleStatement, readAssert } from './example-statement.ts';

/** The assert that means what a doctest does; null where there is none of known names that calls the entry point. */
export function doctestStatement(doctest: Doctest, scope: ExampleScope): string | null {
  switch (doctest.kind) {
    case 'value':
      return exampleStatement(doctest.source, doctest.expected, scope);
    case 'printed':
      return printedStatement(doctest.source, doctest.expected, scope);
    case 'pattern': {
      const shown = /^print\s*\(/.test(doctest.source) ? printedText(doctest.source) : `repr(${doctest.source})`;
      return shown && readAssert(`assert re.fullmatch(${pythonText(patternOf(doctest.expected))}, ${shown})`, scope);
    }
    case 'left-out':
      return null;
  }
}

function printedStatement(source: string, line: string, scope: ExampleScope): string | null {
  const text = printedText(source);
  return text && exampleStatement(text, pythonText(line), scope);
}

/** The text that a call of print shows; null where it takes options. */
function printedText(source: string): string | null {
  const given = splitAtCommas(argumentsOfCalls(source, 'print')[0] ?? '');
  if (given.length === 0 || given.some((argument) => /^(?:\*|\w+\s*=(?!=))/.test(argument))) return null;
  const texts = given.map((argument) => `str(${argument})`);
  return texts.length === 1 ? texts[0]! : `' '.join([${texts.join(', ')}])`;
}

/** The regular expression of a text in which `...` stands for anything. */
function patternOf(text: string): string {
  const parts = text.split('...').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('\n', '\\n'));
  return `${text.includes('\n') ? '(?s)' : ''}${parts.join('.*')}`;
}

/** A Python string literal. */
function pythonText(text: string): string {
  if (/^[^'\\\n]*$/.test(text)) return `'${text}'`;
  return /^[^'\n]*[^'\\\n]$/.test(text) ? `r'${text}'` : JSON.stringify(text);
}
