// Runs in the child.
import { type ChatTemplate, type ChatWriter, findSystemText } from './chat-tokens.ts';
import { Decoder } from './decoder.ts';
import type { AddonContext, AddonModel, LlamaAddon, LlamaEngine } from './llama-addon.ts';
import { type LoadFailureKind, MOST_USUAL_SLOTS, type OpenRequest, type Stage } from './llama-messages.ts';

interface LoadOptions extends Omit<OpenRequest, 'kind' | 'addon'> {
  /** Called when the template has been read, and when the weights have been. */
  readonly onStage?: (stage: Stage) => void;
}

/** A model in memory, ready to answer. */
export interface LoadedModel extends ChatWriter {
  readonly addon: LlamaAddon;
  /** As many as there are slots. */
  readonly decoders: Decoder[];
  readonly contextTokens: number;
}

/** Why llama.cpp does not run a file; its message is what llama.cpp said. */
export class LoadFailure extends Error {
  readonly what: LoadFailureKind;

  constructor(what: LoadFailureKind, said: string) {
    super(said);
    this.what = what;
  }
}

const BATCH_TOKENS = 512;
const ALL_LAYERS = 1000;
/** Below this, threads that share the work of one token cost more than they save. */
const SMALL_MODEL_BYTES = 64 * 1024 * 1024;

/** Loads a GGUF file into llama.cpp; throws a LoadFailure where that refuses it. */
export async function loadModel(engine: LlamaEngine, options: LoadOptions): Promise<LoadedModel> {
  const { addon } = engine;
  const { architecture, chatTemplate: source, onStage } = options;
  if (!addon.getIsArchSupported(architecture)) throw new LoadFailure('architecture', architecture);
  const chatTemplate = readTemplate(addon, source);
  onStage?.('template');
  const model = await openModel(engine, options.path);
  const contextTokens = Math.min(options.contextTokens, model.getTrainContextSize() || options.contextTokens);
  const { slots, threads } = shareCores(model, options);
  const decoders: Decoder[] = [];
  while (decoders.length < slots) {
    const context = await openContext(engine, model, { contextTokens, threads });
    decoders.push(new Decoder({ addon, model, context, contextTokens, batchTokens: BATCH_TOKENS }));
  }
  onStage?.('weights');
  const systemText = findSystemText(model, chatTemplate, source);
  return { addon, model, decoders, contextTokens, chatTemplate, systemText };
}

function readTemplate(addon: LlamaAddon, source: string): ChatTemplate {
  try {
    return new addon.AddonJinjaRenderer(source);
  } catch (cause) {
    throw new LoadFailure('template', (cause as Error).message);
  }
}

async function openModel({ addon, takeErrors }: LlamaEngine, path: string): Promise<AddonModel> {
  const gpuLayers = addon.getGpuType() ? ALL_LAYERS : 0;
  const model = new addon.AddonModel(path, { addonExports: addon, gpuLayers, useMmap: true });
  if (await model.init()) return model;
  throw new LoadFailure('weights', await takeErrors());
}

async function openContext(
  { addon, takeErrors }: LlamaEngine,
  model: AddonModel,
  { contextTokens, threads }: { contextTokens: number; threads: number },
): Promise<AddonContext> {
  const options = { contextSize: contextTokens, batchSize: BATCH_TOKENS, sequences: 1, threads, flashAttention: false };
  const context = new addon.AddonContext(model, options);
  if (await context.init()) return context;
  throw new LoadFailure('context', await takeErrors());
}

function shareCores(model: AddonModel, options: LoadOptions): { slots: number; threads: number } {
  const { cores } = options;
  const isSmall = model.getModelSize() < SMALL_MODEL_BYTES;
  const slots = options.slots ?? (isSmall ? Math.min(MOST_USUAL_SLOTS, cores) : 1);
  return { slots, threads: isSmall ? 1 : Math.max(1, Math.floor(cores / slots)) };
}
