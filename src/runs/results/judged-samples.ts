import { z } from 'zod';
import { saidToPass } from '../score-samples.ts';
import type { ResultRow } from './result.ts';

const status = z.enum(['pass', 'fail', 'timeout']);
const evalPlusRow = z.looseObject({ base_status: status, plus_status: status.nullish() });
const evalPlusFile = z.looseObject({ eval: z.record(z.string(), z.array(evalPlusRow)) });

/** Rows of EvalPlus's `*_eval_results.json`; null of other data. A sample passes where it passes the plus tests too. */
export function evalPlusRows(data: unknown, pipeline: string): ResultRow[] | null {
  const parsed = evalPlusFile.safeParse(data);
  if (!parsed.success) return null;
  return Object.entries(parsed.data.eval).flatMap(([taskId, rows]) =>
    rows.map(({ base_status, plus_status }) => ({
      pipeline,
      taskId,
      passed: saidToPass({ base_status, plus_status }),
    })),
  );
}

const humanEvalRow = z.looseObject({ task_id: z.string(), passed: z.boolean() });

/** Rows of human-eval's `*_results.jsonl`, or of `score --out`; null of other data. */
export function humanEvalRows(lines: readonly unknown[], pipeline: string): ResultRow[] | null {
  const parsed = z.array(humanEvalRow).min(1).safeParse(lines);
  if (!parsed.success) return null;
  return parsed.data.map(({ task_id: taskId, passed }) => ({ pipeline, taskId, passed }));
}
