import { readGgufFile } from '../../src/models/gguf-file.ts';
import { loadLlamaEngine } from '../../src/models/llama-addon.ts';
import { type LoadedModel, loadModel } from '../../src/models/load-gguf.ts';

/** A file of our own, open in this process. */
export async function loadHere(path: string, contextTokens: number): Promise<LoadedModel> {
  const { architecture, chatTemplate } = readGgufFile(path);
  const options = { path, architecture, chatTemplate: chatTemplate ?? '', contextTokens, slots: 1, cores: 1 };
  return loadModel(await loadLlamaEngine(), options);
}
