import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { Refusal } from '../base/errors.ts';
import { issueText } from '../base/issue-text.ts';
import { parseJson, readJsonLines } from '../base/json-lines.ts';
import { readText } from '../base/read-file.ts';
import { parseKeptPipeline } from '../pipeline/pipeline-spec.ts';
import { searchSettings } from './checkpoint.ts';
import { reportFile } from './finding-files.ts';
import type { Findings } from './findings.ts';
import { historyFile } from './search-history.ts';
import type { Standing } from './strategy.ts';

/** A search that has ended, as its folder holds it. */
export interface EndedSearch {
  readonly findings: Findings;
  /** How each strategy stood after each of its batches, in the order of `findings.found`. */
  readonly histories: readonly (readonly Standing[])[];
  /** What decided the search, by name: seed, feedback, hashes of its pool and models. */
  readonly settings: Readonly<Record<string, string | number>>;
}

const count = z.int().min(0);
const role = z.object({
  model: z.string(),
  prompt: z.union([z.string(), z.object({ text: z.string() })]),
  temperature: z.number(),
});
const genome = z.looseObject({
  generator: role,
  drafts: z.object({ count, temperature: z.number() }).nullable(),
  stages: z.array(z.looseObject({ iterations: count, analyzer: role.nullable(), refiner: role })),
  policies: z.record(z.string(), z.unknown()),
});
const estimate = z.object({ genome, solved: z.number(), low: z.number(), high: z.number(), trials: count });
const standing = z.object({
  generation: z.number(),
  spent: z.number(),
  species: count,
  best: estimate.omit({ low: true, high: true }).nullable(),
});
const interval = z.object({ mean: z.number(), low: z.number(), high: z.number() });
const measured = z.looseObject({
  name: z.string(),
  passShare: z.number().nullable(),
  passRate: interval.nullable(),
  attempts: count,
  tokens: z.object({ prompt: z.number(), completion: z.number() }),
  seconds: z.number(),
});
const compared = z.looseObject({
  pipeline: z.string(),
  baseline: z.string(),
  pairs: count,
  leftOut: count,
  difference: interval.nullable(),
  correctedP: z.number(),
  p: z.number(),
  verdict: z.enum(['better', 'worse', 'no difference shown']),
});
const places = z.array(count);
const ids = z.array(z.string());
const findingsSchema = z.object({
  benchmark: z.object({ name: z.string(), sha256: z.string() }),
  budget: z.object({ amount: z.number(), unit: z.enum(['calls', 'hours']) }),
  split: z.object({ search: places, selection: places, heldOut: places }),
  taskIds: z.object({ search: ids, selection: ids, heldOut: ids }),
  found: z
    .array(
      z.looseObject({
        strategy: z.string(),
        genome,
        champion: estimate,
        again: z.object({ solved: z.number(), low: z.number(), high: z.number() }).nullable(),
        spent: z.number(),
        trials: count,
        tokens: z.number(),
        front: z.array(
          z.looseObject({ genome, solved: z.number(), tokens: z.number(), seconds: z.number(), trials: count }),
        ),
      }),
    )
    .min(1),
  specs: z.array(z.unknown()),
  heldOut: z
    .object({ tasks: count, repeats: count, pipelines: z.array(measured), comparisons: z.array(compared) })
    .nullable(),
});

/** Whether a folder holds what a search found. */
export function holdsSearch(folder: string): boolean {
  return existsSync(reportFile(folder)) && existsSync(historyFile(folder));
}

/** Reads the folder of a search that has ended; refuses what another version of greenloop wrote. */
export function readSearch(folder: string): EndedSearch {
  const findings = readFindings(reportFile(folder));
  const others = findings.found.slice(1).map(({ strategy }) => join(folder, strategy));
  const folders = [folder, ...others];
  return { findings, histories: folders.map(readHistory), settings: searchSettings(folder) };
}

function readFindings(file: string): Findings {
  const read = findingsSchema.safeParse(parseJson(readText(file), file));
  if (!read.success) throw new Refusal(`${file} is no report of a search (${issueText(read.error)})`);
  const { specs, found, ...others } = read.data;
  const parsed = specs.map((spec) => parseKeptPipeline(spec, file));
  // The strategies of another version stay what they were called.
  return { ...others, plain: [], found: found.map(withOneGenome), specs: parsed } as unknown as Findings;
}

/** Where nothing was preferred to the champion, both genomes are one object again, as the search has them. */
function withOneGenome(finding: z.infer<typeof findingsSchema>['found'][number]) {
  const { genome: own, champion } = finding;
  return isDeepStrictEqual(own, champion.genome) ? { ...finding, champion: { ...champion, genome: own } } : finding;
}

/** Of a strategy that left none, nothing is known. */
function readHistory(folder: string): Standing[] {
  const file = historyFile(folder);
  if (!existsSync(file)) return [];
  return readJsonLines(file).map((row, index) => {
    const read = standing.safeParse(row);
    if (read.success) return read.data as unknown as Standing;
    throw new Refusal(`${file}, row ${index + 1} is no step of a search (${issueText(read.error)})`);
  });
}
