import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { WorkerProgramOptions } from './worker-program.ts';

const FOLDER = import.meta.dirname;
const MAIN = join(FOLDER, '..', '..', 'src', 'cli', 'main.ts');

/** A process of a test, which is killed with the test if it has not ended by then. */
export class TestProcess {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly ended: Promise<number | NodeJS.Signals | null>;

  constructor(t: Pick<TestContext, 'after'>, words: readonly string[], env: NodeJS.ProcessEnv, cwd?: string) {
    this.child = spawn(process.execPath, words, { env, ...(cwd && { cwd }), stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (bytes) => {
      this.stdout += bytes;
    });
    this.child.stderr?.on('data', (bytes) => {
      this.stderr += bytes;
    });
    this.ended = once(this.child, 'close').then(([code, signal]) => code ?? signal);
    t.after(() => this.kill());
  }

  /** Ends it without a chance to tidy up. */
  async kill(): Promise<void> {
    this.child.kill('SIGCONT');
    this.child.kill('SIGKILL');
    await this.ended;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Waits until it has said so; throws what it has said where it ends before. */
  async says(text: RegExp): Promise<void> {
    const has = () => text.test(this.stdout) || text.test(this.stderr);
    let isOver = false;
    void this.ended.then(() => {
      isOver = true;
    });
    while (!has()) {
      if (isOver) throw new Error(`it ended and never said ${text}: ${this.stdout}${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** `greenloop worker`, as users run it. */
export function startCliWorker(
  t: Pick<TestContext, 'after'>,
  env: NodeJS.ProcessEnv,
  cwd: string,
  words: readonly string[] = [],
): TestProcess {
  return new TestProcess(t, [MAIN, 'worker', ...words], env, cwd);
}

/** Any other command, in a process that a test may kill. */
export function startCli(
  t: Pick<TestContext, 'after'>,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): TestProcess {
  return new TestProcess(t, [MAIN, ...words], env, cwd);
}

/** A worker whose jobs are another's as soon as it has said nothing for the time of its lock. */
export async function startQuickWorker(
  t: Pick<TestContext, 'after'>,
  options: Pick<WorkerProgramOptions, 'url' | 'ollama'> & Partial<WorkerProgramOptions>,
): Promise<TestProcess> {
  const whole: WorkerProgramOptions = { lockSeconds: 1, jobs: 2, ...options };
  const words = [join(FOLDER, 'worker-program.ts'), JSON.stringify(whole)];
  const started = new TestProcess(t, words, process.env);
  await started.says(/ready/);
  return started;
}
