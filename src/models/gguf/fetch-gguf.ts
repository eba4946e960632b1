import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../../base/errors.ts';
import { sha256OfFile } from '../../base/hash.ts';
import { quote } from '../../base/printable.ts';
import { innermostReason, type OnProgress, receiveFile } from '../../base/receive-file.ts';
import { redirectTarget, requestWeb, type WebRequest } from '../../base/request-web.ts';
import { readGgufFile } from './gguf-file.ts';
import type { GgufSource } from './gguf-source.ts';

export interface FetchOptions {
  /** Folder that the file goes into. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

export interface FetchedGguf {
  readonly path: string;
  /** The SHA-256 that the hub states, and that the file has; null where none was stated or the file was here before. */
  readonly sha256: string | null;
  readonly wasHere: boolean;
}

/** What a hub states of a file before it is fetched. */
interface Statement {
  readonly sha256: string | null;
  readonly size: number | null;
}

const MOST_REDIRECTS = 5;
/** Packed on the way, neither size nor range would be those of the file. */
const plainly = { 'accept-encoding': 'identity' };
/** Without a stated size; the largest files that run on one machine have some 100 GB. */
const MOST_BYTES = 200e9;
/** A hub that says nothing for so long has gone. */
const SILENCE_SECONDS = 60;

/**
 * Fetches a GGUF file. What an ended download left is gone on with where the hub states a digest, as else nothing shows that
 * both parts are of one file. Throws a Refusal that says what to do instead, or the signal's reason.
 */
export async function fetchGguf(source: GgufSource, options: FetchOptions): Promise<FetchedGguf> {
  const path = join(options.folder, source.fileName);
  if (existsSync(path)) return { path, sha256: null, wasHere: true };
  mkdirSync(options.folder, { recursive: true });
  const partial = `${path}.part`;
  const stated = await askForStatement(source, path, options.signal);
  if (stated.sha256 === null) rmSync(partial, { force: true });
  await download(source, partial, stated, options);
  await check(partial, source, stated);
  renameSync(partial, path);
  return { path, sha256: stated.sha256, wasHere: false };
}

/** Asks every address on the way: the hub's own, not the one that stores the file, knows the digest. */
async function askForStatement(source: GgufSource, path: string, signal?: AbortSignal): Promise<Statement> {
  let url = source.url;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const response = await ask(url, { method: 'HEAD', redirect: 'manual', headers: plainly }, source, path, signal);
    const sha256 = /^(?:W\/)?"?([0-9a-f]{64})"?$/i.exec(response.headers.get('x-linked-etag') ?? '')?.[1] ?? null;
    const size = sizeIn(response.headers.get('x-linked-size'));
    if (sha256 !== null) return { sha256: sha256.toLowerCase(), size };
    const next = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || next === null) {
      return { sha256: null, size: sizeIn(response.headers.get('content-length')) };
    }
    url = nextAddress(next, url, source);
  }
  throw new Refusal(`${source.url} redirects more than ${MOST_REDIRECTS} times`);
}

/** A header's number of bytes; null where it is none. */
function sizeIn(header: string | null): number | null {
  const size = /^[1-9]\d{0,14}$/.test(header ?? '') ? Number(header) : null;
  return size !== null && size <= MOST_BYTES ? size : null;
}

/** Where a redirect leads; refuses what is no web address, or a plain one behind an encrypted one. */
function nextAddress(location: string, from: string, source: GgufSource): string {
  const next = redirectTarget(location, from);
  if (next !== null) return next;
  throw new Refusal(`${source.url} redirects to ${quote(location)}, which greenloop does not follow`);
}

async function ask(
  url: string,
  init: WebRequest,
  source: GgufSource,
  path: string,
  signal?: AbortSignal,
): Promise<Response> {
  const answerTime = AbortSignal.timeout(SILENCE_SECONDS * 1000);
  const signals = signal === undefined ? [answerTime] : [answerTime, signal];
  const limited =
    init.method === 'HEAD' ? { ...init, signal: AbortSignal.any(signals) } : { ...init, ...(signal && { signal }) };
  const response = await requestWeb(url, limited).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new Refusal(
      `${new URL(url).host} cannot be reached (${innermostReason(cause)}); ${insteadOf(source, path)}`,
      {
        cause,
      },
    );
  });
  if (response.ok || (response.status >= 300 && response.status < 400) || response.status === 416) return response;
  await response.body?.cancel();
  const why = response.status === 404 ? 'there is no such file' : insteadOf(source, path);
  throw new Refusal(`${url} answered with status ${response.status}; ${why}`);
}

function insteadOf({ url }: GgufSource, path: string): string {
  return `fetch ${url} on a machine that can and put it at ${path}, or give any GGUF file here as gguf/PATH`;
}

async function download(source: GgufSource, partial: string, stated: Statement, options: FetchOptions): Promise<void> {
  const { signal } = options;
  const start = statSync(partial, { throwIfNoEntry: false })?.size ?? 0;
  if (start > 0 && start === stated.size) return;
  const headers = start > 0 ? { ...plainly, range: `bytes=${start}-` } : plainly;
  const response = await ask(source.url, { headers }, source, partial.replace(/\.part$/, ''), signal);
  if (response.status === 416 && start > 0) {
    await response.body?.cancel();
    rmSync(partial);
    return download(source, partial, stated, options);
  }
  if (response.body === null || (response.status !== 200 && response.status !== 206))
    throw new Refusal(`${source.url} answered with status ${response.status} and no file; run it again`);
  const kept = response.status === 206 ? start : 0;
  if (kept > 0 && !beginsAt(response, kept)) {
    await response.body.cancel();
    rmSync(partial);
    throw new Refusal(`${source.url} sent another part than the requested one; run it again to start over`);
  }
  await save(response, partial, kept, { stated, options });
}

/** Whether a partial answer begins where the last one ended; a hub that does not say is believed, as the digest shows it. */
function beginsAt(response: Response, start: number): boolean {
  const range = response.headers.get('content-range');
  return range === null || range.startsWith(`bytes ${start}-`);
}

async function save(
  response: Response,
  partial: string,
  kept: number,
  { stated, options: { onProgress, signal } }: { stated: Statement; options: FetchOptions },
): Promise<void> {
  const length = sizeIn(response.headers.get('content-length'));
  const total = stated.size ?? (length === null ? null : kept + length);
  const mostBytes = total ?? MOST_BYTES;
  await receiveFile(response, {
    ...{ path: partial, kept, total, mostBytes, onProgress, signal },
    tooLarge: `the download is larger than the ${mostBytes} bytes that the hub states; fetch it again`,
    brokenOff: (bytes, reason) => `the download ended early after ${bytes} bytes (${reason}); run it again to continue`,
  });
}

/** Keeps nothing that is not what was asked for. */
async function check(partial: string, source: GgufSource, { sha256 }: Statement): Promise<void> {
  try {
    const found = sha256 === null ? null : await sha256OfFile(partial);
    if (found !== sha256) {
      throw new Refusal(
        `${source.url} has sha256 ${sha256} according to its hub, but the download has ${found}; fetch it again`,
      );
    }
    readGgufFile(partial);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}
