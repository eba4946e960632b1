import { z } from 'zod';
import { isFunctionName } from '../../entry-point.ts';
import { examplesInSignature } from '../../examples-in-prompt.ts';
import { countHiddenTests, gradedExamples } from '../../hidden-tests.ts';
import { parseRow } from '../../parse-row.ts';
import { contextBefore } from '../../prompt-context.ts';
import { Grader, type Task, type TaskPrompt, type TestSuite } from '../../task.ts';
import { programOfChecks } from '../../test-program.ts';

/** A row of HumanEval.jsonl; fields that other versions of the format add are let be. */
const humanEvalRow = z.object({
  task_id: z.string().min(1),
  prompt: z.string().min(1),
  entry_point: z.string().refine(isFunctionName, 'expected the name of a Python function'),
  canonical_solution: z.string().optional(),
  test: z.string().min(1),
});

/** The Task of one row in HumanEval's format; its tests define `check(candidate)`. */
export function readHumanEvalTask(row: unknown, place: string): Task {
  const { task_id, prompt: text, entry_point, canonical_solution, test } = parseRow(humanEvalRow, row, place);
  const prompt = signaturePrompt(task_id, text, entry_point);
  const suites: TestSuite[] = [{ name: 'base', program: programOfChecks(test) }];
  const hiddenTests = countHiddenTests(test, entry_point, prompt.examples);
  const reference = canonical_solution === undefined ? null : text + canonical_solution;
  const shown = gradedExamples(test, entry_point, prompt.examples);
  return { prompt, grader: new Grader(task_id, suites, hiddenTests, shown), reference };
}

/** The prompt made of Python text that ends where the body of the entry point begins. */
export function signaturePrompt(id: string, text: string, entryPoint: string): TaskPrompt {
  const context = contextBefore(text, entryPoint);
  const examples = examplesInSignature(text, { entryPoint, context });
  return { id, text, form: 'signature', entryPoint, context, examples };
}

/** True where a row has the fields that set HumanEval's format apart. */
export function isHumanEvalRow(row: unknown): boolean {
  return typeof row === 'object' && row !== null && 'task_id' in row && 'prompt' in row && 'test' in row;
}
