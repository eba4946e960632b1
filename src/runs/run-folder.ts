import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../base/errors.ts';
import { parseJson, toJsonLines } from '../base/json-lines.ts';
import { readRecords } from '../base/read-file.ts';
import { chosenAttempt } from '../pipeline/trace.ts';
import { countTrials, type Plan, placesIn, planHash, planSchema } from './plan.ts';
import { outcomeOf, type Trial } from './trial.ts';

const PLAN_FILE = 'plan.json';
const planFile = z.object({ plan: z.string(), planned: z.unknown() });
const FILES = [PLAN_FILE, 'samples.jsonl', 'traces.jsonl', 'summary.json'] as const;
/** Where folders of runs are made that nobody named. */
const RUN_FOLDERS = join('.greenloop', 'runs');

/** The files of one run; every trial is on disk as soon as it has ended. */
export class RunFolder {
  readonly path: string;
  readonly #placeOf: ReturnType<typeof placesIn>;
  readonly #samples: SortableFile;
  readonly #traces: SortableFile;

  /** Makes the folder, or goes on in one of the same plan; refuses one that holds the files of another run. */
  constructor(path: string, plan: Plan) {
    this.path = path;
    this.#placeOf = placesIn(plan);
    const hash = planHash(plan);
    const isOwn = isUsed(path);
    if (isOwn && readPlanHash(path) !== hash) throw otherRun(path);
    try {
      mkdirSync(path, { recursive: true });
      // Written once: a kill while it is written anew would leave files of which nobody knows the run.
      if (!isOwn) writeFileSync(join(path, PLAN_FILE), `${JSON.stringify({ plan: hash, planned: plan })}\n`);
      rmSync(join(path, 'summary.json'), { force: true });
      this.#samples = new SortableFile(join(path, 'samples.jsonl'), countTrials(plan));
      this.#traces = new SortableFile(join(path, 'traces.jsonl'), countTrials(plan));
    } catch (cause) {
      throw new Refusal(`cannot write to ${path} (${(cause as NodeJS.ErrnoException).code}); choose another folder`, {
        cause,
        choice: 'run-folder',
      });
    }
  }

  /** Replaces what was written of the same trial. */
  add(trial: Trial): void {
    const { taskId, repeat } = trial.trace;
    const place = this.#placeOf(trial.pipeline, taskId, repeat);
    if (place === null) throw new TypeError(`${taskId} is no trial of this run`);
    this.#samples.add(place, toJsonLines(sampleRows([trial])));
    this.#traces.add(place, toJsonLines([traceRow(trial)]));
  }

  /** Puts the trials into the order of the plan, and adds the summary. */
  finish(summary: unknown): void {
    this.#samples.sort();
    this.#traces.sort();
    const file = join(this.path, 'summary.json');
    writeFileSync(`${file}.new`, `${JSON.stringify(summary, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  }
}

/** A new folder for the files of a run on a benchmark. */
export function newRunFolder(benchmark: string): string {
  const time = new Date().toISOString().replaceAll(/[:.]/g, '-').slice(0, 19);
  const name = `${time}-${benchmark.replaceAll(/[^\w+-]/g, '_').slice(-40)}-${process.pid}`;
  madeFolders += 1;
  return join(RUN_FOLDERS, madeFolders === 1 ? name : `${name}-${madeFolders}`);
}

/** Of this process, which may begin several within a second. */
let madeFolders = 0;

/** Removes the files of a run from the folders that were made for it (`newRunFolder`) below this one; the paths of the folders that it removed. */
export function removeRunFolders(plan: Plan, root = RUN_FOLDERS): string[] {
  const hash = planHash(plan);
  const folders = existsSync(root) ? readdirSync(root).map((name) => join(root, name)) : [];
  const own = folders.filter((folder) => isUsed(folder) && readPlanHash(folder) === hash);
  for (const folder of own) {
    for (const name of FILES) rmSync(join(folder, name), { force: true });
    // What somebody else put there stays.
    if (readdirSync(folder).length === 0) rmdirSync(folder);
  }
  return own;
}

/**
 * Refuses a folder that no run could go on in: it holds files, and not the plan that they are of. A fresh run refuses every folder that holds
 * files: it goes on with none.
 */
export function refuseUsedFolder(path: string, isFresh: boolean): void {
  if (!isUsed(path)) return;
  if (readPlanHash(path) === null) throw otherRun(path);
  if (isFresh) throw inUse(path, 'that a fresh run would replace');
}

/** Refuses a folder that holds files while the run cannot be stored: another process that runs the same plan may be writing them. */
export function refuseSharedFolder(path: string): void {
  if (isUsed(path)) throw inUse(path, 'that the ledger cannot continue');
}

function inUse(path: string, why: string): Refusal {
  return new Refusal(`${path} holds the files of a run ${why}; choose another folder`, { choice: 'run-folder' });
}

/** True where a folder holds the files of a run. */
function isUsed(path: string): boolean {
  return existsSync(join(path, 'samples.jsonl'));
}

/** The plan that a folder's files are of; null where it does not say, as those of version 0.1 do not. */
export function readPlan(path: string): Plan | null {
  return planSchema.safeParse(readPlanFile(path)?.planned).data ?? null;
}

/** Hash of that plan. */
function readPlanHash(path: string): string | null {
  return readPlanFile(path)?.plan ?? null;
}

function readPlanFile(path: string): z.infer<typeof planFile> | null {
  const file = join(path, PLAN_FILE);
  if (!existsSync(file)) return null;
  return planFile.safeParse(parseJson(readRecords(file), file)).data ?? null;
}

function otherRun(path: string): Refusal {
  return new Refusal(
    `${path} holds the files of another run; choose another folder, or repeat that run's plan to continue it`,
    { choice: 'run-folder' },
  );
}

/** A text file that grows part by part, and of which the parts can be put into order without holding them all. */
class SortableFile {
  readonly #path: string;
  /** Of the part of each place. */
  readonly #starts: Float64Array;
  readonly #lengths: Uint32Array;
  readonly #file: number;
  #length = 0;

  constructor(path: string, places: number) {
    this.#path = path;
    this.#starts = new Float64Array(places);
    this.#lengths = new Uint32Array(places);
    this.#file = openSync(path, 'w+');
  }

  /** A part of the same place takes that of an earlier one. */
  add(place: number, text: string): void {
    const bytes = Buffer.from(text);
    writeWhole(this.#file, bytes, this.#length);
    this.#starts[place] = this.#length;
    this.#lengths[place] = bytes.length;
    this.#length += bytes.length;
  }

  /** Puts the parts into the order of their places, and takes no more. */
  sort(): void {
    const sorted = openSync(`${this.#path}.new`, 'w');
    // One for all: memory of many is given back late.
    const buffer = Buffer.alloc(this.#lengths.reduce((most, length) => Math.max(most, length), 0));
    let written = 0;
    try {
      for (const [place, length] of this.#lengths.entries()) {
        const part = buffer.subarray(0, length);
        this.#read(this.#starts[place] ?? 0, part);
        writeWhole(sorted, part, written);
        written += length;
      }
    } finally {
      closeSync(sorted);
      closeSync(this.#file);
    }
    renameSync(`${this.#path}.new`, this.#path);
  }

  #read(from: number, part: Buffer): void {
    for (let done = 0; done < part.length; ) {
      const read = readSync(this.#file, part, done, part.length - done, from + done);
      if (read === 0) throw new Error(`${this.#path} was cut off by something else`);
      done += read;
    }
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
