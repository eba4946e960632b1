import { existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../../base/errors.ts';
import { fileIssueText } from '../../base/issue-text.ts';
import { readText } from '../../base/read-file.ts';
import { parseYaml } from '../../base/yaml.ts';
import { serversSchema } from '../../wiring/server-list.ts';
import {
  ownConfigFile,
  PROJECT_CONFIG,
  providerSections,
  SANDBOX_KINDS,
  type Settings,
} from '../../wiring/settings.ts';

const common = z.object({
  model: z.string().optional(),
  pipeline: z.string().optional(),
  data: z.string().optional(),
  slots: z.int().min(1).optional(),
  load_timeout: z.number().min(0).optional(),
  python: z.string().optional(),
  sandbox: z.enum(SANDBOX_KINDS).optional(),
});

/** What one configuration file says. */
export interface ConfigFile {
  /** As messages name it. */
  readonly path: string;
  /** Default model of `solve`, `bench` and `serve`. */
  readonly model: string | undefined;
  /** Default pipeline (file or preset) of the same; it goes before the model. */
  readonly pipeline: string | undefined;
  readonly settings: Partial<Settings>;
}

/** What the project's configuration file says, and the user's own under it. */
export interface Config extends Omit<ConfigFile, 'path'> {
  /** The file that names the default model or pipeline, else the first that there is; null where there is none. */
  readonly path: string | null;
  /** Nearest first. */
  readonly files: readonly ConfigFile[];
  /** Why a file could not be read, where the command goes on without; null where all is well. */
  readonly problem: string | null;
}

export const NO_CONFIG: Config = {
  path: null,
  model: undefined,
  pipeline: undefined,
  settings: {},
  files: [],
  problem: null,
};

/** Reads the configuration of this folder or the nearest one above it, and the user's own; refuses unknown fields by name. */
export function readConfig(): Config {
  const places = [projectFile(), ownConfigFile()].filter((path) => path !== null);
  const files = places.filter((path) => existsSync(path)).map(readFile);
  const chooser = files.find(({ model, pipeline }) => model !== undefined || pipeline !== undefined);
  return {
    path: (chooser ?? files[0])?.path ?? null,
    model: chooser?.model,
    pipeline: chooser?.pipeline,
    settings: Object.assign({}, ...files.map(({ settings }) => settings).reverse()),
    files,
    problem: null,
  };
}

/** The same, for commands that tell of a broken configuration and go on without it. */
export function readConfigIfSound(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (error instanceof Refusal) return { ...NO_CONFIG, problem: error.message };
    throw error;
  }
}

/** `greenloop.yaml` here, else in the nearest folder above; one above counts only where it is the user's, as anybody may write to /tmp. */
function projectFile(): string | null {
  const here = resolve('.');
  for (let folder = here; ; folder = dirname(folder)) {
    const path = join(folder, PROJECT_CONFIG);
    const place = statSync(path, { throwIfNoEntry: false });
    if (place?.isFile() && (folder === here || isOwnedByUser(place.uid))) return relative(here, path);
    if (folder === dirname(folder)) return null;
  }
}

function isOwnedByUser(owner: number): boolean {
  return process.getuid === undefined || owner === process.getuid();
}

function readFile(path: string): ConfigFile {
  const isOwn = path === ownConfigFile();
  const data = parseYaml(readText(path), path) ?? {};
  const parsed = schemaFor(isOwn).safeParse(data);
  if (!parsed.success) throw new Refusal(fileIssueText(parsed.error, path, data, 'top level'));
  const { model, pipeline, python } = parsed.data;
  if (python !== undefined && !isOwn) {
    throw new Refusal(
      `${path}: python is a program to start, so it stands in your own configuration only (${ownConfigFile()})`,
    );
  }
  const settings = { ...settingsOf(parsed.data, path), ...parsed.data.providers };
  refuseTwoAddresses(settings, path);
  return { path, model, pipeline: pipeline && besideFile(pipeline, path), settings };
}

/** Servers of a kind that the file lists are all that there are. */
function refuseTwoAddresses({ servers = [], ollamaUrl, openaiUrl }: Partial<Settings>, path: string): void {
  const addresses = { ollama: ollamaUrl, openai: openaiUrl };
  const twice = Object.entries(addresses).find(([kind, url]) => url && servers.some((server) => server.kind === kind));
  if (twice === undefined) return;
  throw new Refusal(
    `${path}: ${twice[0]}.url and servers both say where ${twice[0]}/ models are; make it one of the servers`,
  );
}

/** Each provider reads the part under its name. */
function schemaFor(isOwn: boolean) {
  const sections = providerSections(isOwn);
  const servers = serversSchema(isOwn).optional();
  return z.strictObject({ ...common.shape, ...sections, servers } as z.ZodRawShape).transform((file) => ({
    ...(file as z.output<typeof common> & Partial<Pick<Settings, 'servers'>>),
    providers: Object.assign({}, ...Object.keys(sections).map((name) => file[name])) as Partial<Settings>,
  }));
}

function settingsOf(
  config: z.output<typeof common> & Partial<Pick<Settings, 'servers'>>,
  path: string,
): Partial<Settings> {
  const { data, slots, load_timeout: loadTimeoutSeconds, python, sandbox, servers } = config;
  return {
    ...(servers !== undefined && { servers }),
    ...(data !== undefined && { dataFolder: resolve(dirname(path), data) }),
    ...(slots !== undefined && { slots }),
    ...(loadTimeoutSeconds !== undefined && { loadTimeoutSeconds }),
    ...(python !== undefined && { python }),
    ...(sandbox !== undefined && { sandbox }),
  };
}

/** A pipeline file stands where the configuration says, seen from its own folder; a preset has no folder. */
function besideFile(pipeline: string, path: string): string {
  const beside = isAbsolute(pipeline) ? pipeline : join(dirname(path), pipeline);
  return existsSync(beside) ? beside : pipeline;
}
