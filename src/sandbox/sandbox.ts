import type { Verdict } from './verdict.ts';

/** One run of a candidate. */
export interface RunRequest {
  /** The candidate: a whole Python module. Empty or blank gives the verdict `no-code`. */
  readonly code: string;
  /** Source of the prompt's own imports and helpers, defined for the tests so that a candidate cannot replace them. */
  readonly context: string;
  readonly entryPoint: string;
  /** The tests; null only compiles and loads the candidate, and looks whether it defines the entry point. */
  readonly tests: { readonly setup: string; readonly checks: string } | null;
  /** Wall time for loading and all checks together; four times what the setup took is added, as it does the work once too. */
  readonly timeoutSeconds: number;
  /** `all`: evaluate every check and describe the failures; `first`: end at the first failure, the cheapest. */
  readonly report: 'all' | 'first';
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
  /** Throws SandboxFault when no verdict can be had, or the signal's reason when aborted; a pass needs positive proof from the judge. */
  run(request: RunRequest, signal?: AbortSignal): Promise<Verdict>;
  isolation(): Promise<Isolation>;
  /** Ends every process of the sandbox; later runs throw. */
  close(): Promise<void>;
}
