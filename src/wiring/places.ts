import { join } from 'node:path';
import { packageRoot } from '../base/package-root.ts';
import type { BenchmarkPlaces } from '../tasks/catalog.ts';
import type { Settings } from './settings.ts';

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
