import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Refusal } from '../../src/base/errors.ts';
import { hashOf } from '../../src/base/hash.ts';
import { readJsonLines, toJsonLines } from '../../src/base/json-lines.ts';
import { pipelineHash } from '../../src/pipeline/pipeline-spec.ts';
import { type Draws, type Part, partName } from './parts.ts';
import type { TrialRow } from './trial-row.ts';

/** All that decides the draws of a measurement. */
export interface Plan extends Draws {
  readonly benchmark: { readonly name: string; readonly sha256: string; readonly tasks: readonly string[] };
  /** SHA-256 of each model's file, in the order of the models. */
  readonly files: readonly string[];
  /** How many processes share the tasks. */
  readonly jobs: number;
}

/**
 * The files of measurements: the plan of the last one, and the trials of each part and process as soon as they have ended. A part's
 * file is named by a hash of all that decides its draws, so that a measurement with one model more runs the new pairs alone.
 */
export class MeasurementFolder {
  readonly path: string;
  readonly plan: Plan;

  private constructor(path: string, plan: Plan) {
    this.path = path;
    this.plan = plan;
  }

  /** Begins a measurement, or goes on with it. */
  static begin(path: string, plan: Plan): MeasurementFolder {
    writeWhole(join(path, 'plan.json'), `${JSON.stringify(plan, null, 2)}\n`);
    return new MeasurementFolder(path, plan);
  }

  /** Opens a measurement that was begun. */
  static open(path: string): MeasurementFolder {
    const file = join(path, 'plan.json');
    if (!existsSync(file)) throw new Refusal(`${file} does not exist; name the folder of a measurement`);
    return new MeasurementFolder(path, JSON.parse(readFileSync(file, 'utf8')) as Plan);
  }

  /** Whether one process's share of a part is there. */
  hasShare(part: Part, job: number): boolean {
    return existsSync(this.#file(part, job));
  }

  /** Whether all of a part is there. */
  has(part: Part): boolean {
    return this.#jobs.every((job) => this.hasShare(part, job));
  }

  saveShare(part: Part, job: number, rows: readonly TrialRow[]): void {
    writeWhole(this.#file(part, job), toJsonLines(rows));
  }

  /** The trials of a part, in the order of the tasks. */
  read(part: Part): TrialRow[] {
    const rows = this.#jobs.flatMap((job) => readJsonLines(this.#file(part, job)) as TrialRow[]);
    const order = new Map(this.plan.benchmark.tasks.map((task, index) => [task, index]));
    return rows.sort((a, b) => (order.get(a.task) ?? 0) - (order.get(b.task) ?? 0) || a.repeat - b.repeat);
  }

  write(name: string, text: string): void {
    writeWhole(join(this.path, name), text);
  }

  get #jobs(): number[] {
    return Array.from({ length: this.plan.jobs }, (_, job) => job);
  }

  #file(part: Part, job: number): string {
    return join(this.path, 'trials', `${partName(part)}.${this.#hash(part).slice(0, 12)}.${job}.jsonl`);
  }

  #hash({ spec, wording, seed, repeats, generator, refiner }: Part): string {
    const { benchmark, models, files, jobs } = this.plan;
    const weights = [generator, refiner].map((model) => files[models.indexOf(model)]);
    return hashOf([pipelineHash(spec), wording, seed, repeats, benchmark, weights, jobs]);
  }
}

/** What stands at the path is a whole file at any moment. */
function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
