import type { z } from 'zod';

/** The first thing that is wrong with data: the field, as a dotted path that is empty for the data as a whole, and what was expected. */
export function firstIssue(error: z.ZodError): { readonly place: string; readonly message: string } {
  const [issue] = error.issues;
  return { place: issue?.path.join('.') ?? '', message: issue?.message ?? 'not what is expected' };
}

/** `field.0: what was expected`; for the data as a whole `whole` stands in the place of the field. */
export function issueText(error: z.ZodError, whole = ''): string {
  const { place, message } = firstIssue(error);
  const named = place || whole;
  return named === '' ? message : `${named}: ${message}`;
}
