import { z } from 'zod';
import { ModelFault, Refusal } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import { parseJsonLines } from '../../base/json-lines.ts';
import { limitAnswer } from '../../base/limit-text.ts';
import { quote } from '../../base/printable.ts';
import { readRecords } from '../../base/read-file.ts';
import type { Completion, CompletionRequest, Model, Recording } from '../model.ts';
import { tokenCount } from '../usage.ts';

const rowSchema = z.object({
  task_id: z.union([z.string(), z.number().transform(String)]),
  raw: z.string().nullish(),
  completion: z.string().nullish(),
  solution: z.string().nullish(),
  draw: z.number().nullish().catch(null),
  finish_reason: z.string().nullish().catch(null),
  usage: z.object({ prompt_tokens: tokenCount, completion_tokens: tokenCount }).nullish().catch(null),
});

type Row = z.infer<typeof rowSchema>;

/**
 * Answers from a file of JSON lines, plain or .gz: each row one draw of its task; every draft of a trial is a draw of its own. They are never
 * cut, as their tokens were drawn.
 */
export class RecordedModel implements Model {
  readonly name: string;
  readonly #path: string;
  #draws: ReadonlyMap<string, readonly Completion[]> | null = null;
  #recording: Recording | null = null;

  constructor(path: string) {
    this.name = `recorded/${path}`;
    this.#path = path;
  }

  get recording(): Recording {
    this.#recording ??= { draws: new Map([...this.#load()].map(([taskId, draws]) => [taskId, draws.length])) };
    return this.#recording;
  }

  /** Reads the file; throws a Refusal that names the line where a row is no answer. */
  async prepare(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#load();
  }

  /** What the file holds is all that answers depend on. */
  async identity(): Promise<string> {
    return `recorded ${sha256(readRecords(this.#path))}`;
  }

  async complete({ draw, onText }: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    signal?.throwIfAborted();
    const draws = this.#load().get(draw.taskId);
    if (draws === undefined) throw new ModelFault('refused', `${this.#path} has no answer for ${draw.taskId}`);
    const completion = draws[draw.repeat * draw.places + draw.place];
    if (completion === undefined) {
      const which = `draft ${draw.place + 1} of repeat ${draw.repeat}`;
      const message = `${this.#path} has ${draws.length} answers for ${draw.taskId}, none for ${which}`;
      throw new ModelFault('refused', message);
    }
    onText?.(completion.text);
    return completion;
  }

  #load(): ReadonlyMap<string, readonly Completion[]> {
    this.#draws ??= readDraws(this.#path);
    return this.#draws;
  }
}

function readDraws(path: string): Map<string, Completion[]> {
  const text = readRecords(path);
  const rows = parseJsonLines(text, path).map((value, index) => parseRow(value, () => placeOf(text, index, path)));
  const draws = Map.groupBy(inOrder(rows), (row) => row.task_id);
  return new Map([...draws].map(([taskId, ofTask]) => [taskId, ofTask.map(toCompletion)]));
}

/** By number of draw where all rows have one, else as they stand. */
function inOrder(rows: readonly Row[]): readonly Row[] {
  return rows.every((row) => row.draw != null) ? rows.toSorted((a, b) => (a.draw ?? 0) - (b.draw ?? 0)) : rows;
}

function parseRow(value: unknown, place: () => string): Row {
  const row = rowSchema.safeParse(value);
  if (row.success && textOf(row.data) !== undefined) return row.data;
  throw new Refusal(`${place()}: expected task_id and one of raw, completion or solution, got ${describe(value)}`, {
    cause: row.error,
  });
}

function textOf({ raw, completion, solution }: Row): string | undefined {
  return raw ?? completion ?? solution ?? undefined;
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return `the ${typeof value} ${quote(String(value))}`;
  return `the fields ${Object.keys(value).join(', ').slice(0, 200) || '(none)'}`;
}

/** The file and line of the row with this index, blank lines counted. */
function placeOf(text: string, index: number, path: string): string {
  const numbers = text.split('\n').flatMap((line, number) => (line.trim() === '' ? [] : [number + 1]));
  return `${path}, line ${numbers[index]}`;
}

function toCompletion(row: Row): Completion {
  const reason = row.finish_reason;
  return {
    text: limitAnswer(textOf(row) ?? ''),
    finishReason: reason === 'stop' || reason === 'length' ? reason : 'other',
    usage:
      row.usage == null
        ? null
        : { promptTokens: row.usage.prompt_tokens, completionTokens: row.usage.completion_tokens },
    seconds: 0,
    timings: null,
  };
}
