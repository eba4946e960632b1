import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxFault } from '../../base/errors.ts';

/** Passed through by others (root's sandboxes belong to nobody), and changed by nobody else. */
const ENTERED_ONLY = 0o711;
const WRITABLE_BY_OTHERS = 0o022;

/** Makes an empty folder for a sandbox without a file system of its own, and removes those of processes that are gone. */
export function makeScratch(user: number | null): string {
  try {
    const own = ownFolder();
    removeForgotten(own);
    const folder = mkdtempSync(join(own, `${process.pid}-`));
    if (user !== null) chownSync(folder, user, user);
    return folder;
  } catch (cause) {
    if (cause instanceof SandboxFault) throw cause;
    throw new SandboxFault(`no folder for a sandbox can be made in ${tmpdir()}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Removes a sandbox's folder, if it can: it holds nothing that anybody needs. */
export async function removeScratch(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch {
    // It is too deep, say; whoever cleans the system's temporary folder removes it.
  }
}

/** A folder among the system's temporary ones that no other user can put anything into, or something else in its place. */
function ownFolder(): string {
  const user = process.getuid?.();
  const folder = join(tmpdir(), `greenloop-${user}`);
  try {
    mkdirSync(folder);
    chmodSync(folder, ENTERED_ONLY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const status = lstatSync(folder);
  if (!status.isDirectory() || status.uid !== user || (status.mode & WRITABLE_BY_OTHERS) !== 0)
    throw new SandboxFault(`${folder} does not belong to you alone; remove it, or set TMPDIR to another folder`);
  return folder;
}

function removeForgotten(own: string): void {
  for (const name of readdirSync(own)) {
    const pid = Number.parseInt(name, 10);
    if (!Number.isNaN(pid) && !isAlive(pid)) void removeScratch(join(own, name));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
