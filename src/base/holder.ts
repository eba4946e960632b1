import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { quote } from './printable.ts';

const maybeText = z.string().nullable();

/** Who holds something that only one process may write, as plain JSON: enough to tell whether that process still runs. */
export const holderSchema = z.strictObject({
  /** Of this one hold. */
  id: z.string(),
  host: z.string(),
  /** Changes with every start of the machine; null where the system does not say. */
  boot: maybeText,
  /** A container has process numbers of its own; null where the system does not say. */
  namespace: maybeText,
  process: z.int().positive(),
  /** When the process was started, in the system's own unit; null where the system does not say. */
  started: maybeText,
  /** Number of the file or folder that is held: a copy of it is held by nobody. */
  file: z.string(),
});

export type Holder = Readonly<z.infer<typeof holderSchema>>;

/** A holder that cannot be looked up on this machine is gone when it has not been heard of for so long. */
const SILENT_MS = 60_000;
/** How often a holder says that it is there. */
export const HEARTBEAT_MS = 10_000;

/** This process as the holder of a file or folder. */
export function holdingProcess(path: string): Holder {
  return {
    id: randomUUID(),
    ...whereabouts(),
    process: process.pid,
    started: startOf(process.pid),
    file: fileNumber(path),
  };
}

/** Whether a holder of the file may still be at work; `heard` is when it said so last, in milliseconds since 1970. */
export function isHeld(holder: Holder, heard: number, path: string): boolean {
  const here = whereabouts();
  if (holder.file !== fileNumber(path)) return false;
  if (holder.host === here.host && holder.boot !== here.boot) return false;
  const isHere = holder.host === here.host && holder.namespace === here.namespace;
  return isHere ? isRunning(holder) : Date.now() - heard < SILENT_MS;
}

/** A holder for people: `process 123 on "name"`. */
export function holderText({ process, host }: Holder): string {
  return `process ${process} on ${quote(host)}`;
}

function isRunning({ process: number, started }: Holder): boolean {
  try {
    process.kill(number, 0);
  } catch (error) {
    // The process of another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // A number is given to another process later.
  return startOf(number) === started;
}

function whereabouts(): Pick<Holder, 'host' | 'boot' | 'namespace'> {
  return {
    host: hostname(),
    boot: tried(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    namespace: tried(() => readlinkSync('/proc/self/ns/pid')),
  };
}

/** Fields 3 and 22 of /proc/PID/stat, state and start; the name before them may hold anything. */
function startOf(number: number): string | null {
  return tried(() => {
    const text = readFileSync(`/proc/${number}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // Ended, and nobody has taken notice: in a container often nobody ever does.
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  });
}

function fileNumber(path: string): string {
  return tried(() => String(statSync(path, { bigint: true }).ino)) ?? '';
}

function tried<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}
