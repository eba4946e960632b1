import { homedir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import type { Environment, ModelSettings } from '../models/model-provider.ts';
import type { NamedServer } from '../models/named-server.ts';
import { defaultCacheFolder } from '../tasks/data-folder.ts';
import { PROVIDERS, type ProviderSettings } from './providers.ts';
import { withKeys } from './server-list.ts';

export const SANDBOX_KINDS = ['auto', 'native', 'pyodide'] as const;
export type SandboxKind = (typeof SANDBOX_KINDS)[number];

/** What the machine and the user's settings say; every field has a default in `readSettings`. */
export interface Settings extends ModelSettings, ProviderSettings {
  /** Interpreter, or folder of a virtual environment, to use in the sandbox with its packages; null finds one, without. */
  readonly python: string | null;
  /** `auto`: the native one where it works, else Pyodide. */
  readonly sandbox: SandboxKind;
  readonly dataFolder: string | undefined;
}

/** Name of a project's configuration file; it may have come with somebody else's repository. */
export const PROJECT_CONFIG = 'greenloop.yaml';

/** The user's own configuration file. */
export function ownConfigFile(environment: Environment = process.env): string {
  return join(environment.XDG_CONFIG_HOME || join(homeFolder(), '.config'), 'greenloop', 'config.yaml');
}

/** Whether the user wants no colours and no moving lines (no-color.org, or a terminal that cannot). */
export function wantsPlainOutput({ NO_COLOR, TERM }: Environment = process.env): boolean {
  return Boolean(NO_COLOR) || TERM === 'dumb';
}

/** The words that start greenloop as the user did: by npx, by a script of npm, or by its name. */
export function programWords(
  { npm_lifecycle_event: event, npm_lifecycle_script: script = '' }: Environment = process.env,
): readonly string[] {
  if (event === 'npx' && /^["']?greenloop\b/.test(script)) return ['npx', 'greenloop'];
  return event === 'greenloop' ? ['npm', 'run', '-s', 'greenloop', '--'] : ['greenloop'];
}

/**
 * Settings out of a configuration file, with the environment (GREENLOOP_DATA and what the providers read) over it and the given ones over
 * both. A file that names a server decides whether the key may go there.
 */
export function readSettings(
  over: Partial<Settings> = {},
  environment: Environment = process.env,
  file: Partial<Settings> = {},
): Settings {
  const { XDG_CACHE_HOME, PATH } = environment;
  const settings: Settings = {
    servers: [],
    slots: null,
    contextTokens: 4096,
    modelTimeoutSeconds: 300,
    loadTimeoutSeconds: 600,
    searchPath: PATH ?? '/usr/bin:/bin',
    python: null,
    sandbox: 'auto',
    dataFolder: undefined,
    cacheFolder: defaultCacheFolder(XDG_CACHE_HOME, homeFolder()),
    ...merged(PROVIDERS.map(({ settings }) => settings?.defaults(environment))),
    ...file,
    ...environmentSettings(environment),
    ...over,
  };
  const servers = over.servers ?? withSlots(settings.servers, over.slots ?? null);
  return { ...settings, servers: withKeys(servers, environment) };
}

/** The same servers with as many slots as were asked for over the file that lists them. */
function withSlots(servers: readonly NamedServer[], slots: number | null): readonly NamedServer[] {
  return slots === null ? servers : servers.map((server) => ({ ...server, slots }));
}

/** Those settings that variables of the environment give. */
export function environmentSettings(environment: Environment = process.env): Partial<Settings> {
  const { GREENLOOP_DATA } = environment;
  const ofProviders = PROVIDERS.map(({ settings }) => settings?.fromEnvironment(environment));
  return { ...merged(ofProviders), ...(GREENLOOP_DATA && { dataFolder: GREENLOOP_DATA }) };
}

/** Variables of the environment that say where models are, and are not used, as `servers` says it. */
export function unusedAddresses(
  { servers }: Pick<Settings, 'servers'>,
  environment: Environment = process.env,
): { readonly variable: string; readonly kind: string }[] {
  return PROVIDERS.flatMap(({ name, served }) => {
    const isUnused = served !== undefined && servers.some(({ kind }) => kind === name) && environment[served.variable];
    return isUnused ? [{ variable: served.variable, kind: name }] : [];
  });
}

/** The parts of a configuration file that providers read, by provider. */
export function providerSections(isOwn: boolean): Record<string, z.ZodType> {
  return Object.fromEntries(
    PROVIDERS.flatMap(({ name, settings }) => (settings ? [[name, settings.section(isOwn).optional()]] : [])),
  );
}

/** The settings of all providers, of which each gives its own. */
function merged(parts: readonly (object | undefined)[]): ProviderSettings {
  return Object.assign({}, ...parts) as ProviderSettings;
}

/** The user's home folder; this folder where the user has none (a container's bare user id). */
export function homeFolder(): string {
  try {
    return homedir() || '.';
  } catch {
    return '.';
  }
}
