import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'greenloop-scratch-';

/** Makes an empty folder for a sandbox without a file system of its own, and removes those of processes that are gone. */
export function makeScratch(user: number | null): string {
  removeForgotten();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  if (user !== null) chownSync(folder, user, user);
  return folder;
}

/** Removes a sandbox's folder, if it can: it holds nothing that anybody needs. */
export function removeScratch(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Some of it belongs to another user, or is too deep; whoever cleans /tmp removes it.
  }
}

function removeForgotten(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (!Number.isNaN(pid) && !isAlive(pid)) removeScratch(join(tmpdir(), name));
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
