import { accessSync, constants, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Refusal } from './errors.ts';

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

/** Why a file could not be written, in words where the code has some. */
export function fileErrorReason({ code = '' }: NodeJS.ErrnoException): string {
  return REASONS[code] ?? code;
}

function attempt(path: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    const error = cause as NodeJS.ErrnoException;
    if (error.code === undefined) throw cause;
    throw new Refusal(`cannot write ${path}: ${fileErrorReason(error)}; choose another place`, {
      cause,
      choice: 'output',
    });
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
