import { loadLlamaEngine } from '../../../src/models/gguf/child/llama-addon.ts';
import { type LoadedModel, loadModel } from '../../../src/models/gguf/child/load-gguf.ts';
import { readGgufFile } from '../../../src/models/gguf/gguf-file.ts';

/** A file of our own, open in this process. */
export async function loadHere(path: string, contextTokens: number): Promise<LoadedModel> {
  const { architecture, chatTemplate } = readGgufFile(path);
  const options = { path, architecture, chatTemplate: chatTemplate ?? '', contextTokens, slots: 1, cores: 1 };
  return loadModel(await loadLlamaEngine(), options);
}
