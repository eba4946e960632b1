import { accessSync, constants, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Refusal } from '../../base/errors.ts';
import { printable } from '../../base/printable.ts';
import { renderText } from '../../report/render-text.ts';
import type { Report } from '../../report/table.ts';
import { TEXT_WIDTH } from '../../report/text-width.ts';

const READER_GONE = new Set(['EPIPE', 'ERR_STREAM_DESTROYED']);

/** Keeps a closed or full standard stream from ending the program: `print` says what matters of it. */
export function watchStandardStreams(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

/** Writes to standard output and waits until it is out; a reader that wants no more (`| head -1`) is no error. */
export async function print(text: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.ErrnoException | null | undefined>();
  process.stdout.write(text, resolve);
  const error = await promise;
  if (error == null || READER_GONE.has(error.code ?? '')) return;
  throw new Refusal(`cannot write to standard output: ${REASONS[error.code ?? ''] ?? error.code}`, { cause: error });
}

/** Prints a report for people, as wide as their terminal. */
export function printReport(report: Report): Promise<void> {
  return print(`${renderText(report, process.stdout.columns || TEXT_WIDTH)}\n`);
}

/** Prints one JSON value alone. */
export function printJson(value: unknown): Promise<void> {
  return print(`${harmlessJson(JSON.stringify(value))}\n`);
}

/** JSON text that says the same without characters that a terminal would obey, or that hide or reorder text: they become \\u escapes. */
export function harmlessJson(json: string): string {
  return json.replace(/[\u007f-\u009f\p{Cf}\u2028\u2029]/gu, (characters) =>
    Array.from({ length: characters.length }, (_, index) => {
      return `\\u${characters.charCodeAt(index).toString(16).padStart(4, '0')}`;
    }).join(''),
  );
}

/** Says something to the user on standard error, a line each; control characters of foreign text are shown as escapes. */
export function say(...lines: readonly string[]): void {
  if (lines.length > 0) process.stderr.write(`${lines.map(printableLines).join('\n')}\n`);
}

/** Text of several lines that may be shown; tabs and line ends stay. */
export function printableLines(text: string): string {
  return text.replace(/[^\n\t]+/g, printable);
}

/** Refuses a file that could not be written when the work is done; makes its folder. */
export function refuseUnwritable(path: string): void {
  attempt(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    const place = statSync(path, { throwIfNoEntry: false });
    if (place?.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
    accessSync(place === undefined ? dirname(path) : path, constants.W_OK);
  });
}

/** Writes a text file whole; refuses with the reason where it cannot. */
export function writeText(path: string, text: string): void {
  attempt(path, () => writeFileSync(path, text));
}

function attempt(path: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    throw new Refusal(`cannot write ${path}: ${REASONS[code] ?? code}; choose another place with --out`, { cause });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder',
  EEXIST: 'a file stands where its folder should be',
  ENOTDIR: 'a file stands where its folder should be',
  ENOSPC: 'the disk is full',
  EACCES: 'you may not write there',
  EROFS: 'the file system is read-only',
};
