import { basename, extname } from 'node:path';
import { z } from 'zod';
import { NoChecks, Refusal } from '../../../base/errors.ts';
import { sha256 } from '../../../base/hash.ts';
import { parseJson, parseJsonLines } from '../../../base/json-lines.ts';
import { readText } from '../../../base/read-file.ts';
import { parseYaml } from '../../../base/yaml.ts';
import type { LoadedTasks } from '../../benchmark-source.ts';
import { isFunctionName } from '../../entry-point.ts';
import { exampleScope, readAssert } from '../../example-statement.ts';
import { examplesInSignature, examplesInText } from '../../examples-in-prompt.ts';
import { countHiddenTests, gradedExamples } from '../../hidden-tests.ts';
import { parseRow } from '../../parse-row.ts';
import { contextBefore, definesEntryPoint } from '../../prompt-context.ts';
import { scriptCaseSchema } from '../../script/read-cases.ts';
import { exampleOf, programOfCases } from '../../script/script-case.ts';
import { scriptPrompt } from '../../script/script-task.ts';
import { type Example, Grader, type Task, type TaskPrompt, type TestProgram } from '../../task.ts';
import { readTestProgram, TEST_MODES } from '../../test-program.ts';
import { isHumanEvalRow, readHumanEvalTask } from '../humaneval/humaneval.ts';

const text = z.string().regex(/\S/, 'expected text, got none');

/** A task of one's own; `tests` define `check(candidate)`, are plain asserts of the entry point, or a whole test file. */
const taskRow = z.strictObject({
  id: text.optional(),
  task_id: text.optional(),
  prompt: text,
  entry_point: z.string().refine(isFunctionName, 'expected the name of a Python function'),
  tests: text,
  test_mode: z.enum(TEST_MODES).optional(),
  examples: z.array(text).optional(),
  context: z.string().optional(),
  reference: text.optional(),
});
type TaskRow = z.infer<typeof taskRow>;

/** A script of one's own, tested by what it prints. */
const scriptRow = z.strictObject({
  id: text.optional(),
  task_id: text.optional(),
  prompt: text,
  cases: z.array(scriptCaseSchema).min(1),
  examples: z.array(scriptCaseSchema).optional(),
  reference: text.optional(),
});

/** The tasks of a file of one's own (.jsonl, .jsonl.gz, .json, .yaml, .yml), and the hash of the file's text. */
export function readTaskFile(path: string): LoadedTasks {
  const source = readText(path);
  const rows = readRows(source, path);
  if (rows.length === 0) throw new Refusal(`${path} holds no task`);
  const tasks = rows.map((row, index) => readTask(row, `${path}, row ${index + 1}`, `${stemOf(path)}/${index}`));
  refuseRepeatedIds(tasks, path);
  return { tasks, sha256: sha256(source) };
}

function readRows(source: string, path: string): readonly unknown[] {
  switch (extname(path.replace(/\.gz$/i, '')).toLowerCase()) {
    case '.jsonl':
      return parseJsonLines(source, path);
    case '.json':
      return asRows(parseJson(source, path), path);
    case '.yaml':
    case '.yml':
      return asRows(parseYaml(source, path), path);
    default:
      throw new Refusal(`${path}: expected a task file that ends in .jsonl, .jsonl.gz, .json, .yaml or .yml`);
  }
}

/** A list of tasks, or one task alone. */
function asRows(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'object' && value !== null) return [value];
  throw new Refusal(`${path}: expected a list of tasks`);
}

function stemOf(path: string): string {
  return basename(path).replace(/(?:\.jsonl)?(?:\.[^.]+)$/i, '');
}

function readTask(row: unknown, place: string, defaultId: string): Task {
  if (isEvalPlusRow(row)) throw new Refusal(`${place}: EvalPlus's own files load by name, as humaneval+ and mbpp+`);
  if (isHumanEvalRow(row)) return readHumanEvalTask(row, place);
  if (isScriptRow(row)) return readScript(parseRow(scriptRow, row, place), place, defaultId);
  const task = parseRow(taskRow, row, place);
  const prompt = promptOf(task, idOf(task, place, defaultId), place);
  const hiddenTests = countHiddenTests(task.tests, task.entry_point, prompt.examples);
  const shown = gradedExamples(task.tests, task.entry_point, prompt.examples);
  const suite = { name: 'base', program: programOf(task, place) } as const;
  return { prompt, grader: new Grader(prompt.id, [suite], hiddenTests, shown), reference: task.reference ?? null };
}

function isScriptRow(row: unknown): boolean {
  return typeof row === 'object' && row !== null && 'cases' in row;
}

function readScript(row: z.infer<typeof scriptRow>, place: string, defaultId: string): Task {
  const { cases, examples, reference = null } = row;
  const prompt = scriptPrompt(row.prompt, idOf(row, place, defaultId), examples);
  const shown = new Set(prompt.examples.map(({ source }) => source));
  const graded = cases.map(exampleOf).filter(({ source }) => shown.has(source));
  const suite = { name: 'base', program: programOfCases(cases) } as const;
  return { prompt, grader: new Grader(prompt.id, [suite], cases.length - graded.length, graded), reference };
}

function idOf({ id, task_id: taskId }: Pick<TaskRow, 'id' | 'task_id'>, place: string, defaultId: string): string {
  if (id !== undefined && taskId !== undefined) throw new Refusal(`${place}: expected id or task_id, got both`);
  return id ?? taskId ?? defaultId;
}

function programOf({ tests, test_mode: mode, entry_point: entryPoint }: TaskRow, place: string): TestProgram {
  try {
    return readTestProgram(tests, { entryPoint, mode });
  } catch (cause) {
    // One such task does not end a benchmark: it is left out before anything is judged.
    if (cause instanceof NoChecks) return { setup: '', checks: tests };
    throw cause instanceof Refusal ? new Refusal(`${place}: ${cause.message}`, { cause }) : cause;
  }
}

function isEvalPlusRow(row: unknown): boolean {
  return typeof row === 'object' && row !== null && 'base_input' in row;
}

function promptOf(task: TaskRow, id: string, place: string): TaskPrompt {
  const { prompt: text, entry_point: entryPoint } = task;
  const isSignature = definesEntryPoint(text, entryPoint);
  const context = task.context ?? (isSignature ? contextBefore(text, entryPoint) : '');
  const find = isSignature ? examplesInSignature : examplesInText;
  const examples = task.examples?.map((source, index) => ownExample(source, task, `${place}: examples.${index}`));
  return {
    id,
    text,
    form: isSignature ? 'signature' : 'description',
    entryPoint,
    context,
    examples: examples ?? find(text, { entryPoint, context }),
  };
}

function ownExample(source: string, { entry_point, context = '' }: TaskRow, place: string): Example {
  const statement = readAssert(source.trim(), exampleScope(entry_point, context));
  if (statement !== null) return { source: statement };
  throw new Refusal(
    `${place}: expected an assert statement that calls ${entry_point}, got ${JSON.stringify(source.slice(0, 60))}`,
  );
}

function refuseRepeatedIds(tasks: readonly Task[], path: string): void {
  const rows = new Map<string, number>();
  for (const [index, { prompt }] of tasks.entries()) {
    const earlier = rows.get(prompt.id);
    if (earlier !== undefined) {
      throw new Refusal(`${path}, row ${index + 1}: id ${JSON.stringify(prompt.id)} is already that of row ${earlier}`);
    }
    rows.set(prompt.id, index + 1);
  }
}
