import { readdirSync } from 'node:fs';
import type { ModelListing, ModelServer } from './model.ts';

/** The GGUF files that were fetched, as a store that says which models it has. */
export class GgufFolder implements ModelServer {
  readonly provider = 'gguf';
  /** The folder's path. */
  readonly url: string;

  constructor(path: string) {
    this.url = path;
  }

  get isEmpty(): boolean {
    return this.#names().length === 0;
  }

  async listModels(): Promise<readonly ModelListing[]> {
    return this.#names().map((name) => ({ name, contextTokens: null, parameters: null, quantization: null }));
  }

  #names(): string[] {
    const files = listFolder(this.url).filter((file) => /\.gguf$/i.test(file));
    return files.toSorted().map((file) => `gguf/${file.replace(/\.gguf$/, '')}`);
  }
}

/** Nothing where the folder is not there yet. */
function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
