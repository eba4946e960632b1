import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Refusal } from '../base/errors.ts';

/** One file of third-party data: where it lies in a data folder, what it must hold, where it comes from. */
export interface DataFile {
  /** Relative to the data folder: `humaneval/HumanEval.jsonl.gz`. */
  readonly path: string;
  readonly sha256: string;
  readonly url: string;
}

/** How a download shows its progress, is ended, and where it goes to. */
export interface DownloadOptions {
  /** Called with the bytes so far and the whole size, null where the server does not tell it. */
  readonly onProgress?: ((bytes: number, total: number | null) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** A server that has the files under their paths, instead of the upstream addresses. */
  readonly mirror?: string | undefined;
}

/** Downloads a data file to `target`, which then is the whole checked file or is not there at all. */
export async function downloadFile(file: DataFile, target: string, options: DownloadOptions): Promise<void> {
  const response = await request(addressOf(file, options), options.signal);
  await mkdir(dirname(target), { recursive: true });
  const partial = `${target}.${randomUUID()}.part`;
  try {
    const found = await save(response, partial, options);
    if (found !== file.sha256) throw new Refusal(`expected sha256 ${file.sha256}, got ${found}`);
    await rename(partial, target);
  } finally {
    await rm(partial, { force: true });
  }
}

function addressOf(file: DataFile, { mirror }: DownloadOptions): string {
  return mirror === undefined ? file.url : `${mirror.replace(/\/$/, '')}/${file.path}`;
}

async function request(url: string, signal: AbortSignal | undefined): Promise<Response> {
  const response = await fetch(url, signal === undefined ? {} : { signal }).catch((cause: unknown) => {
    throw new Refusal(`${url}: ${innermostMessage(cause)}`, { cause });
  });
  if (response.ok) return response;
  await response.body?.cancel();
  throw new Refusal(`${url} answered ${response.status}`);
}

const MOST_BYTES = 250 * 1024 * 1024;

/** Streams an answer into a file and tells the hash of what came. */
async function save(response: Response, path: string, options: DownloadOptions): Promise<string> {
  const hash = createHash('sha256');
  const total = Number(response.headers.get('content-length')) || null;
  let bytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) return done(new Refusal(`it is larger than ${MOST_BYTES} bytes, as no benchmark is`));
      hash.update(chunk);
      options.onProgress?.(bytes, total);
      done(null, chunk);
    },
  });
  const body = Readable.fromWeb(response.body ?? new ReadableStream());
  await pipeline(body, meter, createWriteStream(path)).catch((cause: unknown) => {
    throw new Refusal(`${response.url} broke off after ${bytes} bytes: ${innermostMessage(cause)}`, { cause });
  });
  return hash.digest('hex');
}

function innermostMessage(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause;
  return inner instanceof Error ? inner.message || inner.name : String(inner);
}
