import type { Verdict } from './verdict.ts';

/** Tests that the judge evaluates, in another process than the candidate: a pass of them cannot be forged. */
export interface JudgedTests {
  readonly setup: string;
  readonly checks: string;
  /** The user asked for the judge: tests that need the process of the code are refused rather than run beside it. */
  readonly onlyJudged?: true;
}

/** A whole test file (pytest, unittest, functions or plain asserts) that runs in the candidate's own process. */
export interface TestFile {
  /** Its source. */
  readonly program: string;
  /** The name, dotted or not, under which it imports the candidate. */
  readonly moduleName: string;
}

/** A command that tests the project of which the candidate is one file; only a ProjectSandbox runs it. */
export interface ProjectTests {
  readonly command: string;
}

/** One run of a candidate. */
export interface RunRequest {
  /** The candidate: a whole Python module, or a script where the entry point is `__script__`: the judge's tests
   * call that with a text for standard input, and get what the script printed. Empty or blank gives the verdict `no-code`. */
  readonly code: string;
  /** Source of the prompt's own imports and helpers, defined for the judge's tests so that a candidate cannot replace them. */
  readonly context: string;
  /** What the judge's tests call; a test file needs none but for its `check(candidate)`. */
  readonly entryPoint: string;
  /** What it may import beside the libraries, by dotted names; a test file may, too. */
  readonly modules?: readonly { readonly name: string; readonly source: string }[];
  /** The tests; null only compiles and loads the candidate, and looks whether it defines the entry point. */
  readonly tests: JudgedTests | TestFile | ProjectTests | null;
  /** Wall time for loading and all checks together; four times what the setup took is added, as it does the work once too. */
  readonly timeoutSeconds: number;
  /** `all`: evaluate every check and describe the failures; `first`: end at the first failure, the cheapest. */
  readonly report: 'all' | 'first';
  /** Code known to be right, where there is some: it shows whether tests need the process of the code. */
  readonly reference?: string | null;
}

/** What isolates candidates here, for `doctor`. */
export interface Isolation {
  /** `bwrap`: namespaces, seccomp and limits; `landlock`: Landlock, seccomp and limits. */
  readonly name: string;
  readonly python: string;
  /** Protections that this isolation lacks, each a short phrase; empty when it is complete. */
  readonly lacks: readonly string[];
}

/** Runs candidates isolated. Code that fails is a Verdict; only a broken sandbox throws. */
export interface Sandbox {
  /**
   * Throws SandboxFault when no verdict can be had, Refusal when the tests cannot be run, or the signal's reason when aborted;
   * a pass needs positive proof from the judge.
   */
  run(request: RunRequest, signal?: AbortSignal): Promise<Verdict>;
  isolation(): Promise<Isolation>;
  /** Ends every process of the sandbox; later runs throw. */
  close(): Promise<void>;
}
