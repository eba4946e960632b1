import { NoChecks, Refusal } from '../base/errors.ts';
import { definedClasses, definedFunctions, findFunction } from '../python/definitions.ts';
import { type ImportedModule, importedModules } from '../python/imports.ts';
import { firstErrorLine, type PythonModule, readModule } from '../python/python-module.ts';
import { isOfStandardLibrary } from '../python/standard-library.ts';
import { findSharedState, type SharedState } from './shared-state.ts';
import type { TestProgram } from './task.ts';

/** How a candidate is tested: by the judge, out of its reach, or by a whole test file in its own process. */
export type TestMode = 'judge' | 'program';
export const TEST_MODES = ['judge', 'program'] as const satisfies readonly TestMode[];

/** What is known of the user's tests besides their text. */
export interface TestClues {
  readonly entryPoint?: string | undefined;
  /** Name without extension of the file that the candidate comes from, where it has one. */
  readonly candidateStem?: string | undefined;
  /** Modules that the tests import beside the candidate: the user's own, which the run has. */
  readonly given?: readonly string[] | undefined;
  /** Chosen by the way the tests are written where it is not given. */
  readonly mode?: TestMode | undefined;
}

/** The module name under which a test file finds the candidate where it does not import it. */
const DEFAULT_MODULE = 'solution';
/** Packages that tests import for their own use. */
const KNOWN_PACKAGES = new Set(
  (
    'pytest hypothesis numpy scipy pandas sympy networkx torch sklearn matplotlib requests parameterized mock attr attrs ' +
    'anyio curio freezegun pytest_asyncio pytest_mock time_machine trio'
  ).split(' '),
);

/** Makes a test program of a user's tests; refuses the judge for tests that only a program run can serve, and throws NoChecks for none. */
export function readTestProgram(text: string, clues: TestClues = {}): TestProgram {
  const source = text.replace(/^\u{feff}/u, '');
  const form = formOf(readModule(source), clues);
  const mode = clues.mode ?? (whyNotJudged(form) === null ? 'judge' : 'program');
  if (mode === 'program') {
    if (!form.hasTests) throw new NoChecks('the tests test nothing: expected test functions or classes, or asserts');
    return { program: source, moduleName: form.module ?? DEFAULT_MODULE };
  }
  const reason = whyNotJudged(form);
  if (reason !== null)
    throw new Refusal(`the judge cannot run these tests: ${reason}; use the test mode program, or none`);
  return clues.mode === 'judge' ? { setup: '', checks: source, onlyJudged: true } : { setup: '', checks: source };
}

/** Asserts or `check(candidate)` for the judge; where they share state of the process with the code, for a run beside it. */
export function programOfChecks(checks: string): TestProgram {
  return findSharedState(checks) === null ? { setup: '', checks } : { program: checks, moduleName: DEFAULT_MODULE };
}

/** Longer tests are made by a program, and are right. */
const LONGEST_WRITTEN = 100_000;

/** Whether tests that somebody wrote are no Python. */
export function hasSyntaxError(tests: string): boolean {
  return tests.length <= LONGEST_WRITTEN && firstErrorLine(readModule(tests)) !== null;
}

/** True for tests that define `check(candidate)`. */
export function definesCheck(tests: string): boolean {
  return findFunction(tests, 'check') !== null;
}

/** The names that tests import from the module that stands for the candidate, in order; the first clue to its entry point. */
export function namesFromCandidate(tests: string, given: readonly string[] = []): string[] {
  const imports = importedModules(readModule(tests));
  const name = candidateModule(imports, { given });
  return imports.filter(({ module }) => module === name).flatMap(({ names }) => names.filter((item) => item !== '*'));
}

interface TestForm {
  /** pytest, unittest, test functions or classes. */
  readonly isTestFile: boolean;
  readonly hasTests: boolean;
  /** The module that stands for the candidate; null where none is imported. */
  readonly module: string | null;
  /** A module of the user's that they import; null where there is none. */
  readonly given: string | null;
  /** What they set for the whole process or do there with the candidate; null where nothing is. */
  readonly shared: SharedState | null;
}

function formOf(module: PythonModule, clues: TestClues): TestForm {
  const imports = importedModules(module);
  const frameworks = imports.some(({ module: name }) => /^(?:pytest|unittest)(?:\.|$)/.test(name));
  const functions = definedFunctions(module).some(({ name }) => /^test(?:_|$)/.test(name));
  const hasClasses = definedClasses(module).some(isTestClass);
  const isTestFile = frameworks || functions || hasClasses;
  const hasTests = functions || hasClasses || /\bassert|\braise\b/.test(module.source);
  const shared = findSharedState(module.source);
  const given = imports.find(({ module: name }) => clues.given?.includes(name))?.module ?? null;
  return { isTestFile, hasTests, module: candidateModule(imports, clues), given, shared };
}

function isTestClass({ name, statement }: { name: string; statement: { text: string } }): boolean {
  return /^Test/.test(name) || /^class\s+\w+\s*\([^)]{0,1000}TestCase\b/m.test(statement.text);
}

function whyNotJudged({ isTestFile, module, given, shared }: TestForm): string | null {
  if (isTestFile)
    return 'they are a test file (pytest, unittest or test functions), and the judge evaluates only asserts or check(candidate)';
  if (given !== null) return `they import ${given}, which only the process of the code is given`;
  if (module !== null)
    return `they import ${module}, which the judge does not have because the code is in another process`;
  return shared && `line ${shared.line} ${shared.what}, which works only in the process of the code`;
}

/** The candidate's own file first, then the module that the entry point comes from, then the only one that is unknown. */
function candidateModule(
  imports: readonly ImportedModule[],
  { entryPoint, candidateStem, given = [] }: TestClues,
): string | null {
  const unknown = imports.filter(({ module }) => isUnknown(module) && !given.includes(module));
  const ofFile = unknown.find(({ module }) => module.split('.').at(-1) === candidateStem);
  const ofEntryPoint = unknown.find(({ names }) => entryPoint !== undefined && names.includes(entryPoint));
  const found = ofFile ?? ofEntryPoint ?? unknown.find(({ module }) => module === DEFAULT_MODULE);
  if (found !== undefined) return found.module;
  const taken = new Set(unknown.filter(({ names }) => names.length > 0).map(({ module }) => module));
  const all = new Set(unknown.map(({ module }) => module));
  const [only, ...more] = taken.size > 0 ? taken : all;
  return only !== undefined && more.length === 0 ? only : null;
}

function isUnknown(module: string): boolean {
  return !module.startsWith('.') && !isOfStandardLibrary(module) && !KNOWN_PACKAGES.has(module.split('.')[0]!);
}
