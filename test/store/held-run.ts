import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Plan } from '../../src/runs/plan.ts';
import type { Trial } from '../../src/runs/trial.ts';

/** A run that another process holds. */
export interface HeldRun {
  readonly id: string;
  readonly process: number;
  /** Lets that process store a trial; what it says then: `stored`, or an error. */
  readonly append: (trial: Trial) => Promise<string>;
  /** Sends a signal; after one that kills, the process has ended. */
  readonly signal: (name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => Promise<void>;
}

/** Starts a process that begins the run of a plan in a ledger and holds it. */
export async function holdRun(path: string, plan: Plan): Promise<HeldRun> {
  const program = join(import.meta.dirname, 'hold-run.ts');
  const holder = spawn(process.execPath, [program, path, JSON.stringify(plan)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => holder.on('close', resolve));
  const lines = createInterface({ input: holder.stdout })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  return {
    id: await next(),
    process: holder.pid ?? 0,
    append: (trial) => {
      holder.stdin.write(`${JSON.stringify(trial)}\n`);
      return next();
    },
    signal: async (name) => {
      holder.kill(name);
      if (name === 'SIGKILL') await ended;
    },
  };
}
