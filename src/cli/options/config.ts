import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../../base/errors.ts';
import { issueText } from '../../base/issue-text.ts';
import { readText } from '../../base/read-file.ts';
import { parseYaml } from '../../base/yaml.ts';
import { configFiles, providerSections, SANDBOX_KINDS, type Settings } from '../../wiring/settings.ts';

const common = z.object({
  model: z.string().optional(),
  pipeline: z.string().optional(),
  data: z.string().optional(),
  slots: z.int().min(1).optional(),
  load_timeout: z.number().min(0).optional(),
  python: z.string().optional(),
  sandbox: z.enum(SANDBOX_KINDS).optional(),
});

/** What `greenloop.yaml`, or else the user's own config file, says. */
export interface Config {
  /** The file; null where there is none. */
  readonly path: string | null;
  /** Default model of `solve`. */
  readonly model: string | undefined;
  /** Default pipeline (file or preset) of `solve`. */
  readonly pipeline: string | undefined;
  readonly settings: Partial<Settings>;
}

/** Reads the configuration of this folder, else the user's; refuses unknown keys by name. */
export function readConfig(): Config {
  const file = configFiles().find(({ path }) => existsSync(path));
  if (file === undefined) return { path: null, model: undefined, pipeline: undefined, settings: {} };
  const { path, isOwn } = file;
  const parsed = schemaFor(isOwn).safeParse(parseYaml(readText(path), path) ?? {});
  if (!parsed.success) throw new Refusal(`${path}: ${issueText(parsed.error, 'top level')}`);
  const { model, pipeline, python } = parsed.data;
  if (python !== undefined && !isOwn) {
    throw new Refusal(
      `${path}: python is a program to start, so it stands in your own configuration only (${ownFile()})`,
    );
  }
  const settings = { ...settingsOf(parsed.data, path), ...parsed.data.providers };
  return { path, model, pipeline: pipeline && besideFile(pipeline, path), settings };
}

/** Each provider reads the part under its name. */
function schemaFor(isOwn: boolean) {
  const sections = providerSections(isOwn);
  return z.strictObject({ ...common.shape, ...sections } as z.ZodRawShape).transform((file) => ({
    ...(file as z.output<typeof common>),
    providers: Object.assign({}, ...Object.keys(sections).map((name) => file[name])) as Partial<Settings>,
  }));
}

function settingsOf(config: z.output<typeof common>, path: string): Partial<Settings> {
  const { data, slots, load_timeout: loadTimeoutSeconds, python, sandbox } = config;
  return {
    ...(data !== undefined && { dataFolder: resolve(dirname(path), data) }),
    ...(slots !== undefined && { slots }),
    ...(loadTimeoutSeconds !== undefined && { loadTimeoutSeconds }),
    ...(python !== undefined && { python }),
    ...(sandbox !== undefined && { sandbox }),
  };
}

/** A pipeline file stands where the configuration says, seen from its own folder; a preset has no folder. */
function besideFile(pipeline: string, path: string): string {
  const beside = resolve(dirname(path), pipeline);
  return existsSync(beside) ? beside : pipeline;
}

function ownFile(): string {
  return configFiles().find(({ isOwn }) => isOwn)?.path ?? '';
}
