import { z } from 'zod';
import { Refusal } from '../../base/errors.ts';
import type { TrialQuery } from '../../runs/run-store.ts';
import { trialOutcomeSchema } from '../../runs/trial.ts';

/** Which trials of a run a page lists, in which order, and from which on. */
export interface TrialList extends TrialQuery {
  /** Occurs in an answer, in code or in an error; absent where nothing is searched for. */
  readonly text?: string;
}

/** Two pipelines and which of their tasks a page shows. */
export interface Comparing {
  readonly a: PipelineOfRun | null;
  readonly b: PipelineOfRun | null;
  readonly tasks: 'different' | 'all';
  readonly from: number;
}

export interface PipelineOfRun {
  readonly run: string;
  readonly pipeline: string;
}

const first = z.coerce.number().int().min(0).max(1e9);

const listSchema = z.object({
  pipeline: z.string().optional(),
  task: z.string().optional(),
  outcome: trialOutcomeSchema.optional(),
  error: z.string().optional(),
  text: z.string().optional(),
  sort: z.enum(['task', 'seconds', 'tokens']).optional(),
  order: z.literal('down').optional(),
  from: first.optional(),
});

const comparingSchema = z.object({
  a: z.string().optional(),
  b: z.string().optional(),
  tasks: z.enum(['different', 'all']).default('different'),
  from: first.default(0),
});

const pageSchema = z.object({ from: first.default(0) });

/** The trials that the query of an address asks for; an empty value chooses nothing. Throws a Refusal. */
export function readTrialList(params: URLSearchParams): TrialList {
  const { pipeline, task, outcome, error, text, sort, order, from } = read(listSchema, params);
  return {
    ...(pipeline !== undefined && { pipeline }),
    ...(task !== undefined && { taskId: task }),
    ...(outcome !== undefined && { outcome }),
    ...(error !== undefined && { error }),
    ...(text !== undefined && { text }),
    ...(sort !== undefined && { sort }),
    ...(order !== undefined && { isDescending: true }),
    ...(from !== undefined && { from }),
  };
}

/** What the query of an address compares; throws a Refusal. */
export function readComparing(params: URLSearchParams): Comparing {
  const { a, b, ...rest } = read(comparingSchema, params);
  return { a: readPipeline(a), b: readPipeline(b), ...rest };
}

/** From which row on a page lists; throws a Refusal. */
export function readFrom(params: URLSearchParams): number {
  return read(pageSchema, params).from;
}

function read<Value>(schema: z.ZodType<Value>, params: URLSearchParams): Value {
  const result = schema.safeParse(Object.fromEntries([...params].filter(([, value]) => value !== '')));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Refusal(`the address asks for ${issue?.path.join('.')} as it cannot be: ${issue?.message}`);
}

/** `RUN:PIPELINE`: an id of a run holds no colon. */
function readPipeline(text: string | undefined): PipelineOfRun | null {
  if (text === undefined) return null;
  const colon = text.indexOf(':');
  return { run: text.slice(0, Math.max(0, colon)), pipeline: text.slice(colon + 1) };
}

/** A pipeline of a run as addresses write it. */
export function pipelineValue({ run, pipeline }: PipelineOfRun): string {
  return `${run}:${pipeline}`;
}

/** The list of runs. */
export function runsAddress(from = 0): string {
  return `/${queryText({ from: from || undefined })}`;
}

/** A run with a list of its trials. */
export function runAddress(run: string, list: TrialList = {}): string {
  return `/runs/${encodeURIComponent(run)}${listText(list)}`;
}

/** The trace of a trial, by its place in the plan; the list is the one that was left for it. */
export function trialAddress(run: string, place: number, list: TrialList = {}): string {
  return `/runs/${encodeURIComponent(run)}/trials/${place}${listText(withoutFrom(list))}`;
}

/** Leads to the trace of the trial before or after in the list. */
export function stepAddress(run: string, place: number, list: TrialList, step: 'next' | 'previous'): string {
  return `/runs/${encodeURIComponent(run)}/trials/${place}/${step}${listText(withoutFrom(list))}`;
}

/** The events of a run, or of all that are running. */
export function eventsAddress(run: string | null): string {
  return run === null ? '/events' : `/runs/${encodeURIComponent(run)}/events`;
}

/** A comparison. */
export function compareAddress({ a, b, tasks, from }: Partial<Comparing>): string {
  return `/compare${queryText({
    a: a ? pipelineValue(a) : undefined,
    b: b ? pipelineValue(b) : undefined,
    tasks: tasks === 'all' ? tasks : undefined,
    from: from || undefined,
  })}`;
}

/** The same list from its beginning. */
export function withoutFrom({ from: _, ...list }: TrialList): TrialList {
  return list;
}

function listText({ pipeline, taskId, outcome, error, text, sort, isDescending, from }: TrialList): string {
  return queryText({
    ...{ pipeline, task: taskId, outcome, error, text },
    sort: sort === 'task' ? undefined : sort,
    order: isDescending ? 'down' : undefined,
    from: from || undefined,
  });
}

function queryText(values: Readonly<Record<string, string | number | undefined>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) params.set(name, `${value}`);
  const text = `${params}`;
  return text === '' ? '' : `?${text}`;
}
