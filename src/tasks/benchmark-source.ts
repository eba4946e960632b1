import { type DataPlaces, readDataFile } from './data-folder.ts';
import type { DataFile } from './download.ts';
import type { Task } from './task.ts';

/** The tasks of a benchmark, and the hash of the data that they were read from. */
export interface LoadedTasks {
  readonly tasks: readonly Task[];
  readonly sha256: string;
}

/** A benchmark that is known by name: one folder exports it, and `catalog.ts` lists it. */
export interface BenchmarkSource {
  readonly name: string;
  /** The data file that is downloaded at first use; missing where the tasks ship with greenloop. */
  readonly file?: DataFile;
  load(places: DataPlaces): Promise<LoadedTasks>;
}

/** A benchmark that is one file of third-party data. */
export function dataFileBenchmark(
  name: string,
  file: DataFile,
  read: (text: string, path: string) => readonly Task[],
): BenchmarkSource {
  return {
    name,
    file,
    load: async (places) => ({ tasks: read(await readDataFile(file, places), file.path), sha256: file.sha256 }),
  };
}
