import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../base/errors.ts';
import { parseJson } from '../base/json-lines.ts';
import { readText } from '../base/read-file.ts';
import type { SearchState } from './search.ts';

/** All that a search goes on from. */
export interface Checkpoint {
  /** Of everything that decides what the search does, by name. */
  readonly plan: Readonly<Record<string, string | number>>;
  readonly state: SearchState;
  /** Keys of the calls that were paid for. */
  readonly paid: readonly string[];
  /** Bytes of history.jsonl that belong to it; what stands behind them came of a batch that was lost. */
  readonly history: number;
}

const FILE = 'search.json';
const FORMAT = 4;

const checkpointSchema = z.strictObject({
  format: z.literal(FORMAT),
  plan: z.record(z.string(), z.union([z.string(), z.number()])),
  state: z.strictObject({ strategy: z.unknown(), records: z.record(z.string(), z.looseObject({})) }),
  paid: z.array(z.string()),
  history: z.int().min(0),
});

/** Whether a folder holds a search. */
export function hasCheckpoint(folder: string): boolean {
  return statSync(join(folder, FILE), { throwIfNoEntry: false })?.isFile() === true;
}

/** What decided the search in a folder, by name; nothing where the folder does not say. */
export function searchSettings(folder: string): Checkpoint['plan'] {
  const file = join(folder, FILE);
  if (!hasCheckpoint(folder)) return {};
  return (
    checkpointSchema
      .pick({ plan: true })
      .loose()
      .safeParse(parseJson(readText(file), file)).data?.plan ?? {}
  );
}

/** A search never goes on in the folder of another one unless it `resumes` that; refuses one that it cannot begin or resume in. */
export function refuseOtherSearch(folder: string, resumes: boolean): void {
  if (resumes && !hasCheckpoint(folder))
    throw new Refusal(`${folder} has no search to continue; start one there`, { choice: 'search-new' });
  if (!resumes && hasCheckpoint(folder))
    throw new Refusal(`${folder} already has a search; continue it, or choose another folder`, {
      choice: 'search-begun',
    });
}

/** Replaces the checkpoint of a folder, whole or not at all. */
export function saveCheckpoint(folder: string, checkpoint: Checkpoint): void {
  const path = join(folder, FILE);
  writeFileSync(`${path}.new`, JSON.stringify({ format: FORMAT, ...checkpoint }));
  renameSync(`${path}.new`, path);
}

/** Reads a checkpoint of the same plan; refuses another one's, naming what differs, and what is none. */
export function readCheckpoint(folder: string, plan: Checkpoint['plan']): Checkpoint {
  const checkpoint = parseCheckpoint(folder);
  const names = new Set([...Object.keys(plan), ...Object.keys(checkpoint.plan)]);
  const other = [...names].filter((name) => plan[name] !== checkpoint.plan[name]);
  if (other.length === 0) return checkpoint;
  throw new Refusal(`the search in ${folder} has a different ${other.join(', ')}; choose another folder`, {
    choice: 'run-folder',
  });
}

function parseCheckpoint(folder: string): Checkpoint {
  try {
    const { format: _, ...checkpoint } = checkpointSchema.parse(JSON.parse(readFileSync(join(folder, FILE), 'utf8')));
    return checkpoint as unknown as Checkpoint;
  } catch (cause) {
    throw new Refusal(`${join(folder, FILE)} is not a search that this version can continue; start a new one`, {
      cause,
    });
  }
}
