import { isDeepStrictEqual } from 'node:util';
import { Command } from 'commander';
import type { NamedServer } from '../../models/named-server.ts';
import { idColumn, row, type Table, textColumn } from '../../report/table.ts';
import { environmentSettings, readSettings, type Settings } from '../../wiring/settings.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { printJson, printReport } from '../terminal/output.ts';

/** One setting as it is in force, and what set it. */
interface SettingInForce {
  readonly setting: string;
  readonly value: string | number | null;
  /** `option`, `environment`, the path of a file, or `default`. */
  readonly source: string;
}

/** Settings by the names that configuration files give them; variables of the environment by their own. */
const NAMES: Readonly<Partial<Record<keyof Settings, string>>> = {
  dataFolder: 'data',
  servers: 'servers',
  ollamaUrl: 'ollama.url',
  contextTokens: 'ollama.context',
  openaiUrl: 'openai.url',
  openaiKey: 'OPENAI_API_KEY',
  slots: 'slots',
  loadTimeoutSeconds: 'load_timeout',
  python: 'python',
  sandbox: 'sandbox',
};

/** `greenloop config show`: the settings in force, and where each comes from. */
export function configCommand(): Command {
  const command = new Command('config').description('show the current settings');
  const show = new Command('show').description('show every setting, its value, and what set it');
  show.action(() => runCommand(show, showConfig));
  return command.addCommand(show, { isDefault: true });
}

async function showConfig(surroundings: Surroundings): Promise<number> {
  const settings = [...defaultModel(surroundings), ...settingsInForce(surroundings)];
  await (surroundings.isJson
    ? printJson({ files: surroundings.config.files.map(({ path }) => path), settings })
    : printReport([tableOf(settings)]));
  return EXIT.ok;
}

function defaultModel({ config: { model, pipeline, path } }: Surroundings): SettingInForce[] {
  const setting = (name: string, value: string | undefined): SettingInForce => ({
    setting: name,
    value: value ?? null,
    source: value === undefined ? 'default' : (path ?? 'default'),
  });
  return [setting('model', model), setting('pipeline', pipeline)];
}

function settingsInForce({ settings, chosen, config }: Surroundings): SettingInForce[] {
  const environment = environmentSettings();
  const defaults = readSettings({}, {}, {});
  return (Object.keys(NAMES) as (keyof Settings)[]).flatMap((key) => {
    const file = config.files.find((one) => key in one.settings);
    const sources: [boolean, string][] = [
      [key in chosen, 'option'],
      [key in environment, 'environment'],
      [file !== undefined, file?.path ?? ''],
      [!isDeepStrictEqual(settings[key], defaults[key]), 'environment'],
    ];
    const source = sources.find(([isSource]) => isSource)?.[1] ?? 'default';
    if (key === 'servers' && settings.servers.length > 0)
      return settings.servers.map((server) => serverRow(server, source));
    return [{ setting: NAMES[key] ?? key, value: shownValue(key, settings[key]), source }];
  });
}

/** Where its key comes from, and never the key. */
function serverRow({ name, kind, url, keyVariable, key }: NamedServer, source: string): SettingInForce {
  const keyText = keyVariable === null ? '' : `, ${keyVariable} ${key === undefined ? 'not set' : 'set'}`;
  return { setting: `servers.${name}`, value: `${kind} ${url}${keyText}`, source };
}

/** A key is never shown. */
function shownValue(key: keyof Settings, value: Settings[keyof Settings]): string | number | null {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return null;
  return key === 'openaiKey' ? 'set' : typeof value === 'number' ? value : String(value);
}

function tableOf(settings: readonly SettingInForce[]): Table {
  return {
    title: 'Settings',
    columns: [idColumn('setting'), textColumn('value'), textColumn('from')],
    rows: settings.map(({ setting, value, source }) => row(setting, value === null ? null : String(value), source)),
    notes: [],
  };
}
