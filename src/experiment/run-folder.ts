import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../base/errors.ts';
import { toJsonLines } from '../base/json-lines.ts';
import type { Summary } from './summary.ts';
import { outcomeOf, type Trial } from './trial.ts';

/** The files of one run; every trial is on disk as soon as it has ended. */
export class RunFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    try {
      mkdirSync(path, { recursive: true });
      for (const name of ['samples.jsonl', 'traces.jsonl']) writeFileSync(join(path, name), '');
      rmSync(join(path, 'summary.json'), { force: true });
    } catch (cause) {
      throw new Refusal(
        `cannot write into ${path} (${(cause as NodeJS.ErrnoException).code}); choose another folder with --out`,
        { cause },
      );
    }
  }

  add(trial: Trial): void {
    appendFileSync(join(this.path, 'samples.jsonl'), toJsonLines(sampleRows([trial])));
    appendFileSync(join(this.path, 'traces.jsonl'), toJsonLines([traceRow(trial)]));
  }

  /** Puts both files into the given order and adds the summary. */
  finish(trials: readonly Trial[], summary: Summary): void {
    this.#replace('samples.jsonl', toJsonLines(sampleRows(trials)));
    this.#replace('traces.jsonl', toJsonLines(trials.map(traceRow)));
    this.#replace('summary.json', `${JSON.stringify(summary, null, 2)}\n`);
  }

  #replace(name: string, text: string): void {
    const path = join(this.path, name);
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  }
}

/** One row a trial: the final program and the model's answer; a trial that broke before any answer has none. */
export function sampleRows(trials: readonly Trial[]) {
  return trials.flatMap((trial) => {
    const last = trial.trace.attempts.at(-1);
    if (last === undefined) return [];
    const { taskId: task_id, repeat } = trial.trace;
    return [{ task_id, solution: last.code, raw: last.answer, pipeline: trial.pipeline, repeat }];
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
