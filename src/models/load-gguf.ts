import { availableParallelism } from 'node:os';
import { Refusal } from '../base/errors.ts';
import { quote } from '../base/printable.ts';
import { type ChatTemplate, type ChatWriter, findSystemText } from './chat-tokens.ts';
import { Decoder } from './decoder.ts';
import { type GgufFile, readGgufFile } from './gguf-file.ts';
import {
  type AddonContext,
  type AddonModel,
  type LlamaAddon,
  type LlamaEngine,
  loadLlamaEngine,
} from './llama-addon.ts';

export interface LoadOptions {
  /** Of one conversation; a model that knows less gets less. */
  readonly contextTokens: number;
  /** Conversations at once; null is one a core, 4 at most, for a small model, and 1 for a large one, which keeps all cores busy. */
  readonly slots: number | null;
}

/** A model in memory, ready to answer. */
export interface LoadedModel extends ChatWriter {
  readonly addon: LlamaAddon;
  /** As many as there are slots. */
  readonly decoders: Decoder[];
  readonly contextTokens: number;
}

const BATCH_TOKENS = 512;
const ALL_LAYERS = 1000;
const MOST_SLOTS = 4;
/** Below this, threads that share the work of one token cost more than they save. */
const SMALL_MODEL_BYTES = 64 * 1024 * 1024;

/** Loads a GGUF file into llama.cpp; throws a Refusal that says what is wrong with it, or what to install. */
export async function loadModel({ path, ...options }: LoadOptions & { readonly path: string }): Promise<LoadedModel> {
  const file = readGgufFile(path);
  const engine = await loadLlamaEngine();
  const { addon } = engine;
  refuseUnknownArchitecture(addon, file, path);
  const { source, chatTemplate } = readTemplate(addon, file, path);
  const model = await openModel(engine, path);
  const contextTokens = Math.min(options.contextTokens, model.getTrainContextSize() || options.contextTokens);
  const { slots, threads } = shareCores(model, options.slots);
  const decoders: Decoder[] = [];
  while (decoders.length < slots) {
    const context = await openContext(engine, model, { contextTokens, threads, path });
    decoders.push(new Decoder({ addon, model, context, contextTokens, batchTokens: BATCH_TOKENS }));
  }
  const systemText = findSystemText(model, chatTemplate, source);
  return { addon, model, decoders, contextTokens, chatTemplate, systemText };
}

function refuseUnknownArchitecture(addon: LlamaAddon, { architecture }: GgufFile, path: string): void {
  if (addon.getIsArchSupported(architecture)) return;
  throw new Refusal(`${path} is a model of the architecture ${quote(architecture)}, which llama.cpp cannot run`);
}

function readTemplate(
  addon: LlamaAddon,
  { chatTemplate: source }: GgufFile,
  path: string,
): { source: string; chatTemplate: ChatTemplate } {
  if (source === null) {
    throw new Refusal(`${path} has no chat template; take an instruct model, which follows instructions`);
  }
  try {
    return { source, chatTemplate: new addon.AddonJinjaRenderer(source) };
  } catch (cause) {
    throw new Refusal(`${path} has a chat template that cannot be read: ${quote((cause as Error).message)}`, { cause });
  }
}

async function openModel({ addon, takeErrors }: LlamaEngine, path: string): Promise<AddonModel> {
  const gpuLayers = addon.getGpuType() ? ALL_LAYERS : 0;
  const model = new addon.AddonModel(path, { addonExports: addon, gpuLayers, useMmap: true });
  if (await model.init()) return model;
  throw new Refusal(`llama.cpp cannot load ${path}: it says ${quote(await takeErrors())}; fetch the file again`);
}

async function openContext(
  { addon, takeErrors }: LlamaEngine,
  model: AddonModel,
  { contextTokens, threads, path }: { contextTokens: number; threads: number; path: string },
): Promise<AddonContext> {
  const options = { contextSize: contextTokens, batchSize: BATCH_TOKENS, sequences: 1, threads, flashAttention: false };
  const context = new addon.AddonContext(model, options);
  if (await context.init()) return context;
  const said = quote(await takeErrors());
  throw new Refusal(`llama.cpp cannot start ${path}: it says ${said}; take a smaller context or fewer slots`);
}

function shareCores(model: AddonModel, wanted: number | null): { slots: number; threads: number } {
  const cores = availableParallelism();
  const isSmall = model.getModelSize() < SMALL_MODEL_BYTES;
  const slots = wanted ?? (isSmall ? Math.min(MOST_SLOTS, cores) : 1);
  return { slots, threads: isSmall ? 1 : Math.max(1, Math.floor(cores / slots)) };
}
