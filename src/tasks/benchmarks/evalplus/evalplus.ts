import { z } from 'zod';
import { parseJson } from '../../../base/json-lines.ts';
import { argumentsOfCalls } from '../../call-text.ts';
import { examplesInText } from '../../examples-in-prompt.ts';
import { parseRow } from '../../parse-row.ts';
import { plainValue } from '../../plain-tokens.ts';
import { Grader, type Task, type TaskPrompt, type TestSuite } from '../../task.ts';
import { signaturePrompt } from '../humaneval/humaneval.ts';
import { answerableInputs } from './evalplus-inputs.ts';
import { oracleProgram } from './evalplus-oracle.ts';
import { readRawElements, readRawFields } from './raw-json.ts';

const evalPlusRow = z.object({
  task_id: z.string().regex(/^(?:HumanEval|Mbpp)\/\d+$/, 'expected an id such as HumanEval/0 or Mbpp/2'),
  prompt: z.string().min(1),
  entry_point: z.string().min(1),
  canonical_solution: z.string().min(1),
  atol: z.number().nonnegative(),
  base_input: z.string(),
  plus_input: z.string(),
});
type EvalPlusRow = z.infer<typeof evalPlusRow>;

/** Mbpp/793's file has no plus inputs, written as an empty object: its base suite is all that grades it. */
function isEmpty(rawInputs: string): boolean {
  return /^(?:\[\s*\]|\{\s*\})$/.test(rawInputs);
}

const RAW_FIELDS = new Set(['base_input', 'plus_input']);

/** The Task of one line of an EvalPlus file, with the suites `base` and, where it has plus inputs, `plus`; its inputs are never parsed here. */
export function readEvalPlusTask(line: string, place: string): Task {
  const row = readRow(line, place);
  const prompt = row.task_id.startsWith('Mbpp/') ? mbppPlusPrompt(row) : humanEvalPlusPrompt(row);
  const suites: TestSuite[] = [suiteOf('base', row, row.base_input)];
  if (!isEmpty(row.plus_input)) suites.push(suiteOf('plus', row, row.plus_input));
  const grader = new Grader(row.task_id, suites, countHiddenInputs(row, prompt, place));
  return { prompt, grader, reference: row.prompt + row.canonical_solution };
}

function readRow(line: string, place: string): EvalPlusRow {
  const fields = [...readRawFields(line, place)].filter(([name]) => name in evalPlusRow.shape);
  const values = fields.map(([name, raw]) => [name, RAW_FIELDS.has(name) ? raw : parseJson(raw, place)]);
  const row = parseRow(evalPlusRow, Object.fromEntries(values), place);
  return { ...row, plus_input: answerableInputs(row.task_id, row.plus_input, place) };
}

function suiteOf(name: TestSuite['name'], row: EvalPlusRow, rawInputs: string): TestSuite {
  const program = oracleProgram({
    taskId: row.task_id,
    entryPoint: row.entry_point,
    reference: row.prompt + row.canonical_solution,
    rawInputs,
    tolerance: row.atol,
  });
  return { name, program };
}

function humanEvalPlusPrompt(row: EvalPlusRow): TaskPrompt {
  return signaturePrompt(row.task_id, row.prompt, row.entry_point);
}

/** The file's prompt is a bare docstring: a description and one assert. */
function mbppPlusPrompt(row: EvalPlusRow): TaskPrompt {
  const text = row.prompt.replace(/^\s*"""|"""\s*$/g, '').trim();
  const examples = examplesInText(text, { entryPoint: row.entry_point, context: '' });
  return { id: row.task_id, text, form: 'description', entryPoint: row.entry_point, context: '', examples };
}

/** Inputs of both suites that no example calls the entry point with. */
function countHiddenInputs(row: EvalPlusRow, { entryPoint, examples }: TaskPrompt, place: string): number {
  const visible = new Set(
    examples.flatMap(({ source }) => argumentsOfCalls(source, entryPoint).map((args) => plainValue(`[${args}]`))),
  );
  const inputs = [row.base_input, row.plus_input].flatMap((raw) => (isEmpty(raw) ? [] : readRawElements(raw, place)));
  return inputs.filter((input) => !visible.has(plainValue(input))).length;
}
