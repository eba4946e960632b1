import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Duplex, Readable, Writable } from 'node:stream';
import { EVENTS_DESCRIPTOR, LIFELINE_DESCRIPTOR, type LlamaEvent, type LlamaRequest } from './child/llama-messages.ts';
import type { LlamaCommand } from './llama-command.ts';
import { LONGEST_LINE, parseEvent } from './llama-events.ts';

/** Why a child is gone. */
export interface ProcessEnd {
  /** `SIGSEGV`, `exit code 1`; null where greenloop ended it. */
  readonly how: string | null;
  /** What it wrote to standard error before; may be empty. */
  readonly said: string;
}

interface ProcessListener {
  readonly onEvent: (event: LlamaEvent) => void;
  /** The child writes what was not agreed on. */
  readonly onForeign: () => void;
  /** Called once. */
  readonly onEnd: (end: ProcessEnd) => void;
}

const STDERR_KEPT = 4000;
const SIGNAL_CODES = 128;

/** The child as greenloop sees it: requests to it, events from it, and its end. It does not keep greenloop running. */
export class LlamaProcess {
  readonly #child: ChildProcess;
  readonly #listener: ProcessListener;
  #line: Buffer[] = [];
  #lineBytes = 0;
  #errors = '';
  #isKilled = false;
  #isOver = false;

  constructor(command: LlamaCommand, listener: ProcessListener) {
    this.#listener = listener;
    // A process group of its own, which Ctrl-C in the terminal does not reach. The last descriptor is the lifeline.
    this.#child = spawn(command.file, command.arguments, {
      stdio: ['pipe', 'ignore', 'pipe', 'pipe', 'pipe'],
      env: command.environment,
      cwd: '/',
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    this.#child.on('error', ({ message }) => this.#finish({ how: message, said: '' }));
    this.#child.on('close', (code, signal) =>
      this.#finish({ how: this.#howItEnded(code, signal), said: this.#errors }),
    );
    this.#child.unref();
    for (const stream of this.#child.stdio as (Duplex | null)[]) letGo(stream);
    this.#listen();
  }

  send(request: LlamaRequest): void {
    (this.#child.stdin as Writable | null)?.write(`${JSON.stringify(request)}\n`);
  }

  kill(): void {
    this.#isKilled = true;
    this.#child.kill('SIGKILL');
    killGroup(this.#child);
    (this.#child.stdio[LIFELINE_DESCRIPTOR] as Duplex | null)?.destroy();
  }

  #listen(): void {
    const errors = this.#child.stderr;
    const events = this.#child.stdio[EVENTS_DESCRIPTOR] as Readable | null;
    errors?.on('data', (bytes: Buffer) => {
      this.#errors = (this.#errors + bytes.toString()).slice(-STDERR_KEPT);
    });
    events?.on('data', (bytes: Buffer) => this.#receive(bytes));
    // bubblewrap's second process waits for its first, for ever where that one was killed while it started.
    this.#child.on('exit', () => killGroup(this.#child));
  }

  #receive(bytes: Buffer): void {
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      this.#line.push(bytes.subarray(start, end));
      const line = Buffer.concat(this.#line.splice(0)).toString();
      this.#lineBytes = 0;
      start = end + 1;
      this.#take(parseEvent(line));
    }
    this.#line.push(bytes.subarray(start));
    this.#lineBytes += bytes.length - start;
    if (this.#lineBytes > LONGEST_LINE) this.#take(null);
  }

  #take(event: LlamaEvent | null): void {
    // What comes after its end was decided is no answer to anybody.
    if (this.#isKilled) this.#line = [];
    else if (event === null) this.#listener.onForeign();
    else this.#listener.onEvent(event);
  }

  #howItEnded(code: number | null, signal: NodeJS.Signals | null): string | null {
    if (this.#isKilled) return null;
    // bubblewrap gives the signal of what it started as a shell does.
    return signal ?? signalOf(code) ?? `exit code ${code}`;
  }

  #finish(end: ProcessEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener.onEnd(end);
  }
}

function letGo(stream: Duplex | null): void {
  stream?.on('error', () => {});
  (stream as { unref?: () => void } | null)?.unref?.();
}

function signalOf(code: number | null): string | null {
  const number = (code ?? 0) - SIGNAL_CODES;
  const names = Object.entries(constants.signals).filter(([, value]) => value === number);
  return names[0]?.[0] ?? null;
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it is gone.
  }
}
