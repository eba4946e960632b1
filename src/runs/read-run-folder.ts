import { statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../base/errors.ts';
import { issueText } from '../base/issue-text.ts';
import { parseJson, readJsonLines } from '../base/json-lines.ts';
import { readRecords } from '../base/read-file.ts';
import { parseKeptPipeline } from '../pipeline/pipeline-spec.ts';
import { looksSchema } from './looks.ts';
import type { RunFacts } from './run-facts.ts';
import { keyOfTrial, type Trial, trialSchema } from './trial.ts';
import { factsOf } from './trial-facts.ts';

const count = z.int().min(0);

const summarySchema = z.object({
  benchmark: z.object({ name: z.string(), tasks: count, sha256: z.string(), hiddenTests: count.nullable() }),
  repeats: count,
  seed: count,
  complete: z.boolean(),
  looks: looksSchema.optional(),
  pipelines: z.array(z.object({ name: z.string(), spec: z.unknown(), trials: count })),
});

/** A row of traces.jsonl: a Trial with its trace laid open, and its outcome for people. */
const traceRow = z.looseObject({
  outcome: z.unknown(),
  pipeline: z.unknown(),
  grades: z.unknown(),
  repairEffects: z.unknown(),
});

/** Reads the files that a RunFolder wrote; refuses a folder that is none of its, or whose files are broken or of two runs. */
export function readRunFolder(path: string): RunFacts {
  const { pipelines, ...summary } = readSummary(path);
  const file = join(path, 'traces.jsonl');
  const trials = readJsonLines(file).map((row, index) => trialOf(row, `${file}, row ${index + 1}`));
  refuseDoubles(trials, file);
  const byPipeline = Map.groupBy(trials, ({ pipeline }) => pipeline);
  for (const { name, trials: expected } of pipelines) {
    const found = byPipeline.get(name)?.length ?? 0;
    if (found !== expected)
      throw foreignTrials(file, `${found} trials of ${JSON.stringify(name)}, expected ${expected}`);
  }
  const names = new Set(pipelines.map(({ name }) => name));
  const stranger = [...byPipeline.keys()].find((name) => !names.has(name));
  if (stranger !== undefined) throw foreignTrials(file, `trials of ${JSON.stringify(stranger)}`);
  return {
    specs: pipelines.map(({ spec }) => parseKeptPipeline(spec, join(path, 'summary.json'))),
    trials: trials.map(factsOf),
    summary,
  };
}

function readSummary(path: string): z.output<typeof summarySchema> {
  const file = join(path, 'summary.json');
  const hint = 'give the folder of a finished run';
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new Refusal(`${path} is not a folder; ${hint}`, { choice: 'written-run' });
  if (statSync(file, { throwIfNoEntry: false }) === undefined)
    throw new Refusal(`${path} has no summary.json; ${hint}`, { choice: 'written-run' });
  const parsed = summarySchema.safeParse(parseJson(readRecords(file), file));
  if (!parsed.success)
    throw new Refusal(`${file} is not a summary of a run (${issueText(parsed.error)}); ${hint}`, {
      choice: 'written-run',
    });
  return parsed.data;
}

function trialOf(row: unknown, place: string): Trial {
  const { outcome: _, pipeline, grades, repairEffects, ...trace } = traceRow.catch({} as never).parse(row);
  const parsed = trialSchema.safeParse({ pipeline, trace, grades, repairEffects });
  if (!parsed.success)
    throw new Refusal(`${place} is not a trial of a run (${issueText(parsed.error).replace(/^trace\./, '')})`);
  if (parsed.data.grades.length > parsed.data.trace.attempts.length)
    throw new Refusal(`${place} is not a trial of a run (more grades than attempts)`);
  return parsed.data;
}

function refuseDoubles(trials: readonly Trial[], file: string): void {
  const seen = new Set<string>();
  for (const trial of trials) {
    const key = keyOfTrial(trial);
    if (seen.has(key)) throw new Refusal(`${file} holds a trial twice: pipeline, task and repeat ${key}`);
    seen.add(key);
  }
}

function foreignTrials(file: string, found: string): Refusal {
  return new Refusal(`${file} does not belong to the summary.json beside it: it has ${found}`);
}
