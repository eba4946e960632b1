import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Refusal } from './errors.ts';
import { fileErrorReason } from './write-file.ts';

const OWNER_ONLY = 0o600;

/** Replaces what a file holds at once, its rights and owner kept. Refuses where it no longer holds what was read before. */
export function replaceFile(path: string, before: Uint8Array, after: Uint8Array): void {
  const beside = join(dirname(path), `.${basename(path)}.greenloop-${process.pid}`);
  let isBegun = false;
  try {
    const { mode, uid, gid } = statSync(path);
    const file = openSync(beside, 'wx', OWNER_ONLY);
    isBegun = true;
    writeWhole(file, after);
    chmodSync(beside, mode & 0o7777);
    if (uid !== process.getuid?.() || gid !== process.getgid?.()) chownSync(beside, uid, gid);
    if (!readFileSync(path).equals(before))
      throw new Refusal(`${path} has changed meanwhile and is left as it is; run the command again on the new file`);
    renameSync(beside, path);
  } catch (cause) {
    if (isBegun) rmSync(beside, { force: true });
    if (cause instanceof Refusal || (cause as NodeJS.ErrnoException).code === undefined) throw cause;
    const reason = fileErrorReason(cause as NodeJS.ErrnoException);
    throw new Refusal(`cannot write ${path}: ${reason}; the file is unchanged`, { cause });
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
