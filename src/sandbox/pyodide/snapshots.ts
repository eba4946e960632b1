import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SandboxFault } from '../../base/errors.ts';
import { hashOf, sha256 } from '../../base/hash.ts';
import type { HostOptions } from './host.ts';
import { type Host, hostCommand } from './host-command.ts';

/** Changed by hand with anything but the runner that alters Python's memory as it is when ready. */
const FORMAT = 1;
const LARGEST = 256 << 20;
const LONGEST_START = 120_000;
const ROLES = ['judge', 'candidate'] as const;

type RoleName = HostOptions['role'];

/** Path of the file for each role; null where it starts without. */
export type Snapshots = Readonly<Record<RoleName, string | null>>;

/**
 * Files with the memory of a Python that is ready, for each role; made and kept where the folder has none. Null where it
 * cannot be kept. A file whose content is not what its name says is made anew.
 */
export async function openSnapshots(host: Host, folder: string | null): Promise<Snapshots> {
  if (folder === null) return { judge: null, candidate: null };
  const key = await keyOf(host);
  const [judge, candidate] = await Promise.all(
    ROLES.map((role) => openSnapshot(host, join(folder, 'pyodide'), key, role)),
  );
  return { judge: judge ?? null, candidate: candidate ?? null };
}

async function keyOf({ version, runner }: Host): Promise<string> {
  const names = (await readdir(runner)).filter((name) => name.endsWith('.py')).sort();
  const sources = await Promise.all(names.map((name) => readFile(join(runner, name), 'utf8')));
  return hashOf([FORMAT, version, process.version, process.arch, names, sources]).slice(0, 16);
}

async function openSnapshot(host: Host, folder: string, key: string, role: RoleName): Promise<string | null> {
  const names = await readdir(folder).catch(() => [] as string[]);
  for (const name of names.filter((text) => text.startsWith(`${key}-${role}-`) && text.endsWith('.bin'))) {
    if (await isWhole(folder, name)) return join(folder, name);
    await rm(join(folder, name), { force: true }).catch(() => {});
  }
  try {
    await mkdir(folder, { recursive: true });
    const path = await keep(await makeSnapshot(host, role), folder, `${key}-${role}`);
    await Promise.all(
      names.filter((name) => isOutdated(name, key)).map((name) => rm(join(folder, name), { force: true })),
    );
    return path;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    return null;
  }
}

async function isWhole(folder: string, name: string): Promise<boolean> {
  const bytes = await readFile(join(folder, name)).catch(() => null);
  return bytes !== null && name.endsWith(`-${sha256(bytes)}.bin`);
}

function isOutdated(name: string, key: string): boolean {
  return name.endsWith('.bin') && !name.startsWith(key);
}

async function keep(bytes: Buffer, folder: string, start: string): Promise<string> {
  const path = join(folder, `${start}-${sha256(bytes)}.bin`);
  const draft = `${path}.${process.pid}.draft`;
  try {
    await writeFile(draft, bytes);
    await rename(draft, path);
    return path;
  } finally {
    await rm(draft, { force: true });
  }
}

async function makeSnapshot(host: Host, role: RoleName): Promise<Buffer> {
  const command = hostCommand(host, { role, snapshot: null, makesSnapshot: true });
  const options = { encoding: 'buffer', maxBuffer: LARGEST, timeout: LONGEST_START, env: {} } as const;
  try {
    const { stdout } = await promisify(execFile)(command.file, command.arguments, options);
    return stdout;
  } catch (cause) {
    const last = String((cause as { stderr?: Buffer }).stderr ?? '').match(/^.*Error: .*$/m)?.[0] ?? '';
    throw new SandboxFault(`Pyodide did not start${last === '' ? '' : `: ${last.slice(0, 200)}`}`, { cause });
  }
}
