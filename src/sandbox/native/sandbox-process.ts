import { type ChildProcess, spawn } from 'node:child_process';
import { SandboxFault } from '../../base/errors.ts';
import { FrameReader, frameOf } from '../frames.ts';
import type { JudgeMessage } from '../judge-conversation.ts';
import { killGroup } from '../process-group.ts';
import type { IsolatedCommand } from './isolated-command.ts';
import { makeScratch, removeScratch } from './scratch.ts';

const STDERR_KEPT = 2000;
const MILLISECONDS_TO_END = 2000;

/** One isolated zygote with its judge: sends requests, receives messages, and says why it is gone. */
export class SandboxProcess {
  readonly #child: ChildProcess;
  readonly #reader = new FrameReader();
  #waiting: { resolve: (message: JudgeMessage) => void; reject: (fault: SandboxFault) => void } | null = null;
  #received: JudgeMessage[] = [];
  #errors = '';
  #end: SandboxFault | null = null;
  #backstop: NodeJS.Timeout | undefined;
  readonly closed: Promise<void>;

  constructor(command: IsolatedCommand) {
    const { file, user, environment: env } = command;
    const identity = user === null ? {} : { uid: user, gid: user };
    const scratch = command.needsScratch ? makeScratch(user) : null;
    // In a process group of its own, so that one signal reaches all that has not yet left it.
    const options = { stdio: 'pipe', env, cwd: scratch ?? '/', detached: true, ...identity } as const;
    this.#child = spawn(file, command.arguments, options);
    this.closed = this.#ended(file).then(() => (scratch === null ? undefined : removeScratch(scratch)));
    // There are no streams where it could not be started at all.
    this.#child.stdout?.on('data', (bytes: Buffer) => this.#receive(bytes));
    this.#child.stderr?.on('data', (bytes: Buffer) => {
      this.#errors = (this.#errors + bytes.toString()).slice(-STDERR_KEPT);
    });
    this.#child.stdin?.on('error', () => {});
  }

  get isAlive(): boolean {
    return this.#end === null;
  }

  send(message: unknown): void {
    this.#child.stdin?.write(frameOf(message));
  }

  /** The next message; throws SandboxFault when the process is gone. */
  receive(): Promise<JudgeMessage> {
    const message = this.#received.shift();
    if (message !== undefined) return Promise.resolve(message);
    if (this.#end !== null) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** Ends every process of it; a waiting receive() throws. The zygote ends them all when its standard error closes. */
  kill(reason: string): void {
    this.#finish(new SandboxFault(reason));
    this.#child.stderr?.destroy();
    this.#backstop ??= setTimeout(() => killGroup(this.#child), MILLISECONDS_TO_END).unref();
  }

  #ended(file: string): Promise<void> {
    return new Promise((resolve) => {
      this.#child.on('error', (cause) => {
        this.#finish(new SandboxFault(`${file} did not start: ${cause.message}`, { cause }));
        resolve();
      });
      // bubblewrap's second process waits for its first, for ever where that one was killed while it started.
      this.#child.on('exit', () => {
        killGroup(this.#child);
        clearTimeout(this.#backstop);
      });
      this.#child.on('close', (code, signal) => {
        this.#finish(this.#endFault(code, signal));
        resolve();
      });
    });
  }

  #receive(bytes: Buffer): void {
    for (const message of this.#read(bytes)) {
      const waiting = this.#waiting;
      this.#waiting = null;
      if (waiting === null) this.#received.push(message);
      else waiting.resolve(message);
    }
  }

  /** The messages that have come whole; what is no message ends the process. */
  #read(bytes: Buffer): JudgeMessage[] {
    try {
      return this.#end === null ? (this.#reader.push(bytes) as JudgeMessage[]) : [];
    } catch (error) {
      this.#finish(error as SandboxFault);
      this.kill('it sent something that is not a message');
      return [];
    }
  }

  #finish(fault: SandboxFault): void {
    this.#end ??= fault;
    this.#waiting?.reject(this.#end);
    this.#waiting = null;
  }

  #endFault(code: number | null, signal: NodeJS.Signals | null): SandboxFault {
    const said = this.#errors.trim().split('\n').at(-1) ?? '';
    return new SandboxFault(`the sandbox ended (${signal ?? `exit code ${code}`})${said === '' ? '' : `: ${said}`}`, {
      isTransient: true,
    });
  }
}
