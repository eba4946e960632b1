import { z } from 'zod';
import { Refusal } from '../../../base/errors.ts';
import { readModule } from '../../../python/python-module.ts';
import { calledFunctions } from '../../called-functions.ts';
import { parseRow } from '../../parse-row.ts';
import { Grader, type Task, type TaskPrompt } from '../../task.ts';

/** A row of sanitized-mbpp.json. */
const mbppRow = z.object({
  task_id: z.int(),
  prompt: z.string().min(1),
  code: z.string().min(1),
  test_imports: z.array(z.string()),
  test_list: z.array(z.string().min(1)).min(1),
});

/** The Task of one row of sanitized MBPP: its prompt shows every assert, so that none of its tests is hidden. */
export function readMbppTask(row: unknown, place: string): Task {
  const { task_id, prompt: description, code, test_imports, test_list } = parseRow(mbppRow, row, place);
  const id = `Mbpp/${task_id}`;
  const prompt: TaskPrompt = {
    id,
    text: [description, ...test_list].join('\n'),
    form: 'description',
    entryPoint: testedFunction(code, test_list.join('\n'), place),
    // The plain harness runs imports, candidate and tests in one module, so that a candidate sees these names too.
    context: test_imports.join('\n'),
    examples: test_list.map((source) => ({ source })),
  };
  const checks = [...test_imports, ...test_list].join('\n');
  const grader = new Grader(id, [{ name: 'base', program: { setup: '', checks } }], 0, prompt.examples);
  return { prompt, grader, reference: code };
}

/** The function that the asserts call and the reference defines. */
function testedFunction(code: string, asserts: string, place: string): string {
  const defined = new Set(readModule(code).statements.flatMap(({ defines }) => defines));
  const tested = calledFunctions(asserts).find((name) => defined.has(name));
  if (tested === undefined) throw new Refusal(`${place}: code: expected a function that the asserts call`);
  return tested;
}
