import { GreenloopError, Refusal } from '../base/errors.ts';
import { loadLlamaEngine } from '../models/gguf/child/llama-addon.ts';
import { type FetchedGguf, type FetchOptions, fetchGguf } from '../models/gguf/fetch-gguf.ts';
import { findGguf } from '../models/gguf/find-gguf.ts';
import { GgufFolder } from '../models/gguf/gguf-folder.ts';
import { readGgufSource } from '../models/gguf/gguf-source.ts';
import { LlamaCppModel } from '../models/gguf/llama-cpp-model.ts';
import { USUAL_PATIENCE } from '../models/gguf/llama-patience.ts';
import { LoadingWait } from '../models/http/loading-wait.ts';
import { type Model, type ModelServer, type ServerNotices, SILENT } from '../models/model.ts';
import { parseModelName } from '../models/model-name.ts';
import { OllamaModel } from '../models/ollama/ollama-model.ts';
import { OllamaServer } from '../models/ollama/ollama-server.ts';
import { OpenAIModel } from '../models/openai/openai-model.ts';
import { OpenAIServer } from '../models/openai/openai-server.ts';
import { QueuedModel } from '../models/queued-model.ts';
import { RecordedModel } from '../models/recorded/recorded-model.ts';
import { RequestQueue } from '../models/request-queue.ts';
import { ScriptFileModel } from '../models/scripted/script-file.ts';
import { findProgram } from '../sandbox/native/isolation.ts';
import { modelFolder, starterFolder } from './places.ts';
import type { Environment, Settings } from './settings.ts';

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
