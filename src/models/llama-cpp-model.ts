import { availableParallelism } from 'node:os';
import { ModelFault, Refusal } from '../base/errors.ts';
import { quote } from '../base/printable.ts';
import { BatchDecoder, type Continuation } from './batch-decoder.ts';
import { type GgufFile, readGgufFile } from './gguf-file.ts';
import { type AddonModel, type LlamaAddon, type LlamaEngine, loadLlamaEngine } from './llama-addon.ts';
import type { Completion, CompletionRequest, Message, Model } from './model.ts';
import { RequestQueue } from './request-queue.ts';
import { stripReasoning } from './strip-reasoning.ts';
import { untilAborted } from './until-aborted.ts';

export interface LlamaCppModelOptions {
  /** `provider/name`, as a pipeline addresses it. */
  readonly name: string;
  /** The GGUF file. */
  readonly path: string;
  /** Of one conversation; a model that knows less gets less. */
  readonly contextTokens?: number;
  /** Conversations at once. */
  readonly sequences?: number;
  /** One where the model is so small that sharing the work costs more than the work, else one a core. */
  readonly threads?: number | null;
  /** A clock in seconds. */
  readonly now?: () => number;
}

interface Loaded {
  readonly addon: LlamaAddon;
  readonly model: AddonModel;
  readonly decoder: BatchDecoder;
  readonly tokensPerSequence: number;
  readonly chatTemplate: { render(items: Record<string, unknown>): string };
}

const defaults = {
  contextTokens: 4096,
  sequences: 4,
  threads: null,
  now: () => performance.now() / 1000,
};

const BATCH_TOKENS = 512;
const ALL_LAYERS = 1000;
const SMALL_MODEL_BYTES = 64 * 1024 * 1024;
/** llama.cpp rounds the context of a sequence up to a multiple of this. */
const CONTEXT_STEP = 256;

/** A GGUF file, run in this process by llama.cpp. */
export class LlamaCppModel implements Model {
  readonly name: string;
  readonly #options: Required<LlamaCppModelOptions>;
  readonly #queue: RequestQueue;
  #loaded: Promise<Loaded> | null = null;

  constructor(options: LlamaCppModelOptions) {
    this.name = options.name;
    this.#options = { ...defaults, ...options };
    this.#queue = new RequestQueue(this.#options.sequences);
  }

  /** Loads the model; throws a Refusal that says what is wrong with the file, or what to install. */
  async prepare(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await untilAborted(() => this.#load(), signal);
  }

  /** Aborted, it throws at once; its place is free for another as soon as the step under way is done. */
  async complete(request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    signal?.throwIfAborted();
    return untilAborted(async () => {
      const loaded = await this.#load();
      return this.#queue.run(this.name, () => this.#answer(loaded, request, signal), signal);
    }, signal);
  }

  #load(): Promise<Loaded> {
    this.#loaded ??= load(this.#options);
    return this.#loaded;
  }

  async #answer(loaded: Loaded, request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    const { now } = this.#options;
    const start = now();
    const prompt = this.#toTokens(loaded, request.messages);
    let promptRead = start;
    const onPromptRead = () => {
      promptRead = now();
    };
    const { sampling } = request;
    const continuation = await loaded.decoder.continue({ prompt, sampling, onPromptRead, signal });
    const end = now();
    if (continuation.reason === 'full') throw this.#overflow(loaded, 'the answer filled what was left of it');
    return {
      ...toText(loaded.model, continuation),
      usage: { promptTokens: prompt.length, completionTokens: continuation.tokens.length },
      seconds: end - start,
      timings: { loadSeconds: 0, promptSeconds: promptRead - start, completionSeconds: end - promptRead },
    };
  }

  #toTokens(loaded: Loaded, messages: readonly Message[]): Uint32Array {
    const { model, tokensPerSequence } = loaded;
    const tokens = model.tokenize(this.#render(loaded, messages), true);
    const bos = model.tokenBos();
    const prompt = model.shouldPrependBosToken() && tokens[0] !== bos ? Uint32Array.of(bos, ...tokens) : tokens;
    if (prompt.length === 0) throw new ModelFault('refused', `the chat template of ${this.name} writes nothing`);
    if (prompt.length < tokensPerSequence) return prompt;
    throw this.#overflow(loaded, `it has ${prompt.length} tokens before the answer`);
  }

  #render({ model, chatTemplate }: Loaded, messages: readonly Message[]): string {
    // Many templates write a system turn for an empty system prompt too.
    const said = messages.filter(({ role, content }) => role !== 'system' || content !== '');
    try {
      return chatTemplate.render({
        messages: said.map(({ role, content }) => ({ role, content })),
        bos_token: model.getTokenString(model.tokenBos()) ?? '',
        eos_token: model.getTokenString(model.tokenEos()) ?? '',
        add_generation_prompt: true,
        enable_thinking: false,
      });
    } catch (cause) {
      const why = quote((cause as Error).message);
      throw new ModelFault('refused', `the chat template of ${this.name} cannot write this conversation: ${why}`, {
        cause,
      });
    }
  }

  #overflow({ tokensPerSequence }: Loaded, why: string): ModelFault {
    const message = `the conversation does not fit into the ${tokensPerSequence} tokens of ${this.name}: ${why}`;
    return new ModelFault('context-overflow', `${message}; raise its context, as far as the model knows one`);
  }
}

