import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Refusal } from '../../src/base/errors.ts';
import { canonicalJson } from '../../src/base/hash.ts';
import { readJsonLines, toJsonLines } from '../../src/base/json-lines.ts';
import { type Draws, type Part, partName } from './parts.ts';
import type { TrialRow } from './trial-row.ts';

/** All that decides the draws of a measurement; a folder holds one. */
export interface Plan extends Draws {
  readonly benchmark: { readonly name: string; readonly sha256: string; readonly tasks: readonly string[] };
  /** SHA-256 of each model's file, in the order of the models. */
  readonly files: readonly string[];
  /** How many processes share the tasks. */
  readonly jobs: number;
}

/** The files of a measurement: its plan, and the trials of each part and process as soon as they have ended. */
export class MeasurementFolder {
  readonly path: string;
  readonly plan: Plan;

  private constructor(path: string, plan: Plan) {
    this.path = path;
    this.plan = plan;
  }

  /** Begins a measurement, or goes on with it; refuses a folder that holds another one. */
  static begin(path: string, plan: Plan): MeasurementFolder {
    const file = join(path, 'plan.json');
    if (existsSync(file) && canonicalJson(JSON.parse(readFileSync(file, 'utf8'))) !== canonicalJson(plan)) {
      throw new Refusal(
        `${path} holds a measurement of other models, tasks or options; choose another folder with --out`,
      );
    }
    writeWhole(file, `${JSON.stringify(plan, null, 2)}\n`);
    return new MeasurementFolder(path, plan);
  }

  /** Opens a measurement that was begun. */
  static open(path: string): MeasurementFolder {
    const file = join(path, 'plan.json');
    if (!existsSync(file)) throw new Refusal(`${file} does not exist; name the folder of a measurement`);
    return new MeasurementFolder(path, JSON.parse(readFileSync(file, 'utf8')) as Plan);
  }

  /** Whether one process's share of a part is there. */
  hasShare(part: Pick<Part, 'setting' | 'generator' | 'refiner'>, job: number): boolean {
    return existsSync(this.#file(part, job));
  }

  /** Whether all of a part is there. */
  has(part: Pick<Part, 'setting' | 'generator' | 'refiner'>): boolean {
    return this.#jobs.every((job) => this.hasShare(part, job));
  }

  saveShare(part: Part, job: number, rows: readonly TrialRow[]): void {
    writeWhole(this.#file(part, job), toJsonLines(rows));
  }

  /** The trials of a part, in the order of the tasks. */
  read(part: Pick<Part, 'setting' | 'generator' | 'refiner'>): TrialRow[] {
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

  #file(part: Pick<Part, 'setting' | 'generator' | 'refiner'>, job: number): string {
    return join(this.path, 'trials', `${partName(part)}.${job}.jsonl`);
  }
}

/** What stands at the path is a whole file at any moment. */
function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
