import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Refusal } from '../base/errors.ts';
import { sha256OfFile } from '../base/hash.ts';
import { innermostReason, type OnProgress, receiveFile } from '../base/receive-file.ts';
import { requestWeb } from '../base/request-web.ts';

/** One file of third-party data: where it lies in a data folder, what it must hold, where it comes from. */
export interface DataFile {
  /** Relative to the data folder: `humaneval/HumanEval.jsonl.gz`. */
  readonly path: string;
  readonly sha256: string;
  readonly url: string;
}

/** How a download shows its progress, is ended, and where it goes to. */
export interface DownloadOptions {
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** A server that has the files under their paths, instead of the upstream addresses. */
  readonly mirror?: string | undefined;
}

/** Downloads a data file to `target`, which then is the whole checked file or is not there at all. */
export async function downloadFile(file: DataFile, target: string, options: DownloadOptions): Promise<void> {
  const address = addressOf(file, options);
  const response = await request(address, options.signal);
  await mkdir(dirname(target), { recursive: true });
  const partial = `${target}.${randomUUID()}.part`;
  try {
    await save(response, { ...options, path: partial, address });
    const found = await sha256OfFile(partial);
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
  const response = await requestWeb(url, { signal }).catch((cause: unknown) => {
    throw new Refusal(`${url}: ${innermostReason(cause)}`, { cause });
  });
  if (response.ok) return response;
  await response.body?.cancel();
  throw new Refusal(`${url} answered ${response.status}`);
}

const MOST_BYTES = 250 * 1024 * 1024;

interface Target extends Pick<DownloadOptions, 'onProgress' | 'signal'> {
  readonly path: string;
  /** Where the answer comes from. */
  readonly address: string;
}

async function save(response: Response, { path, address, onProgress, signal }: Target): Promise<void> {
  const total = Number(response.headers.get('content-length')) || null;
  await receiveFile(response, {
    ...{ path, kept: 0, total, mostBytes: MOST_BYTES, onProgress, signal },
    tooLarge: `it is larger than ${MOST_BYTES} bytes, as no benchmark is`,
    brokenOff: (bytes, reason) => `${address} ended early after ${bytes} bytes: ${reason}`,
  });
}