function toText(model: AddonModel, { tokens, reason }: Continuation): Pick<Completion, 'text' | 'finishReason'> {
  const finishReason = reason === 'end' ? 'stop' : 'length';
  return { text: stripReasoning(model.detokenize(Uint32Array.from(tokens)), finishReason), finishReason };
}

async function load(options: Required<LlamaCppModelOptions>): Promise<Loaded> {
  const file = readGgufFile(options.path);
  const engine = await loadLlamaEngine();
  const chatTemplate = readTemplate(engine, file, options.path);
  const model = await loadModel(engine, file, options.path);
  const { addon } = engine;
  const tokensPerSequence = contextOf(model, options);
  const context = await openContext(engine, model, { ...options, contextTokens: tokensPerSequence });
  const { sequences } = options;
  const decoder = new BatchDecoder({ addon, model, context, sequences, tokensPerSequence, batchTokens: BATCH_TOKENS });
  return { addon, model, decoder, tokensPerSequence, chatTemplate };
}

function contextOf(model: AddonModel, { contextTokens }: Required<LlamaCppModelOptions>): number {
  return Math.min(contextTokens, model.getTrainContextSize() || contextTokens);
}

function readTemplate({ addon }: LlamaEngine, { chatTemplate }: GgufFile, path: string): Loaded['chatTemplate'] {
  if (chatTemplate === null) {
    throw new Refusal(`${path} has no chat template; take an instruct model, which follows instructions`);
  }
  try {
    return new addon.AddonJinjaRenderer(chatTemplate);
  } catch (cause) {
    throw new Refusal(`${path} has a chat template that cannot be read: ${quote((cause as Error).message)}`, { cause });
  }
}

async function loadModel({ addon, takeErrors }: LlamaEngine, file: GgufFile, path: string): Promise<AddonModel> {
  if (!addon.getIsArchSupported(file.architecture)) {
    throw new Refusal(`${path} is a model of the architecture ${quote(file.architecture)}, which llama.cpp cannot run`);
  }
  const gpuLayers = addon.getGpuType() ? ALL_LAYERS : 0;
  const model = new addon.AddonModel(path, { addonExports: addon, gpuLayers, useMmap: true });
  if (await model.init()) return model;
  throw new Refusal(`llama.cpp cannot load ${path}: ${quote(await takeErrors())}; is the file whole?`);
}

async function openContext(
  { addon, takeErrors }: LlamaEngine,
  model: AddonModel,
  { name, contextTokens, sequences, threads }: Required<LlamaCppModelOptions>,
) {
  const context = new addon.AddonContext(model, {
    contextSize: Math.ceil(contextTokens / CONTEXT_STEP) * CONTEXT_STEP * sequences,
    batchSize: BATCH_TOKENS,
    sequences,
    threads: threads ?? threadsFor(addon, model),
    flashAttention: false,
  });
  if (await context.init()) return context;
  const advice = 'take a smaller context or fewer slots';
  throw new Refusal(`${name} has no room for ${sequences} conversations: ${quote(await takeErrors())}; ${advice}`);
}

function threadsFor(addon: LlamaAddon, model: AddonModel): number {
  if (model.getModelSize() < SMALL_MODEL_BYTES) return 1;
  return Math.max(1, Math.min(availableParallelism(), addon.getMathCores()));
}
