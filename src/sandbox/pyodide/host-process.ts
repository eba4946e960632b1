import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { killGroup } from '../process-group.ts';
import { type TaggedFrame, TaggedFrameReader, taggedFrame } from './tagged-frames.ts';

/** A program to start and its arguments. */
export interface HostCommand {
  readonly file: string;
  readonly arguments: readonly string[];
}

const STDERR_KEPT = 2000;

/** A child with one Python, as greenloop sees it: frames to it and from it, and its end. */
export class HostProcess {
  readonly #child: ChildProcess;
  readonly #reader = new TaggedFrameReader();
  #errors = '';
  #unread: TaggedFrame[] = [];
  /** Called with every frame; what comes before it is set is kept for it. */
  #onFrame: ((frame: TaggedFrame) => void) | null = null;
  #onEnd: ((reason: string) => void) | null = null;
  #end: string | null = null;
  readonly closed: Promise<void>;

  constructor(command: HostCommand) {
    this.#child = spawn(command.file, command.arguments, { stdio: 'pipe', env: {}, cwd: '/', detached: true });
    // bubblewrap's second process waits for its first, for ever where that one was killed while it started.
    this.#child.on('exit', () => killGroup(this.#child));
    (this.#child.stdout as Readable).on('data', (bytes: Buffer) => this.#receive(bytes));
    (this.#child.stderr as Readable).on('data', (bytes: Buffer) => {
      this.#errors = (this.#errors + bytes.toString()).slice(-STDERR_KEPT);
    });
    (this.#child.stdin as Writable).on('error', () => {});
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#child.on('error', (error) => this.#finish(error.message));
    this.#child.on('error', () => resolve());
    this.#child.on('close', (code, signal) => {
      this.#finish(`ended (${signal ?? `exit code ${code}`})${this.#lastError()}`);
      resolve();
    });
  }

  get isAlive(): boolean {
    return this.#end === null;
  }

  /** Gives every frame, and the reason of its end, to the one who takes it over. */
  listen(onFrame: (frame: TaggedFrame) => void, onEnd: (reason: string) => void): void {
    this.#onFrame = onFrame;
    this.#onEnd = onEnd;
    for (const frame of this.#unread.splice(0)) onFrame(frame);
    if (this.#end !== null) onEnd(this.#end);
  }

  send(tag: string, body: Uint8Array): void {
    (this.#child.stdin as Writable).write(taggedFrame(tag, body));
  }

  /** Reads no more from the other one until this one has taken what it was sent. */
  holdBack(other: HostProcess): void {
    const input = this.#child.stdin as Writable;
    if (!input.writableNeedDrain) return;
    other.#child.stdout?.pause();
    input.once('drain', () => other.#child.stdout?.resume());
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #receive(bytes: Buffer): void {
    for (const frame of this.#reader.push(bytes)) {
      if (this.#onFrame === null) this.#unread.push(frame);
      else this.#onFrame(frame);
    }
  }

  #finish(reason: string): void {
    if (this.#end !== null) return;
    this.#end = reason;
    this.#onEnd?.(reason);
  }

  #lastError(): string {
    const line = this.#errors
      .split('\n')
      .findLast((text) => /Error/.test(text))
      ?.trim();
    return line === undefined ? '' : `: ${line.slice(0, 200)}`;
  }
}
