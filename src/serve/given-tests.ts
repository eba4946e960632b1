import { definedClasses, definedFunctions } from '../python/definitions.ts';
import { readValidModule, type Statement } from '../python/python-module.ts';
import { type Fence, findFences } from '../tasks/markdown-code.ts';
import { isMarkedPython } from './other-language.ts';

/** A message without the tests that its user gives in fences of their own. */
export interface GivenTests {
  /** Source of all such fences; undefined where there are none. */
  readonly tests: string | undefined;
  readonly rest: string;
}

/** Takes out of Markdown the fences that hold nothing but tests: asserts, `check(candidate)`, a file of pytest or unittest. */
export function takeTests(text: string): GivenTests {
  const given = findFences(text).fences.filter(isTestFence);
  if (given.length === 0) return { tests: undefined, rest: text };
  const starts = [0, ...given.map(({ to }) => to)];
  const rest = starts.map((start, index) => text.slice(start, given[index]?.from)).join('');
  return { tests: `${given.map(({ code }) => code).join('\n\n')}\n`, rest };
}

function isTestFence(fence: Fence): boolean {
  if (fence.language !== '' && !isMarkedPython(fence)) return false;
  const module = readValidModule(fence.code);
  if (module === null) return false;
  const functions = definedFunctions(module).filter(({ statement }) => !/^@pytest\.fixture/.test(statement.text));
  const classes = definedClasses(module);
  const isAllTests = functions.every(({ name }) => /^(?:test|check$)/.test(name)) && classes.every(isTestClass);
  if (!isAllTests) return false;
  return functions.length > 0 || classes.length > 0 || module.statements.some(isAssert);
}

function isTestClass({ name, statement }: { readonly name: string; readonly statement: Statement }): boolean {
  return name.startsWith('Test') || /^class \w+\([^)\n]{0,200}TestCase/m.test(statement.text);
}

function isAssert({ kind, text }: Statement): boolean {
  return kind === 'assert' || (kind === 'compound' && /\bassert\b/.test(text));
}
