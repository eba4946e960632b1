import { existsSync } from 'node:fs';
import { Refusal } from '../base/errors.ts';
import { hashOf } from '../base/hash.ts';
import type { BenchmarkSource, LoadedTasks } from './benchmark-source.ts';
import { humanevalPlus, mbppPlus } from './benchmarks/evalplus/benchmark.ts';
import { humaneval } from './benchmarks/humaneval/benchmark.ts';
import { mbpp } from './benchmarks/mbpp/benchmark.ts';
import { readTaskFile } from './benchmarks/own-file/task-file.ts';
import { starter, starterMini } from './benchmarks/starter/benchmark.ts';
import type { DataPlaces } from './data-folder.ts';
import type { DataFile } from './download.ts';
import { nearestName } from './nearest-name.ts';
import type { Benchmark } from './task.ts';

/** Raise this whenever the loaders change what a prompt or a verdict can be: it is part of every benchmark's hash. */
const LOADER_VERSION = 1;

const SOURCES: readonly BenchmarkSource[] = [humaneval, mbpp, humanevalPlus, mbppPlus, starter, starterMini];

/** The names of the benchmarks that can be loaded without a file of one's own. */
export const BENCHMARK_NAMES: readonly string[] = SOURCES.map(({ name }) => name);

/** The data files of the named benchmarks, with their hashes and where they come from. */
export function benchmarkFiles(): readonly (DataFile & { readonly benchmark: string })[] {
  return SOURCES.flatMap(({ name: benchmark, file }) => (file === undefined ? [] : [{ benchmark, ...file }]));
}

/** A benchmark by its name, or a task file of one's own by its path; refuses what is neither. */
export async function loadBenchmark(nameOrFile: string, places: DataPlaces): Promise<Benchmark> {
  const source = SOURCES.find(({ name }) => name === nameOrFile);
  const { tasks, sha256 } = await (source === undefined ? readOwnFile(nameOrFile) : source.load(places));
  return { name: nameOrFile, sha256: hashOf([LOADER_VERSION, sha256]), tasks };
}

function readOwnFile(path: string): LoadedTasks {
  if (!existsSync(path)) throw new Refusal(unknownBenchmark(path));
  return readTaskFile(path);
}

function unknownBenchmark(name: string): string {
  const near = nearestName(name, BENCHMARK_NAMES);
  const hint = near === null ? '' : ` (did you mean ${near}?)`;
  return `${JSON.stringify(name)} is neither a benchmark nor a file${hint}; expected ${BENCHMARK_NAMES.join(', ')} or the path of a task file`;
}
