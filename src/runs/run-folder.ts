import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../base/errors.ts';
import { parseJson, toJsonLines } from '../base/json-lines.ts';
import { readText } from '../base/read-file.ts';
import { chosenAttempt } from '../pipeline/trace.ts';
import { keyOfTrial, outcomeOf, type Trial } from './trial.ts';

const PLAN_FILE = 'plan.json';

/** The files of one run; every trial is on disk as soon as it has ended. */
export class RunFolder {
  readonly path: string;
  readonly #samples: SortableFile;
  readonly #traces: SortableFile;

  /** Makes the folder, or goes on in one of the same plan; refuses one that holds the files of another run. */
  constructor(path: string, planHash: string) {
    this.path = path;
    const isOwn = isUsed(path);
    if (isOwn && readPlanHash(path) !== planHash) throw otherRun(path);
    try {
      mkdirSync(path, { recursive: true });
      // Written once: a kill while it is written anew would leave files of which nobody knows the run.
      if (!isOwn) writeFileSync(join(path, PLAN_FILE), `${JSON.stringify({ plan: planHash })}\n`);
      rmSync(join(path, 'summary.json'), { force: true });
      this.#samples = new SortableFile(join(path, 'samples.jsonl'));
      this.#traces = new SortableFile(join(path, 'traces.jsonl'));
    } catch (cause) {
      throw new Refusal(`cannot write into ${path} (${(cause as NodeJS.ErrnoException).code}); choose another folder`, {
        cause,
        choice: 'run-folder',
      });
    }
  }

  add(trial: Trial): void {
    const key = keyOfTrial(trial);
    this.#samples.add(key, toJsonLines(sampleRows([trial])));
    this.#traces.add(key, toJsonLines([traceRow(trial)]));
  }

  /** Puts the trials of these keys (see `trialKey`) into this order, leaves the others out, and adds the summary. */
  finish(keys: readonly string[], summary: unknown): void {
    this.#samples.sort(keys);
    this.#traces.sort(keys);
    const file = join(this.path, 'summary.json');
    writeFileSync(`${file}.new`, `${JSON.stringify(summary, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  }
}

/** Refuses a folder that no run could go on in: it holds files, and not the plan that they are of. */
export function refuseForeignFolder(path: string): void {
  if (isUsed(path) && readPlanHash(path) === null) throw otherRun(path);
}

/** True where a folder holds the files of a run. */
export function isUsed(path: string): boolean {
  return existsSync(join(path, 'samples.jsonl'));
}

/** The plan that a folder's files are of; null where it does not say. */
function readPlanHash(path: string): string | null {
  const file = join(path, PLAN_FILE);
  if (!existsSync(file)) return null;
  const read = z.object({ plan: z.string() }).safeParse(parseJson(readText(file), file));
  return read.success ? read.data.plan : null;
}

function otherRun(path: string): Refusal {
  return new Refusal(
    `${path} holds the files of another run; choose another folder, or repeat that run's plan to go on with it`,
    { choice: 'run-folder' },
  );
}

/** A text file that grows part by part, and of which the parts can be put into another order without holding them all. */
class SortableFile {
  readonly #path: string;
  readonly #parts = new Map<string, { readonly from: number; readonly length: number }>();
  readonly #file: number;
  #length = 0;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, 'w+');
  }

  /** A part of the same key takes the place of an earlier one. */
  add(key: string, text: string): void {
    const bytes = Buffer.from(text);
    writeWhole(this.#file, bytes, this.#length);
    this.#parts.set(key, { from: this.#length, length: bytes.length });
    this.#length += bytes.length;
  }

  /** Leaves the parts of these keys in this order, and takes no more. */
  sort(keys: readonly string[]): void {
    const sorted = openSync(`${this.#path}.new`, 'w');
    let length = 0;
    try {
      for (const key of keys) {
        const part = this.#parts.get(key);
        if (part === undefined) continue;
        writeWhole(sorted, this.#read(part), length);
        length += part.length;
      }
    } finally {
      closeSync(sorted);
      closeSync(this.#file);
    }
    renameSync(`${this.#path}.new`, this.#path);
  }

  #read({ from, length }: { readonly from: number; readonly length: number }): Buffer {
    const bytes = Buffer.alloc(length);
    for (let done = 0; done < length; ) {
      const read = readSync(this.#file, bytes, done, length - done, from + done);
      if (read === 0) throw new Error(`${this.#path} was cut off by something else`);
      done += read;
    }
    return bytes;
  }
}

function writeWhole(file: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, at + done);
}

/** One row a trial: the final program and the model's answer; a trial that broke before any answer has none. */
export function sampleRows(trials: readonly Trial[]) {
  return trials.flatMap((trial) => {
    const chosen = chosenAttempt(trial.trace.attempts);
    if (chosen === null) return [];
    const { taskId: task_id, repeat } = trial.trace;
    return [{ task_id, solution: chosen.code, raw: chosen.answer, pipeline: trial.pipeline, repeat }];
  });
}

function traceRow(trial: Trial) {
  return {
    pipeline: trial.pipeline,
    outcome: outcomeOf(trial),
    ...trial.trace,
    grades: trial.grades,
    repairEffects: trial.repairEffects,
  };
}
