import type { z } from 'zod';

/** The first thing that is wrong with data: the field, as a dotted path that is empty for the data as a whole, and what was expected. */
export function firstIssue(error: z.ZodError): { readonly place: string; readonly message: string } {
  const [issue] = error.issues;
  const { path, message } = issue === undefined ? { path: [], message: 'not what is expected' } : meantIssue(issue);
  return { place: path.join('.'), message };
}

/** Of data that fits none of several shapes, what is wrong with the shape that it is nearest to. */
function meantIssue(issue: z.core.$ZodIssue): Pick<z.core.$ZodIssue, 'path' | 'message'> {
  if (issue.code !== 'invalid_union' || issue.message !== 'Invalid input') return issue;
  const [nearest] = issue.errors.toSorted((one, other) => distance(one) - distance(other));
  if (nearest?.[0] === undefined) return issue;
  const { path, message } = meantIssue(nearest[0]);
  return { path: [...issue.path, ...path], message };
}

function distance(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, one) => sum + (one.code === 'unrecognized_keys' ? one.keys.length : 1), 0);
}

/** `field.0: what was expected`; for the data as a whole `whole` stands in the place of the field. */
export function issueText(error: z.ZodError, whole = ''): string {
  const { place, message } = firstIssue(error);
  const named = place || whole;
  return named === '' ? message : `${named}: ${message}`;
}
