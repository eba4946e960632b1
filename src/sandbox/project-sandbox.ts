import { Refusal, SandboxFault } from '../base/errors.ts';
import { type Baseline, expectedOf } from './project/project-baseline.ts';
import { type ProjectParts, type ProjectUser, projectUsers } from './project/project-command.ts';
import { type ProjectRun, runProject } from './project/project-run.ts';
import { type CandidateLines, verdictOfRun } from './project/project-verdict.ts';
import type { Isolation, RunRequest, Sandbox } from './sandbox.ts';
import { UNMEASURED, type Verdict } from './verdict.ts';

/** A file of the project with a candidate in its place. */
export interface PlacedCandidate {
  readonly bytes: Uint8Array;
  readonly lines: CandidateLines;
}

/** Why a candidate cannot be put into its file, as an exception says it. */
export interface MisplacedCandidate {
  readonly type: string;
  readonly message: string;
}

/** Puts a candidate into its file. */
export type PlaceCandidate = (code: string) => PlacedCandidate | MisplacedCandidate;

/** A run of the command with some bytes in the place of the file. */
export interface ObservedRun {
  readonly command: string;
  readonly bytes: Uint8Array;
  readonly limitSeconds: number;
  readonly isStubbed: boolean;
}

/**
 * Runs a command in a project, shown read-only, in which one file is replaced. What the command says of a candidate comes from processes
 * that the candidate's code runs in, so that a pass is weaker than one of the judge.
 */
export class ProjectSandbox implements Sandbox {
  readonly #parts: ProjectParts;
  readonly #user: ProjectUser;
  readonly #closing = new AbortController();
  #place: PlaceCandidate | null = null;
  #baseline: Baseline | null = null;

  private constructor(parts: ProjectParts, user: ProjectUser) {
    this.#parts = parts;
    this.#user = user;
  }

  /** Throws SandboxFault where the project cannot be shown to a sandbox. */
  static async open(parts: ProjectParts, signal?: AbortSignal): Promise<ProjectSandbox> {
    let fault: unknown;
    for (const user of projectUsers()) {
      const task = {
        command: 'test -r "$GREENLOOP_TARGET" && ls .',
        limitSeconds: 10,
        isStubbed: false,
        bytes: new Uint8Array(),
      };
      const run = await runProject(parts, user, task, signal).catch((error: unknown) => {
        signal?.throwIfAborted();
        fault = error;
        return null;
      });
      if (run?.status === 0) return new ProjectSandbox(parts, user);
      fault ??= new Error(run?.output.trim());
    }
    throw new SandboxFault(
      `bubblewrap cannot show the project ${parts.project.root}, or its user nobody cannot read it (${(fault as Error).message})`,
      { cause: fault },
    );
  }

  /** From now on candidates are put into the file so, and have to pass what ran before. */
  judgeBy(place: PlaceCandidate, baseline: Baseline): void {
    this.#place = place;
    this.#baseline = baseline;
  }

  /** Runs the command once on given bytes of the file. */
  observe(run: ObservedRun, signal?: AbortSignal): Promise<ProjectRun> {
    const { signal: closing } = this.#closing;
    return runProject(
      this.#parts,
      this.#user,
      run,
      signal === undefined ? closing : AbortSignal.any([signal, closing]),
    );
  }

  async run({ code, tests, timeoutSeconds }: RunRequest, signal?: AbortSignal): Promise<Verdict> {
    if (tests === null || !('command' in tests) || this.#place === null || this.#baseline === null)
      throw new Refusal('a project is tested only by its command');
    const { command } = tests;
    if (code.trim() === '') return { ...UNMEASURED, testedBy: 'command', kind: 'no-code' };
    const placed = this.#place(code);
    if ('message' in placed) return verdictOfMisplaced(placed);
    const run = await this.observe(
      { command, bytes: placed.bytes, limitSeconds: timeoutSeconds, isStubbed: false },
      signal,
    );
    return verdictOfRun(run, { command, ...expectedOf(this.#baseline), lines: placed.lines });
  }

  async isolation(): Promise<Isolation> {
    const { interpreter, python } = this.#parts;
    const path = python.environment ?? interpreter.path;
    return { name: 'bwrap', python: path, lacks: [] };
  }

  async close(): Promise<void> {
    this.#closing.abort(new SandboxFault('the sandbox was closed'));
  }
}

function verdictOfMisplaced({ type, message }: MisplacedCandidate): Verdict {
  const exception = { type, message, traceback: `${type}: ${message}\n`, line: null, locals: {} };
  const unmeasured = { ...UNMEASURED, testedBy: 'command', exception } as const;
  if (type === 'SyntaxError') return { ...unmeasured, kind: 'syntax-error' };
  return { ...unmeasured, kind: 'raised', during: 'load' };
}
