import { spawn } from 'node:child_process';
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
  const identity = user.outside === null ? {} : { uid: user.outside, gid: user.outside };
  const child = spawn(parts.bubblewrap, projectWords(parts, user, task), {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
    env: {},
    cwd: '/',
    detached: true,
    ...identity,
  });
  const [lifeline, output, errors] = [child.stdin!, child.stdout!, child.stderr!];
  lifeline.on('error', () => {});
  // What watches over the tests ends them all when the lifeline closes.
  const end = () => {
    lifeline.destroy();
    setTimeout(() => killGroup(child), MILLISECONDS_TO_END).unref();
  };
  const watchdog = setTimeout(end, (task.limitSeconds + START_SECONDS) * 1000);
  let isTooLarge = false;
  const memory = setInterval(() => {
    if (memoryOf(child.pid ?? 0) <= parts.mostBytes) return;
    isTooLarge = true;
    end();
  }, MILLISECONDS_BETWEEN_LOOKS);
  signal?.addEventListener('abort', end, { once: true });
  const file = child.stdio[FILE_DESCRIPTOR] as Writable;
  file.on('error', () => {});
  file.end(bytes);
  try {
    const [printed, result, said] = await Promise.all([
      bothEnds(output),
      wholeText(child.stdio[RESULT_DESCRIPTOR] as Readable),
      bothEnds(errors),
      ended(child),
    ]);
    signal?.throwIfAborted();
    if (isTooLarge) return endedByMemory(parts, task.limitSeconds, printed);
    return runOf(result, printed, said, task.limitSeconds);
  } finally {
    clearTimeout(watchdog);
    clearInterval(memory);
    signal?.removeEventListener('abort', end);
  }
}

/** Of a run that was ended for its memory nothing else is known. */
function endedByMemory({ mostBytes: peakBytes }: ProjectParts, limitSeconds: number, output: string): ProjectRun {
  const measured = { status: null, limit: 'memory', seconds: 0, cpuSeconds: 0, peakBytes } as const;
  return { ...measured, limitSeconds, output, ...readReport('') };
}

function runOf(result: string, output: string, said: string, limitSeconds: number): ProjectRun {
  if (result === '')
    throw new SandboxFault(`the sandbox of the project ended without a word: ${said.trim().split('\n').at(-1) ?? ''}`, {
      isTransient: true,
    });
  const { report, ...measured } = resultSchema.parse(JSON.parse(result));
  const limit = measured.status === null ? 'time' : null;
  return { ...measured, limit, limitSeconds, output, ...readReport(report) };
}

function ended(child: ReturnType<typeof spawn>): Promise<void> {
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
