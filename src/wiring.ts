import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { GreenloopError, Refusal, SandboxFault } from './base/errors.ts';
import { hashOf } from './base/hash.ts';
import type { Cache } from './cache/cache.ts';
import { CachedModel, type CachedModelOptions } from './cache/cached-model.ts';
import { CachedSandbox } from './cache/cached-sandbox.ts';
import { type FetchedGguf, type FetchOptions, fetchGguf } from './models/fetch-gguf.ts';
import { findGguf } from './models/find-gguf.ts';
import { GgufFolder } from './models/gguf-folder.ts';
import { readGgufSource } from './models/gguf-source.ts';
import { loadLlamaEngine } from './models/llama-addon.ts';
import { LlamaCppModel } from './models/llama-cpp-model.ts';
import { USUAL_PATIENCE } from './models/llama-patience.ts';
import { LoadingWait } from './models/loading-wait.ts';
import { type Model, type ModelServer, type ServerNotices, SILENT } from './models/model.ts';
import { parseModelName } from './models/model-name.ts';
import { OllamaModel } from './models/ollama-model.ts';
import { OllamaServer } from './models/ollama-server.ts';
import { OpenAIModel } from './models/openai-model.ts';
import { OpenAIServer } from './models/openai-server.ts';
import { QueuedModel } from './models/queued-model.ts';
import { RecordedModel } from './models/recorded-model.ts';
import { RequestQueue } from './models/request-queue.ts';
import { ScriptFileModel } from './models/script-file.ts';
import { ollamaUrl, openaiUrl } from './models/server-url.ts';
import { findProgram } from './sandbox/native/isolation.ts';
import { findNativeParts } from './sandbox/native/native-parts.ts';
import { NativeSandbox } from './sandbox/native-sandbox.ts';
import { makesNamespaces } from './sandbox/pyodide/bubblewrapped-node.ts';
import { findHost } from './sandbox/pyodide/host-command.ts';
import { PyodideSandbox } from './sandbox/pyodide-sandbox.ts';
import { RememberingSandbox } from './sandbox/remembering-sandbox.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import type { Ledger } from './store/ledger.ts';
import type { SqliteLedgerOptions } from './store/sqlite-ledger.ts';
import type { BenchmarkPlaces } from './tasks/catalog.ts';
import { defaultCacheFolder } from './tasks/data-folder.ts';

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

/** Folder that holds package.json, whether the sources or the built files run. */
export const packageRoot = dirname(import.meta.dirname);

/** Folder of the models and tasks that ship with greenloop. */
const starterFolder = join(packageRoot, 'starter');

/** Folder of the Python runner. */
const runner = join(packageRoot, 'src', 'sandbox', 'runner');

/**
 * The sandbox of this machine, for `parallel` candidates at a time (default: cores); `onFallback` is told in one line why it
 * is not the native one. Throws SandboxFault that says what to install.
 */
export async function openSandbox(
  settings: Settings,
  parallel = availableParallelism(),
  onFallback: (line: string) => void = () => {},
): Promise<Sandbox> {
  const { sandbox: kind, searchPath, python } = settings;
  if (kind === 'pyodide') return openPyodide(settings, parallel);
  const parts = findNativeParts({ searchPath, python, runner });
  if (typeof parts !== 'string') return new RememberingSandbox(new NativeSandbox({ ...parts, parallel }));
  // A Python that was asked for by name is not passed over.
  if (kind === 'native' || python !== null) throw new SandboxFault(parts);
  onFallback(`${parts}; until then code runs in Pyodide, which is slower and has no numpy, threads or processes`);
  return openPyodide(settings, parallel);
}

async function openPyodide({ searchPath, cacheFolder }: Settings, parallel: number): Promise<Sandbox> {
  if (process.platform === 'win32') throw new SandboxFault('the sandbox does not run on Windows itself; use WSL');
  const bubblewrap = process.platform === 'linux' ? findProgram(['bwrap'], searchPath) : null;
  const host = findHost(runner, bubblewrap !== null && makesNamespaces(bubblewrap) ? bubblewrap : null);
  return new RememberingSandbox(await PyodideSandbox.open({ host, cacheFolder, parallel }));
}

