import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Refusal } from '../../../base/errors.ts';

/** A number of the model's vocabulary. */
export type Token = number;

/** A GGUF file in memory. Calls that are not promised are quick and block. */
export interface AddonModel {
  /** False where the file could not be loaded; the logger was told why. */
  init(): Promise<boolean>;
  dispose(): Promise<void>;
  tokenize(text: string, readsSpecialTokens: boolean): Uint32Array;
  detokenize(tokens: Uint32Array, showsSpecialTokens?: boolean): string;
  /** -1 where the model has none. */
  tokenBos(): Token;
  tokenEos(): Token;
  /** Only for tokens of the vocabulary; another one ends the process. */
  getTokenString(token: Token): string | undefined;
  /** Bits of enum llama_token_attr; only for tokens of the vocabulary. */
  getTokenAttributes(token: Token): number;
  isEogToken(token: Token): boolean;
  shouldPrependBosToken(): boolean;
  getTrainContextSize(): number;
  getModelSize(): number;
}

/** The state of one sequence of tokens (number 0); at most one decodeBatch or sampleToken may be under way. */
export interface AddonContext {
  init(): Promise<boolean>;
  dispose(): Promise<void>;
  initBatch(tokens: number): void;
  /** Adds tokens at a position; gives the indexes under which sampleToken finds the logits asked for. */
  addToBatch(sequence: number, position: number, tokens: Uint32Array, wantsLogitsOf: Uint32Array): Uint32Array;
  decodeBatch(): Promise<void>;
  /** -1 where no token is left. */
  sampleToken(logits: number, sampler: AddonSampler): Promise<Token>;
  /** Forgets a sequence. */
  disposeSequence(sequence: number): void;
  /** Forgets a sequence from a position to before another, -1 for its end; false where the model cannot forget a part. */
  removeTokenCellsFromSequence(sequence: number, from: number, to: number): boolean;
  /** The first position of a sequence that is known; more than 0 where the model attends to a window of the last ones. */
  getSequenceKvCacheMinPosition(sequence: number): number;
}

export interface AddonSampler {
  /** What is left out is off: top-k and the rest, and penalties. */
  applyConfig(config: { temperature: number; seed: number }): void;
  dispose(): void;
}

/** What greenloop uses of `llama-addon.node` in node-llama-cpp's platform packages, as AddonTypes.d.ts of that version has it. */
export interface LlamaAddon {
  readonly AddonModel: new (
    path: string,
    options: { addonExports: LlamaAddon; gpuLayers: number; useMmap: boolean },
  ) => AddonModel;
  readonly AddonContext: new (
    model: AddonModel,
    options: { contextSize: number; batchSize: number; sequences: number; threads: number; flashAttention: boolean },
  ) => AddonContext;
  readonly AddonSampler: new (model: AddonModel) => AddonSampler;
  readonly AddonJinjaRenderer: new (template: string) => { render(items: Record<string, unknown>): string };
  setLogger(logger: (level: number, message: string) => void): void;
  setLoggerLogLevel(level: number): void;
  loadBackends(folder?: string): void;
  init(): Promise<void>;
  getIsArchSupported(architecture: string): boolean;
  getGpuType(): 'cuda' | 'vulkan' | 'metal' | false | undefined;
  getMathCores(): number;
}

/** llama.cpp in the process that loaded it, and what it complained of. */
export interface LlamaEngine {
  readonly addon: LlamaAddon;
  /** Complaints since the last call, in one line. */
  takeErrors(): Promise<string>;
}

/** Platform packages by `process.platform-process.arch`, and the folder of the binary in each. */
const builds: Readonly<Record<string, readonly [name: string, folder: string]>> = {
  'linux-x64': ['@node-llama-cpp/linux-x64', 'linux-x64'],
  'linux-arm64': ['@node-llama-cpp/linux-arm64', 'linux-arm64'],
  'darwin-arm64': ['@node-llama-cpp/mac-arm64-metal', 'mac-arm64-metal'],
  'darwin-x64': ['@node-llama-cpp/mac-x64', 'mac-x64'],
  'win32-x64': ['@node-llama-cpp/win-x64', 'win-x64'],
  'win32-arm64': ['@node-llama-cpp/win-arm64', 'win-arm64'],
};

/** All of them, exactly: the addon's interface may change with any release. */
export const LLAMA_VERSION = '3.21.1';
const ERROR_LEVEL = 2;
const requireFile = createRequire(import.meta.url);
const engines = new Map<string, Promise<LlamaEngine>>();

/** Loads llama.cpp's build from its file, once a process; throws a Refusal where this machine cannot run it. */
export function loadLlamaEngine(path = findAddon()): Promise<LlamaEngine> {
  const engine = engines.get(path) ?? startEngine(path);
  engines.set(path, engine);
  return engine;
}

async function startEngine(path: string): Promise<LlamaEngine> {
  const addon = requireAddon(path);
  const errors: string[] = [];
  addon.setLogger((level, message) => {
    if (level <= ERROR_LEVEL) errors.push(message);
  });
  addon.setLoggerLogLevel(ERROR_LEVEL);
  addon.loadBackends();
  // Undefined until the library of this processor is loaded, which stands beside the addon.
  if (addon.getGpuType() === undefined) addon.loadBackends(dirname(path));
  await addon.init();
  return { addon, takeErrors: () => take(errors) };
}

/** The logger is called from another thread by way of the event loop, so what was logged comes a turn later. */
async function take(errors: string[]): Promise<string> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return errors.splice(0).join(' ').replace(/\s+/g, ' ').trim();
}

/** The file of llama.cpp's build for a platform; throws a Refusal that says what to install. */
export function findAddon(platform = `${process.platform}-${process.arch}`): string {
  const build = builds[platform];
  if (build === undefined) {
    throw new Refusal(`there is no llama.cpp for ${platform}; run the model in Ollama or llama-server instead`);
  }
  const [name, folder] = build;
  try {
    return join(dirname(requireFile.resolve(name)), '..', 'bins', folder, 'llama-addon.node');
  } catch (cause) {
    const advice = 'install greenloop with its optional dependencies, or add it with "npm install';
    throw new Refusal(`llama.cpp is not installed: ${name} is missing; ${advice} ${name}@${LLAMA_VERSION}"`, { cause });
  }
}

function requireAddon(path: string): LlamaAddon {
  try {
    return requireFile(path) as LlamaAddon;
  } catch (cause) {
    const said = (cause as Error).message.split('\n')[0];
    throw new Refusal(`llama.cpp cannot be loaded on this machine: ${said}; run the model in Ollama instead`, {
      cause,
    });
  }
}
