import type { z } from 'zod';
import { Refusal } from '../base/errors.ts';
import { fileIssueText } from '../base/issue-text.ts';
import type { Task } from './task.ts';

/** Checks one row of a file against a schema; a Refusal names the place (`tasks.jsonl, row 3`), the field, and what was wrong. */
export function parseRow<Schema extends z.ZodType>(schema: Schema, row: unknown, place: string): z.infer<Schema> {
  const result = schema.safeParse(row);
  if (result.success) return result.data;
  throw new Refusal(fileIssueText(result.error, place, row), { cause: result.error });
}

/** Reads each row of a file with its place in it. */
export function readRows<Row>(
  rows: readonly Row[],
  path: string,
  read: (row: Row, place: string) => Task,
): readonly Task[] {
  return rows.map((row, index) => read(row, `${path}, row ${index + 1}`));
}