/** Opens models by name, checks that each can be asked, and queues the requests of each server, whose `notices` the user is told. */
export async function openModels(
  names: readonly string[],
  settings: Settings,
  signal?: AbortSignal,
  notices: ServerNotices = SILENT,
): Promise<(name: string) => Model> {
  const access = serverAccess(settings, notices, signal);
  const entries = names.map(async (name) => {
    const model = await openModel(name, settings, access);
    await model.prepare(signal);
    return [name, model] as const;
  });
  const models = new Map(await Promise.all(entries));
  return (name) => {
    const model = models.get(name);
    if (model === undefined) throw new GreenloopError(`the model ${name} was not opened`);
    return model;
  };
}

/**
 * The model servers that `doctor` and `models` look for: the ones that the settings name, else those on their usual ports; then
 * the fetched models, where there are any. The key goes to the named server only: anything may listen on a usual port.
 */
export function modelServers(settings: Settings): ModelServer[] {
  const { ollamaUrl, openaiUrl, openaiKey } = settings;
  const timeoutSeconds = 2;
  const usual = [8080, 8000, 1234].map((port) => `http://127.0.0.1:${port}/v1`);
  const openai =
    openaiUrl === null
      ? usual.map((url) => new OpenAIServer({ url, timeoutSeconds }))
      : [new OpenAIServer({ url: openaiUrl, apiKey: openaiKey, timeoutSeconds })];
  const fetched = new GgufFolder('gguf', modelFolder(settings));
  return [new OllamaServer(ollamaUrl, timeoutSeconds), ...openai, ...(fetched.isEmpty ? [] : [fetched])];
}

/** Settings under which models are asked at this server, found and not named: without the key. */
export function settingsFor(server: Pick<ModelServer, 'provider' | 'url'>, settings: Settings): Settings {
  if (server.provider !== 'openai' || server.url === settings.openaiUrl) return settings;
  return { ...settings, openaiUrl: server.url, openaiKey: undefined };
}

/** The models that ship with greenloop; never chosen unless they are named, as they only know the tasks of the starter. */
export function starterModels(): GgufFolder {
  return new GgufFolder('starter', starterFolder);
}

/** What runs gguf/ models; throws a Refusal that says what to install. */
export async function describeLlamaCpp(): Promise<string> {
  const { addon } = await loadLlamaEngine();
  return `runs gguf/ models on ${addon.getGpuType() || 'the processor'}`;
}

/** Opens the ledger in a file; throws a Refusal where it cannot be used. */
export async function openLedger(path: string, options: SqliteLedgerOptions): Promise<Ledger> {
  // Only who needs it hears of it: Node 22 warns that its SQLite is new.
  const { SqliteLedger } = await import('./store/sqlite-ledger.ts');
  return new SqliteLedger(path, options);
}

/** The same models, of which nothing is asked that the ledger holds. */
export async function keepAnswers(
  names: readonly string[],
  model: (name: string) => Model,
  { signal, ...options }: Omit<CachedModelOptions, 'identity'> & { signal?: AbortSignal },
): Promise<(name: string) => Model> {
  const entries = names.map(async (name): Promise<[string, Model]> => {
    const identity = (await model(name).identity?.(signal)) ?? null;
    return [name, identity === null ? model(name) : new CachedModel(model(name), { ...options, identity })];
  });
  const kept = new Map(await Promise.all(entries));
  return (name) => kept.get(name) ?? model(name);
}

/** The same sandbox, of which no run is asked that the ledger holds; a Python of the user's own may change its packages, so its runs are not kept. */
export async function keepVerdicts(
  sandbox: Sandbox,
  cache: Cache,
  { python }: Pick<Settings, 'python'>,
): Promise<Sandbox> {
  if (python !== null) return sandbox;
  const files = readdirSync(runner).filter((name) => name.endsWith('.py'));
  const judge = hashOf(files.toSorted().map((name) => readFileSync(join(runner, name), 'utf8')));
  return CachedSandbox.around(sandbox, { cache, judge });
}

/** Where benchmarks are read from. */
export function dataPlaces(
  settings: Settings,
  signal?: AbortSignal,
  onProgress?: (bytes: number, total: number | null) => void,
): BenchmarkPlaces {
  return { dataFolder: settings.dataFolder, cacheFolder: settings.cacheFolder, starterFolder, signal, onProgress };
}

/** Folder of the GGUF files that were fetched. */
export function modelFolder({ cacheFolder }: Pick<Settings, 'cacheFolder'>): string {
  return join(cacheFolder, 'models');
}

/** A fetched file, and the name under which it is a model. */
export interface PulledModel extends FetchedGguf {
  readonly model: string;
}

