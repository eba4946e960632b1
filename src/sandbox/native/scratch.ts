import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from 'node:fs';
import { chmod, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxFault } from '../../base/errors.ts';

/** Passed through by others (root's sandboxes belong to nobody), and changed by nobody else. */
const ENTERED_ONLY = 0o711;
const WRITABLE_BY_OTHERS = 0o022;
const OWNER_ONLY = 0o700;
/** Process, its start and its namespace of process numbers, then what makes the name the only one. */
const NAME = /^(\d+)-(?:(\d+)-(\d+)-)?\w+$/;

/** Makes an empty folder for a sandbox without a file system of its own, and removes those of processes that are gone. */
export function makeScratch(user: number | null): string {
  try {
    const own = ownFolder();
    removeForgotten(own);
    const folder = mkdtempSync(join(own, `${process.pid}-${startOf('self')}-${namespaceOfProcesses()}-`));
    if (user !== null) chownSync(folder, user, user);
    return folder;
  } catch (cause) {
    if (cause instanceof SandboxFault) throw cause;
    throw new SandboxFault(`no folder for a sandbox can be made in ${tmpdir()}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Removes the folders of processes that are gone, where a greenloop was killed before it could; in the background. */
export function removeForgottenScratch(): void {
  const folder = sharedFolder();
  if (isOwn(folder)) removeForgotten(folder);
}

/** Removes a sandbox's folder, if it can: it holds nothing that anybody needs. */
export async function removeScratch(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true }).catch(() => removeDeep(folder));
  } catch {
    // Whoever cleans the system's temporary folder removes it.
  }
}

/** Removes a folder whose paths may be longer than any path can be, or closed: moves every folder in it to its top first. */
async function removeDeep(folder: string): Promise<void> {
  const waiting = await foldersIn(folder);
  for (let number = 0, name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    for (const inner of await foldersIn(name)) {
      const moved = join(folder, `moved-${number++}`);
      await chmod(inner, OWNER_ONLY);
      await rename(inner, moved);
      waiting.push(moved);
    }
    await rm(name, { recursive: true, force: true });
  }
  await rm(folder, { recursive: true, force: true });
}

async function foldersIn(folder: string): Promise<string[]> {
  await chmod(folder, OWNER_ONLY);
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}

function sharedFolder(): string {
  return join(tmpdir(), `greenloop-${process.getuid?.()}`);
}

/** A folder among the system's temporary ones that no other user can put anything into, or something else in its place. */
function ownFolder(): string {
  const folder = sharedFolder();
  try {
    mkdirSync(folder);
    chmodSync(folder, ENTERED_ONLY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (!isOwn(folder))
    throw new SandboxFault(
      `${folder} belongs to somebody else or can be written by others; remove it, or set TMPDIR to another folder`,
    );
  return folder;
}

function isOwn(folder: string): boolean {
  const status = lstatSync(folder, { throwIfNoEntry: false });
  if (status === undefined) return false;
  return status.isDirectory() && status.uid === process.getuid?.() && (status.mode & WRITABLE_BY_OTHERS) === 0;
}

function removeForgotten(own: string): void {
  for (const name of readdirSync(own)) if (isForgotten(name)) void removeScratch(join(own, name));
}

/** Whether a folder is of a process that is gone. Of other namespaces, as containers are, nothing is known. */
function isForgotten(name: string): boolean {
  const [, pid, start, namespace] = NAME.exec(name) ?? [];
  if (pid === undefined || (namespace !== undefined && namespace !== namespaceOfProcesses())) return false;
  return !isAlive(Number(pid)) || (start !== undefined && start !== startOf(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process started, in ticks since the machine did: numbers of processes are used again. 0 where it cannot be seen. */
function startOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? '0';
  } catch {
    return '0';
  }
}

function namespaceOfProcesses(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}
