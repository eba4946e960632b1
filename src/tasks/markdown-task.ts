import { Refusal } from '../base/errors.ts';
import { definedFunctions } from '../python/definitions.ts';
import { firstErrorLine, readModule } from '../python/python-module.ts';
import { inferEntryPoint, isFunctionName, testedNames } from './entry-point.ts';
import { callsEntryPoint, exampleScope } from './example-statement.ts';
import { examplesInSignature, examplesInText } from './examples-in-prompt.ts';
import { findCode } from './markdown-code.ts';
import { contextBefore, definesEntryPoint } from './prompt-context.ts';
import { programOfCases, type ScriptCase } from './script/script-case.ts';
import { asksForScript, scriptPrompt } from './script/script-task.ts';
import { type GivenModule, Grader, isTestFile, type Task, type TaskPrompt, type TestProgram } from './task.ts';
import { readTestProgram, type TestMode } from './test-program.ts';

/** In characters: more fits no small model's context, and takes long to read. */
const LONGEST_TASK = 50_000;

/** What is known of a free-text task besides its text. */
export interface FreeTaskOptions {
  readonly id?: string | undefined;
  /** Inferred from tests, examples and code where it is not given. */
  readonly entryPoint?: string | undefined;
  /** The text of a tests file: `check(candidate)` or plain asserts that call the entry point, or a test file of any kind. */
  readonly tests?: string | undefined;
  /** Tests of a script; with them, or for a text that asks for a script and has no tests, the task is to write one. */
  readonly cases?: readonly ScriptCase[] | undefined;
  /** Files of the user's that the solution and its tests may import. */
  readonly modules?: readonly GivenModule[] | undefined;
  /** How the tests are run; by the way they are written where it is not given. */
  readonly testMode?: TestMode | undefined;
}

/** A task to solve that comes without a benchmark: what stages may see, and its tests where it has any. */
export interface FreeTask {
  readonly prompt: TaskPrompt;
  readonly tests: TestProgram | null;
}

/** Makes a task of Markdown, plain text or a Python stub. */
export function readFreeTask(text: string, options: FreeTaskOptions = {}): FreeTask {
  if (text.length > LONGEST_TASK) {
    throw new Refusal(
      `the task has ${text.length} characters; expected a description of what to write, at most ${LONGEST_TASK}`,
    );
  }
  if (text.trim() === '') throw new Refusal('the task is empty: expected a description of what to write');
  const { modules = [] } = options;
  const { prompt, tests } = isForScript(text, options) ? scriptTask(text, options) : functionTask(text, options);
  return { prompt: { ...prompt, ...(modules.length > 0 && { modules }) }, tests };
}

function isForScript(text: string, { cases, tests, entryPoint }: FreeTaskOptions): boolean {
  if (cases === undefined) return tests === undefined && entryPoint === undefined && asksForScript(text);
  if (entryPoint === undefined) return true;
  throw new Refusal('cases with input and output test a script, which has no entry point');
}

function scriptTask(text: string, { id = 'task', cases }: FreeTaskOptions): FreeTask {
  return { prompt: scriptPrompt(text, id), tests: cases === undefined ? null : programOfCases(cases) };
}

function functionTask(text: string, options: FreeTaskOptions): FreeTask {
  const { id = 'task', tests = '', modules = [] } = options;
  const entryPoint =
    checkedName(options.entryPoint) ??
    inferEntryPoint({ text, code: findCode(text), tests, given: modules.map(({ name }) => name) });
  const prompt = definesEntryPoint(text, entryPoint) ? stubPrompt(text, entryPoint) : prosePrompt(text, entryPoint);
  const program = options.tests === undefined ? null : readTests(tests, entryPoint, options);
  const given = new Set(readModule(prompt.context).statements.flatMap(({ defines }) => defines)).add(entryPoint);
  const others = testedNames(
    tests,
    modules.map(({ name }) => name),
  ).filter((name) => !given.has(name));
  return { prompt: { id, ...prompt, ...(others.length > 0 && { others }) }, tests: program };
}

function checkedName(name: string | undefined): string | undefined {
  if (name === undefined || isFunctionName(name)) return name;
  throw new Refusal(`the entry point ${JSON.stringify(name)}: expected the name of a Python function`, {
    choice: 'entry-point',
  });
}

function stubPrompt(text: string, entryPoint: string): Omit<TaskPrompt, 'id'> {
  const context = contextBefore(text, entryPoint);
  const examples = examplesInSignature(text, { entryPoint, context });
  return { text, form: 'signature', entryPoint, context, examples };
}

function prosePrompt(text: string, entryPoint: string): Omit<TaskPrompt, 'id'> {
  const blocks = findCode(text).blocks.filter((block) => isCode(block, entryPoint));
  const code = blocks.join('\n');
  const contexts = blocks.map((block) => contextBefore(block, entryPoint));
  const context = contexts.filter((source) => source !== '').join('\n');
  const examples = examplesInText(text, { entryPoint, context, code });
  return { text, form: 'description', entryPoint, context, examples };
}

/** True for a fenced block that is Python, be it without the body of its last function. */
function isCode(block: string, entryPoint: string): boolean {
  return readModule(block).errors.length === 0 || definesEntryPoint(block, entryPoint);
}

function readTests(tests: string, entryPoint: string, { testMode: mode, modules = [] }: FreeTaskOptions): TestProgram {
  const module = readModule(tests);
  const line = firstErrorLine(module);
  if (line !== null) throw new Refusal(`the tests are not valid Python: see line ${line}`);
  const program = readTestProgram(tests, { entryPoint, mode, given: modules.map(({ name }) => name) });
  if (isTestFile(program)) return program;
  const hasCheck = definedFunctions(module).some(({ name }) => name === 'check');
  const hasAsserts = /\bassert\b/.test(tests) && callsEntryPoint(tests, exampleScope(entryPoint, ''));
  if (hasCheck || hasAsserts) return program;
  throw new Refusal(`the tests have no check(candidate), no test functions and no asserts that call ${entryPoint}`);
}

/** A task of one's own as one that can be graded: by its tests, where it has any. */
export function taskOf({ prompt, tests }: FreeTask): Task {
  const suites = tests === null ? [] : [{ name: 'base' as const, program: tests }];
  return { prompt, grader: new Grader(prompt.id, suites, null), reference: null };
}
