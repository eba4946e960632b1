import { join } from 'node:path';
import { packageRoot } from '../base/package-root.ts';
import type { DataPlaces } from '../tasks/data-folder.ts';
import type { Settings } from './settings.ts';

/** Folder of the Python runner. */
export const runnerFolder = join(packageRoot, 'src', 'sandbox', 'runner');

/** Where benchmarks are read from. */
export function dataPlaces(
  settings: Settings,
  signal?: AbortSignal,
  onProgress?: (bytes: number, total: number | null) => void,
): DataPlaces {
  return { dataFolder: settings.dataFolder, cacheFolder: settings.cacheFolder, signal, onProgress };
}
