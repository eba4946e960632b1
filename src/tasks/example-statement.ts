import { freeNames } from '../python/imports.ts';
import { readExpression, readModule } from '../python/python-module.ts';
import { isStandardModule } from '../python/standard-names.ts';
import { argumentsOfCalls, splitAtCommas } from './call-text.ts';

/** What an example may name besides builtins and standard modules. */
export interface ExampleScope {
  readonly entryPoint: string;
  /** Names that the prompt's own context defines. */
  readonly names: ReadonlySet<string>;
}

/** The scope of examples about an entry point beside the source of the prompt's own context. */
export function exampleScope(entryPoint: string, context: string): ExampleScope {
  return { entryPoint, names: new Set(readModule(context).statements.flatMap(({ defines }) => defines)) };
}

/** `assert CALL == EXPECTED`, or null where either is no expression of known names or no call of the entry point is in it. */
export function exampleStatement(call: string, expected: string, scope: ExampleScope): string | null {
  const left = readExpression(call);
  const right = readExpression(expected);
  if (left === null || right === null || !callsEntryPoint(left, scope)) return null;
  if (!isClosed(left, scope) || !isClosed(right, scope) || callsEntryPoint(right, scope)) return null;
  return `assert ${operand(left)} == ${operand(right)}`;
}

/** An assert statement that tests the entry point, as it stands; null for any other text. */
export function readAssert(text: string, scope: ExampleScope): string | null {
  const { statements, errors } = readModule(text);
  const only = statements.length === 1 && errors.length === 0 ? statements[0] : undefined;
  if (only?.kind !== 'assert' || !callsEntryPoint(only.text, scope)) return null;
  return isClosed(only.text, scope) ? only.text : null;
}

/** True where the text calls the entry point. */
export function callsEntryPoint(text: string, { entryPoint }: ExampleScope): boolean {
  return argumentsOfCalls(text, entryPoint).length > 0;
}

/** True where every name in the text can be known when the example runs. */
function isClosed(text: string, { entryPoint, names }: ExampleScope): boolean {
  return freeNames(readModule(text)).every((name) => name === entryPoint || names.has(name) || isStandardModule(name));
}

const BINDS_LOOSELY = /[=<>]|\b(?:and|or|not|in|is|if|lambda)\b/;

/** Brackets around what `==` would take apart: comparisons, conditions and bare tuples. */
function operand(expression: string): string {
  const outside = expression.replace(
    /"(?:[^"\\\n]|\\[\s\S]?)*(?:"|$|(?=\n))|'(?:[^'\\\n]|\\[\s\S]?)*(?:'|$|(?=\n))/g,
    '""',
  );
  const isBracketed = /^[\w.]*[([{][^()[\]{}]*[)\]}]$/.test(outside);
  const isLoose = !isBracketed && BINDS_LOOSELY.test(outside);
  return isLoose || splitAtCommas(expression).length > 1 ? `(${expression})` : expression;
}
