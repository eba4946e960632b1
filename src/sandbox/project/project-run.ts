import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import { SandboxFault } from '../../base/errors.ts';
import { killGroup } from '../process-group.ts';
import { memoryOf } from './memory-of.ts';
import {
  FILE_DESCRIPTOR,
  type ProjectParts,
  type ProjectTask,
  type ProjectUser,
  projectWords,
} from './project-command.ts';
import { type ProjectReport, readReport } from './project-report.ts';

/** What one run of a project's tests showed. */
export interface ProjectRun extends ProjectReport {
  /** The exit code of the command, below 0 the signal that ended it; null where it was ended by a limit. */
  readonly status: number | null;
  /** Which limit ended it. */
  readonly limit: 'time' | 'memory' | null;
  readonly limitSeconds: number;
  /** The beginning and the end of what it printed. */
  readonly output: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

const resultSchema = z.strictObject({
  status: z.int().nullable(),
  seconds: z.number(),
  cpuSeconds: z.number(),
  peakBytes: z.number(),
  report: z.string(),
});

const START_SECONDS = 20;
const MILLISECONDS_TO_END = 2000;
const MOST_RESULT = 64 << 20;
const OUTPUT_KEPT = 32_768;
const RESULT_DESCRIPTOR = 3;
const MILLISECONDS_BETWEEN_LOOKS = 250;

/** Runs a task on the project with `bytes` in the place of its file. Throws SandboxFault where there is no result, and the signal's reason. */
export async function runProject(
  parts: ProjectParts,
  user: ProjectUser,
  { bytes, ...task }: ProjectTask & { readonly bytes: Uint8Array },
  signal?: AbortSignal,
): Promise<ProjectRun> {
  signal?.throwIfAborted();
  const child = start(parts, user, task);
  const file = child.stdio[FILE_DESCRIPTOR] as Writable;
  file.on('error', () => {});
  file.end(bytes);
  const watch = new Watch(child, { mostSeconds: task.limitSeconds + START_SECONDS, mostBytes: parts.mostBytes });
  signal?.addEventListener('abort', watch.end, { once: true });
  try {
    const [output, result, said] = await Promise.all([
      bothEnds(child.stdout!),
      wholeText(child.stdio[RESULT_DESCRIPTOR] as Readable),
      bothEnds(child.stderr!),
      ended(child),
    ]);
    signal?.throwIfAborted();
    if (watch.isTooLarge) return endedByMemory(parts, task.limitSeconds, output);
    return runOf(result, output, said, task.limitSeconds);
  } finally {
    watch.stop();
    signal?.removeEventListener('abort', watch.end);
  }
}

function start(parts: ProjectParts, user: ProjectUser, task: ProjectTask): ChildProcess {
  const identity = user.outside === null ? {} : { uid: user.outside, gid: user.outside };
  const stdio = ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'] as const;
  const options = { stdio: [...stdio], env: {}, cwd: '/', detached: true, ...identity };
  return spawn(parts.bubblewrap, projectWords(parts, user, task), options);
}

/** Ends a run that takes too long without a word, or too much memory, or that nobody wants any more. */
class Watch {
  readonly #child: ChildProcess;
  readonly #late: NodeJS.Timeout;
  readonly #looks: NodeJS.Timeout;
  isTooLarge = false;

  constructor(child: ChildProcess, { mostSeconds, mostBytes }: { mostSeconds: number; mostBytes: number }) {
    this.#child = child;
    child.stdin?.on('error', () => {});
    this.#late = setTimeout(this.end, mostSeconds * 1000);
    this.#looks = setInterval(() => {
      this.isTooLarge ||= memoryOf(child.pid ?? 0) > mostBytes;
      if (this.isTooLarge) this.end();
    }, MILLISECONDS_BETWEEN_LOOKS);
  }

  /** What watches over the tests inside ends them all when its standard input closes. */
  readonly end = (): void => {
    this.#child.stdin?.destroy();
    setTimeout(() => killGroup(this.#child), MILLISECONDS_TO_END).unref();
  };

  stop(): void {
    clearTimeout(this.#late);
    clearInterval(this.#looks);
  }
}

/** Of a run that was ended for its memory nothing else is known. */
function endedByMemory({ mostBytes: peakBytes }: ProjectParts, limitSeconds: number, output: string): ProjectRun {
  const measured = { status: null, limit: 'memory', seconds: 0, cpuSeconds: 0, peakBytes } as const;
  return { ...measured, limitSeconds, output, ...readReport('') };
}

function runOf(result: string, output: string, said: string, limitSeconds: number): ProjectRun {
  if (result === '')
    throw new SandboxFault(
      `the sandbox of the project ended without a result: ${said.trim().split('\n').at(-1) ?? ''}`,
      {
        isTransient: true,
      },
    );
  const { report, ...measured } = resultSchema.parse(JSON.parse(result));
  const limit = measured.status === null ? 'time' : null;
  return { ...measured, limit, limitSeconds, output, ...readReport(report) };
}

function ended(child: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.on('error', (cause) => reject(new SandboxFault(`bubblewrap did not start: ${cause.message}`, { cause })));
  child.on('close', () => resolve());
  return promise;
}

/** The first and the last part of what comes, however much that is. */
async function bothEnds(stream: Readable): Promise<string> {
  let [first, last, isCut] = ['', '', false];
  stream.setEncoding('utf8');
  stream.on('error', () => {});
  for await (const text of stream) {
    if (first.length < OUTPUT_KEPT) first += text;
    else {
      last += text;
      if (last.length > 2 * OUTPUT_KEPT) [last, isCut] = [last.slice(-OUTPUT_KEPT), true];
    }
  }
  return isCut ? `${first}\n[...]\n${last}` : first + last;
}

async function wholeText(stream: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  stream.on('error', () => {});
  for await (const piece of stream) {
    size += piece.length;
    if (size <= MOST_RESULT) pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}
