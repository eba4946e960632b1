import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Refusal } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { type DataFile, type DownloadOptions, downloadFile } from './download.ts';

/** Where data files are looked for: the folder that the user named, or else the cache, into which they are downloaded. */
export interface DataPlaces extends DownloadOptions {
  readonly dataFolder?: string | undefined;
  readonly cacheFolder: string;
}

/** The user's cache folder for data, from the environment's XDG_CACHE_HOME or the home folder. */
export function defaultCacheFolder(xdgCacheHome: string | undefined, home: string): string {
  const cache = xdgCacheHome === undefined || xdgCacheHome === '' ? join(home, '.cache') : xdgCacheHome;
  return join(cache, 'greenloop', 'data');
}

/** The text of a data file, unpacked, after its hash was checked; downloads it where it is in no folder. */
export async function readDataFile(file: DataFile, places: DataPlaces): Promise<string> {
  const path = await locate(file, places);
  const bytes = readFileSync(path);
  const found = sha256(bytes);
  if (found !== file.sha256) {
    throw new Refusal(
      `${path} has changed or is incomplete: expected sha256 ${file.sha256}, got ${found}; replace it with ${file.url}`,
    );
  }
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

async function locate(file: DataFile, places: DataPlaces): Promise<string> {
  const path = join(places.dataFolder ?? places.cacheFolder, file.path);
  if (existsSync(path)) return path;
  if (places.dataFolder !== undefined) {
    throw new Refusal(
      `${path} does not exist; put ${file.url} there (sha256 ${file.sha256}), or leave out the data folder`,
    );
  }
  try {
    await downloadFile(file, path, places);
  } catch (cause) {
    if (places.signal?.aborted) throw places.signal.reason;
    throw new Refusal(missingFile(file, path, cause), { cause, choice: 'data-folder' });
  }
  return path;
}

function missingFile(file: DataFile, path: string, cause: unknown): string {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return (
    `${file.path} is not here and could not be downloaded (${reason}); fetch ${file.url} (sha256 ${file.sha256}) ` +
    `and put it at ${path}, or at ${file.path} under a data folder (GREENLOOP_DATA)`
  );
}
