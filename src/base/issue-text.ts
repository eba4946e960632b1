import type { z } from 'zod';
import { lineIn } from './yaml.ts';

type Issue = Pick<z.core.$ZodIssue, 'path' | 'message'>;

interface FirstIssue {
  /** A dotted path, empty for the data as a whole. */
  readonly place: string;
  /** What is wrong: `missing`, `expected string, got number`. */
  readonly message: string;
  /** Line in the text that the data was parsed from; null where that is not known. */
  readonly line: number | null;
}

/** The first thing that is wrong with data, in words for people; the line is known of `data` that parseYaml gave. */
export function firstIssue(error: z.ZodError, data?: unknown): FirstIssue {
  const [issue] = error.issues;
  const { path, message } = issue === undefined ? { path: [], message: 'not what is expected' } : meantIssue(issue);
  const unknown = message === 'missing' ? unknownBeside(path, error.issues) : null;
  const full = unknown === null ? message : `${message} (${unknown})`;
  return { place: path.join('.'), message: full, line: lineIn(data, path) };
}

/** Of data that fits none of several shapes, what is wrong with the shape that it is nearest to. */
function meantIssue(issue: z.core.$ZodIssue): Issue {
  if (issue.code !== 'invalid_union' || issue.message !== 'Invalid input')
    return { path: issue.path, message: inWords(issue) };
  const [nearest] = issue.errors.toSorted((one, other) => distance(one) - distance(other));
  if (nearest?.[0] === undefined) return issue;
  const { path, message } = meantIssue(nearest[0]);
  return { path: [...issue.path, ...path], message };
}

function distance(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, one) => sum + (one.code === 'unrecognized_keys' ? one.keys.length : 1), 0);
}

function inWords(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys' && /^Unrecognized key/.test(issue.message))
    return `unknown field ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`;
  if (issue.code === 'too_big' && /^Too big:/.test(issue.message))
    return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unitOf(issue.origin)}`;
  if (issue.code === 'too_small' && /^Too small:/.test(issue.message))
    return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin)}`;
  if (issue.code !== 'invalid_type') return issue.message;
  return /received undefined$/.test(issue.message)
    ? 'missing'
    : issue.message.replace(/^Invalid input: (expected .+), received (\w+)$/, '$1, got $2');
}

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : origin === 'array' ? ' items' : '';
}

/** A field that is not known and stands where another is missing may be that one misspelt. */
function unknownBeside(path: readonly PropertyKey[], issues: readonly z.core.$ZodIssue[]): string | null {
  const parent = path.slice(0, -1).join('.');
  const beside = issues.find((issue) => issue.code === 'unrecognized_keys' && issue.path.join('.') === parent);
  return beside === undefined ? null : inWords(beside);
}

/** `field.0: what was expected`; for the data as a whole `whole` stands in the place of the field. */
export function issueText(error: z.ZodError, whole = ''): string {
  const { place, message } = firstIssue(error);
  const named = place || whole;
  return named === '' ? message : `${named}: ${message}`;
}

/** The same after the file, and the line where it is known: `pipeline.yaml, line 2: generator.model: missing`. */
export function fileIssueText(error: z.ZodError, file: string, data: unknown, whole = ''): string {
  const { line } = firstIssue(error, data);
  return `${file}${line === null ? '' : `, line ${line}`}: ${issueText(error, whole)}`;
}
