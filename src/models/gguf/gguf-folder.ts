import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../../base/errors.ts';
import type { ModelListing, ModelServer } from '../model.ts';
import { readGgufFile } from './gguf-file.ts';

/** A folder of GGUF files as a store that says which models it has: those that were fetched, or those of the starter. */
export class GgufFolder implements ModelServer {
  readonly provider: string;
  /** The folder's path. */
  readonly url: string;

  constructor(provider: string, path: string) {
    this.provider = provider;
    this.url = path;
  }

  get isEmpty(): boolean {
    return this.#names().length === 0;
  }

  async listModels(): Promise<readonly ModelListing[]> {
    return this.#names().map((name) => ({
      name: `${this.provider}/${name}`,
      ...describe(join(this.url, `${name}.gguf`)),
    }));
  }

  /** The file of a model by its name alone; throws a Refusal that names the models there are. */
  find(name: string): string {
    if (this.#names().includes(name)) return join(this.url, `${name}.gguf`);
    const names = this.#names().map((known) => `${this.provider}/${known}`);
    const known = names.length === 0 ? `${this.url} has none` : `expected ${names.join(', ')}`;
    throw new Refusal(`no model is called ${JSON.stringify(`${this.provider}/${name}`)}; ${known}`);
  }

  #names(): string[] {
    const files = listFolder(this.url).filter((entry) => entry.name.endsWith('.gguf') && !entry.isDirectory());
    return files.map(({ name }) => name.slice(0, -'.gguf'.length)).toSorted();
  }
}

/** Nothing where there is no folder that can be read. */
function listFolder(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** What the file says of itself; nothing where it is broken, which asking the model will say. */
function describe(path: string): Omit<ModelListing, 'name'> {
  try {
    const { contextTokens, parameters, quantization } = readGgufFile(path);
    return { contextTokens, parameters: roundCount(parameters), quantization, digest: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { contextTokens: null, parameters: null, quantization: null, digest: null };
  }
}

/** `1.5B`, `494M`, `0.4M`. */
function roundCount(count: number): string {
  const [unit, letter] = count >= 1e9 ? [1e9, 'B'] : [1e6, 'M'];
  const value = count / unit;
  return `${value >= 10 ? value.toFixed(0) : value.toFixed(1)}${letter}`;
}
