import { definedFunctions } from '../python/definitions.ts';
import { type PythonModule, readModule } from '../python/python-module.ts';
import { plainAssert, plainCondition } from './plain-tokens.ts';
import type { Example } from './task.ts';

/**
 * How many asserts of grading tests are not among the examples; null where they cannot be counted, because they stand in
 * loops or conditions or check values kept from earlier calls.
 */
export function countHiddenTests(checks: string, entryPoint: string, examples: readonly Example[]): number | null {
  const asserts = gradingAsserts(checks, entryPoint);
  if (asserts === null) return null;
  const visible = new Set(examples.map(({ source }) => plainAssert(source, entryPoint)));
  return asserts.filter((source) => !visible.has(plainAssert(source, entryPoint))).length;
}

/** The examples that are grading tests to the letter: a program that fails one of them fails the grading tests. */
export function gradedExamples(checks: string, entryPoint: string, examples: readonly Example[]): readonly Example[] {
  const asserts = gradingAsserts(checks, entryPoint) ?? [];
  const graded = new Set(asserts.map((source) => plainCondition(source, entryPoint)));
  return examples.filter(({ source }) => graded.has(plainCondition(source, entryPoint)));
}

/** The asserts that call the candidate, each evaluated exactly once; null where that cannot be told. */
function gradingAsserts(checks: string, entryPoint: string): string[] | null {
  const statements = checkedStatements(readModule(checks));
  const names = new RegExp(`(?<![\\w.])(?:candidate|${entryPoint})\\b`);
  const calling = statements.filter(({ text }) => names.test(text));
  if (calling.length === 0 || calling.some(({ isAssert }) => !isAssert)) return null;
  return calling.map(({ text }) => text);
}

interface CheckedStatement {
  readonly text: string;
  readonly isAssert: boolean;
}

/** The statements of `check`, or of the top level where there is no such function. */
function checkedStatements(module: PythonModule): CheckedStatement[] {
  const check = definedFunctions(module).findLast(({ name }) => name === 'check');
  if (check === undefined) return module.statements.map(({ text, kind }) => ({ text, isAssert: kind === 'assert' }));
  const { node } = check.statement;
  return (node.kind === 'function' ? node.body : []).map(({ kind, from, to }) => ({
    text: module.source.slice(from, to),
    isAssert: kind === 'assert',
  }));
}