/** Fetches a GGUF file into the user's cache, from the hub that HF_ENDPOINT names where a name is given. */
export async function pullModel(
  source: string,
  settings: Settings,
  options: Omit<FetchOptions, 'folder'>,
  { HF_ENDPOINT }: Environment = process.env,
): Promise<PulledModel> {
  const { url, fileName } = readGgufSource(source, HF_ENDPOINT || 'https://huggingface.co');
  const fetched = await fetchGguf({ url, fileName }, { ...options, folder: modelFolder(settings) });
  return { ...fetched, model: `gguf/${fileName.replace(/\.gguf$/, '')}` };
}

/** The user's home folder; this folder where the user has none (a container's bare user id). */
function homeFolder(): string {
  try {
    return homedir() || '.';
  } catch {
    return '.';
  }
}

/** What models at the same server share. */
interface ServerAccess {
  readonly notices: ServerNotices;
  readonly ollamaLoading: LoadingWait;
  /** Null where no server was named. */
  readonly openaiLoading: LoadingWait | null;
  /** Of the provider's server, made at first use. */
  readonly queue: (provider: 'ollama' | 'openai') => Promise<RequestQueue>;
}

function serverAccess(settings: Settings, notices: ServerNotices, signal?: AbortSignal): ServerAccess {
  const { ollamaUrl, openaiUrl, loadTimeoutSeconds: longestSeconds } = settings;
  const loadingAt = (url: string) => new LoadingWait({ url, longestSeconds, onWait: notices.waiting });
  const openaiLoading = openaiUrl === null ? null : loadingAt(openaiUrl);
  const queues = new Map<string, Promise<RequestQueue>>();
  const queue = (provider: 'ollama' | 'openai') => {
    const known = queues.get(provider) ?? openQueue(provider, settings, openaiLoading, signal);
    queues.set(provider, known);
    return known;
  };
  return { notices, ollamaLoading: loadingAt(ollamaUrl), openaiLoading, queue };
}

async function openModel(text: string, settings: Settings, access: ServerAccess): Promise<Model> {
  const { provider, name } = parseModelName(text);
  const { contextTokens, modelTimeoutSeconds: timeoutSeconds } = settings;
  const { notices, ollamaLoading, openaiLoading } = access;
  switch (provider) {
    case 'ollama': {
      const options = { name, url: settings.ollamaUrl, contextTokens, timeoutSeconds };
      return new QueuedModel(
        new OllamaModel({ ...options, notices, loading: ollamaLoading }),
        await access.queue(provider),
      );
    }
    case 'openai': {
      const options = { name, url: openaiAddress(settings), apiKey: settings.openaiKey, timeoutSeconds, notices };
      const model = new OpenAIModel(openaiLoading === null ? options : { ...options, loading: openaiLoading });
      return new QueuedModel(model, await access.queue(provider));
    }
    // Such a model has a queue of its own.
    case 'gguf':
      return llamaCppModel(text, findGguf(name, modelFolder(settings)), settings, notices);
    case 'starter':
      return llamaCppModel(text, starterModels().find(name), settings, notices);
    case 'recorded':
      return new RecordedModel(name);
    case 'scripted':
      return new ScriptFileModel(name);
  }
}

function llamaCppModel(name: string, path: string, settings: Settings, { note }: ServerNotices): Model {
  const { contextTokens, slots, searchPath, loadTimeoutSeconds: load } = settings;
  const bubblewrap = process.platform === 'linux' ? findProgram(['bwrap'], searchPath) : null;
  const patience = { ...USUAL_PATIENCE, load };
  return new LlamaCppModel({ name, path, contextTokens, slots, bubblewrap, patience, onNote: note });
}

function openaiAddress(settings: Settings): string {
  if (settings.openaiUrl !== null) return settings.openaiUrl;
  throw new Refusal(
    'an openai/ model needs the address of its server: set OPENAI_BASE_URL, e.g. http://127.0.0.1:8080/v1',
  );
}

/** With as many slots as the settings say, else the server. */
async function openQueue(
  provider: 'ollama' | 'openai',
  settings: Settings,
  loading: LoadingWait | null,
  signal?: AbortSignal,
): Promise<RequestQueue> {
  if (settings.slots !== null) return new RequestQueue(settings.slots);
  if (provider === 'ollama' || loading === null) return new RequestQueue(1);
  const server = new OpenAIServer({ url: openaiAddress(settings), apiKey: settings.openaiKey, loading });
  return new RequestQueue((await server.readSlots(signal)) ?? 1);
}
