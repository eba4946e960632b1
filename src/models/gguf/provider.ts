import { join } from 'node:path';
import { findProgram } from '../../base/find-program.ts';
import type { ModelAccess, ModelProvider, ModelSettings } from '../model-provider.ts';
import { loadLlamaEngine } from './child/llama-addon.ts';
import { findGguf } from './find-gguf.ts';
import { GgufFolder } from './gguf-folder.ts';
import { LlamaCppModel } from './llama-cpp-model.ts';
import { USUAL_PATIENCE } from './llama-patience.ts';

/** GGUF files, by path or fetched, which llama.cpp runs in a child process; each model has a queue of its own. */
export const gguf: ModelProvider = {
  name: 'gguf',
  example: 'gguf/FILE.gguf',
  place: 'fetched models',
  engine: { name: 'llama.cpp', describe: describeLlamaCpp },
  open: (settings, access) => async (name) =>
    openGguf({ name: `gguf/${name}`, path: findGguf(name, fetchedFolder(settings)) }, settings, access),
  list(settings) {
    const fetched = new GgufFolder('gguf', fetchedFolder(settings));
    return fetched.isEmpty ? [] : [fetched];
  },
};

/** Folder of the GGUF files that were fetched. */
export function fetchedFolder({ cacheFolder }: Pick<ModelSettings, 'cacheFolder'>): string {
  return join(cacheFolder, 'models');
}

/** A GGUF file as a model of that name (`provider/name`). */
export function openGguf(
  file: { readonly name: string; readonly path: string },
  { contextTokens, slots, searchPath, loadTimeoutSeconds: load }: ModelSettings,
  { notices }: ModelAccess,
): LlamaCppModel {
  const bubblewrap = process.platform === 'linux' ? findProgram(['bwrap'], searchPath) : null;
  const patience = { ...USUAL_PATIENCE, load };
  return new LlamaCppModel({ ...file, contextTokens, slots, bubblewrap, patience, onNote: notices.note });
}

async function describeLlamaCpp(): Promise<string> {
  const { addon } = await loadLlamaEngine();
  return `runs gguf/ models on ${addon.getGpuType() || 'the processor'}`;
}
