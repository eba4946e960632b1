import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../base/errors.ts';
import { hashOf } from '../base/hash.ts';
import { parseJsonLines } from '../base/json-lines.ts';
import { type DataPlaces, readDataFile } from './data-folder.ts';
import type { DataFile } from './download.ts';
import { readEvalPlusTask } from './evalplus.ts';
import { readHumanEvalTask } from './humaneval.ts';
import { readMbppTask } from './mbpp.ts';
import { nearestName } from './nearest-name.ts';
import type { Benchmark, Task } from './task.ts';
import { readTaskFile } from './task-file.ts';

/** Raise this whenever the loaders change what a prompt or a verdict can be: it is part of every benchmark's hash. */
const LOADER_VERSION = 1;

/** Where benchmarks are read from: data files, and the folder of the tasks that ship with greenloop. */
export interface BenchmarkPlaces extends DataPlaces {
  readonly starterFolder: string;
}

interface CatalogEntry {
  readonly file: DataFile;
  readonly read: (text: string, path: string) => Task[];
}

/** The benchmarks that ship with greenloop: task files of the starter. */
const BUNDLED: Readonly<Record<string, string>> = { starter: 'tasks.jsonl', 'starter-mini': 'tasks-mini.jsonl' };

const EVALPLUS = 'https://github.com/evalplus';

const CATALOG: Readonly<Record<string, CatalogEntry>> = {
  humaneval: {
    file: {
      path: 'humaneval/HumanEval.jsonl.gz',
      sha256: 'b796127e635a67f93fb35c04f4cb03cf06f38c8072ee7cee8833d7bee06979ef',
      url: 'https://raw.githubusercontent.com/openai/human-eval/6d43fb980f9fee3c892a914eda09951f772ad10d/data/HumanEval.jsonl.gz',
    },
    read: (text, path) => readRows(parseJsonLines(text, path), path, readHumanEvalTask),
  },
  mbpp: {
    file: {
      path: 'mbpp/sanitized-mbpp.json',
      sha256: 'ca95deaa9a01ef0a6f439f88bcf0dd3db3563d22f22aad6cae04ebb9a8d8c8e9',
      url: 'https://raw.githubusercontent.com/google-research/google-research/master/mbpp/sanitized-mbpp.json',
    },
    read: (text, path) => readRows(JSON.parse(text) as unknown[], path, readMbppTask),
  },
  'humaneval+': {
    file: {
      path: 'humanevalplus/HumanEvalPlus-v0.1.10.jsonl.gz',
      sha256: '272720b90ac375502c8ed23cd791c2a93dfb22a911641a494da74a426c09f101',
      url: `${EVALPLUS}/humanevalplus_release/releases/download/v0.1.10/HumanEvalPlus.jsonl.gz`,
    },
    read: readEvalPlusFile,
  },
  'mbpp+': {
    file: {
      path: 'mbppplus/MbppPlus-v0.2.0.jsonl.gz',
      sha256: 'af43697e8791c4c149bdfd6b489d8b5412507551ac20e28a439f650b8225db63',
      url: `${EVALPLUS}/mbppplus_release/releases/download/v0.2.0/MbppPlus.jsonl.gz`,
    },
    read: readEvalPlusFile,
  },
};

/** The names of the benchmarks that can be loaded without a file of one's own. */
export const BENCHMARK_NAMES: readonly string[] = [...Object.keys(CATALOG), ...Object.keys(BUNDLED)];

/** The data files of the named benchmarks, with their hashes and where they come from. */
export function benchmarkFiles(): readonly (DataFile & { readonly benchmark: string })[] {
  return Object.entries(CATALOG).map(([benchmark, { file }]) => ({ benchmark, ...file }));
}

/** A benchmark by its name, or a task file of one's own by its path; refuses what is neither. */
export async function loadBenchmark(nameOrFile: string, places: BenchmarkPlaces): Promise<Benchmark> {
  const bundled = Object.hasOwn(BUNDLED, nameOrFile) ? BUNDLED[nameOrFile] : undefined;
  if (bundled !== undefined) return loadTaskFile(nameOrFile, join(places.starterFolder, bundled));
  const entry = Object.hasOwn(CATALOG, nameOrFile) ? CATALOG[nameOrFile] : undefined;
  if (entry === undefined) return loadOwnFile(nameOrFile);
  const tasks = entry.read(await readDataFile(entry.file, places), entry.file.path);
  return { name: nameOrFile, sha256: hashOf([LOADER_VERSION, entry.file.sha256]), tasks };
}

function loadOwnFile(path: string): Benchmark {
  if (!existsSync(path)) throw new Refusal(unknownBenchmark(path));
  return loadTaskFile(path, path);
}

function loadTaskFile(name: string, path: string): Benchmark {
  const { tasks, sha256 } = readTaskFile(path);
  return { name, sha256: hashOf([LOADER_VERSION, sha256]), tasks };
}

function unknownBenchmark(name: string): string {
  const near = nearestName(name, BENCHMARK_NAMES);
  const hint = near === null ? '' : ` (did you mean ${near}?)`;
  return `${JSON.stringify(name)} is no benchmark and no file${hint}; expected ${BENCHMARK_NAMES.join(', ')} or the path of a task file`;
}

function readEvalPlusFile(text: string, path: string): Task[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return readRows(lines, path, readEvalPlusTask);
}

function readRows<Row>(rows: readonly Row[], path: string, read: (row: Row, place: string) => Task): Task[] {
  return rows.map((row, index) => read(row, `${path}, row ${index + 1}`));
}
