import { inferEntryPoint } from './entry-point.ts';
import { isTestFile, type TestProgram } from './task.ts';
import { definesCheck, readTestProgram, type TestClues } from './test-program.ts';

/** Tests of code that is there already. */
export interface TestsOfCode {
  readonly tests: TestProgram;
  /** The function that they call; empty for a test file that does not go by one. */
  readonly entryPoint: string;
}

/** Reads the text of tests for some code, and finds the function that they are of. */
export function readTestsOfCode(code: string, text: string, clues: TestClues = {}): TestsOfCode {
  const tests = readTestProgram(text, clues);
  const isByFunction = !isTestFile(tests) || definesCheck(text);
  const inferred = () => inferEntryPoint({ text: code, code: { blocks: [code], spans: [] }, tests: text });
  return { tests, entryPoint: clues.entryPoint ?? (isByFunction ? inferred() : '') };
}
