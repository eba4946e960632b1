import type { Interpreter } from './interpreter.ts';
import type { SharedThreads } from './threads.ts';

/** How to start the zygote isolated, and what that isolation is. */
export interface IsolatedCommand {
  readonly name: 'bwrap' | 'landlock';
  /** Protections that it lacks, each a short phrase. */
  readonly lacks: readonly string[];
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The user to start it as; null keeps the present one. */
  readonly user: number | null;
  /** True where it cannot make its own scratch folder; it is to be started in an empty one. */
  readonly needsScratch: boolean;
  /** The limit on threads, where all processes of a user share one; null where each sandbox has its own. */
  readonly sharedThreads: SharedThreads | null;
}

/** What is there to isolate with. */
export interface IsolationParts {
  /** Path of bubblewrap; null where it is not installed. */
  readonly bubblewrap: string | null;
  readonly python: Interpreter;
  /** Those of its packages that every program may import; a test file may import them all. */
  readonly visiblePackages: readonly string[];
  /** Folder of the Python runner. */
  readonly runner: string;
}

/** User and group of nobody: what root starts sandboxes as. */
export const NOBODY = 65534;

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}
