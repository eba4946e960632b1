import { dirname, join } from 'node:path';
import type { BenchmarkPlaces } from '../tasks/catalog.ts';
import type { Settings } from './settings.ts';

/** Folder that holds package.json, whether the sources or the built files run. */
export const packageRoot = dirname(dirname(import.meta.dirname));

/** Folder of the models and tasks that ship with greenloop. */
export const starterFolder = join(packageRoot, 'starter');

/** Folder of the Python runner. */
export const runnerFolder = join(packageRoot, 'src', 'sandbox', 'runner');

/** Where benchmarks are read from. */
export function dataPlaces(
  settings: Settings,
  signal?: AbortSignal,
  onProgress?: (bytes: number, total: number | null) => void,
): BenchmarkPlaces {
  return { dataFolder: settings.dataFolder, cacheFolder: settings.cacheFolder, starterFolder, signal, onProgress };
}

/** Folder of the GGUF files that were fetched. */
export function modelFolder({ cacheFolder }: Pick<Settings, 'cacheFolder'>): string {
  return join(cacheFolder, 'models');
}
