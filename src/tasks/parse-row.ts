import type { z } from 'zod';
import { Refusal } from '../base/errors.ts';

/** Checks one row of a file against a schema; a Refusal names the place (`tasks.jsonl, row 3`), the field, and what was wrong. */
export function parseRow<Schema extends z.ZodType>(schema: Schema, row: unknown, place: string): z.infer<Schema> {
  const result = schema.safeParse(row);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const field = issue.path.length === 0 ? '' : `, field ${issue.path.join('.')}`;
  throw new Refusal(`${place}${field}: ${issue.message}`, { cause: result.error });
}
