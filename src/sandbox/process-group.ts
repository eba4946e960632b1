import type { ChildProcess } from 'node:child_process';

/** Kills what is left of the process group of a child that was started detached. */
export function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it is gone.
  }
}
