import { homedir } from 'node:os';
import { join } from 'node:path';
import { ollamaUrl, openaiUrl } from '../models/http/server-url.ts';
import { defaultCacheFolder } from '../tasks/data-folder.ts';

export const SANDBOX_KINDS = ['auto', 'native', 'pyodide'] as const;
export type SandboxKind = (typeof SANDBOX_KINDS)[number];

/** What the machine and the user's settings say; every field has a default in `readSettings`. */
export interface Settings {
  readonly ollamaUrl: string;
  /** Null where no server was named. */
  readonly openaiUrl: string | null;
  readonly openaiKey: string | undefined;
  /** Requests at once per model server; null asks the server, else 1 (a small gguf/ model: one a core, 4 at most). */
  readonly slots: number | null;
  /** Ollama's num_ctx, and the context of a gguf/ model. */
  readonly contextTokens: number;
  readonly modelTimeoutSeconds: number;
  /** How long a server, or a gguf/ model, may take to load. */
  readonly loadTimeoutSeconds: number;
  readonly searchPath: string;
  /** Interpreter, or folder of a virtual environment, to use in the sandbox with its packages; null finds one, without. */
  readonly python: string | null;
  /** `auto`: the native one where it works, else Pyodide. */
  readonly sandbox: SandboxKind;
  readonly dataFolder: string | undefined;
  readonly cacheFolder: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Files that may hold the configuration, the one of this folder first; `isOwn` where only the user can have written it. */
export function configFiles(environment: Environment = process.env): { path: string; isOwn: boolean }[] {
  const home = environment.XDG_CONFIG_HOME || join(homeFolder(), '.config');
  return [
    { path: 'greenloop.yaml', isOwn: false },
    { path: join(home, 'greenloop', 'config.yaml'), isOwn: true },
  ];
}

/** Whether the user wants no colours and no moving lines (no-color.org, or a terminal that cannot). */
export function wantsPlainOutput({ NO_COLOR, TERM }: Environment = process.env): boolean {
  return Boolean(NO_COLOR) || TERM === 'dumb';
}

/**
 * Settings out of a configuration file, with the environment (OLLAMA_HOST, OPENAI_BASE_URL, OPENAI_API_KEY, GREENLOOP_DATA)
 * over it and the given ones over both. A file that names a server decides whether the key may go there.
 */
export function readSettings(
  over: Partial<Settings> = {},
  environment: Environment = process.env,
  file: Partial<Settings> = {},
): Settings {
  const { OLLAMA_HOST, OPENAI_BASE_URL, OPENAI_API_KEY, GREENLOOP_DATA, XDG_CACHE_HOME, PATH } = environment;
  return {
    ollamaUrl: ollamaUrl(undefined),
    openaiUrl: null,
    openaiKey: OPENAI_API_KEY || undefined,
    slots: null,
    contextTokens: 4096,
    modelTimeoutSeconds: 300,
    loadTimeoutSeconds: 600,
    searchPath: PATH ?? '/usr/bin:/bin',
    python: null,
    sandbox: 'auto',
    dataFolder: undefined,
    cacheFolder: defaultCacheFolder(XDG_CACHE_HOME, homeFolder()),
    ...file,
    ...(OLLAMA_HOST && { ollamaUrl: ollamaUrl(OLLAMA_HOST) }),
    ...(OPENAI_BASE_URL && { openaiUrl: openaiUrl(OPENAI_BASE_URL), openaiKey: OPENAI_API_KEY || undefined }),
    ...(GREENLOOP_DATA && { dataFolder: GREENLOOP_DATA }),
    ...over,
  };
}

/** The user's home folder; this folder where the user has none (a container's bare user id). */
function homeFolder(): string {
  try {
    return homedir() || '.';
  } catch {
    return '.';
  }
}
