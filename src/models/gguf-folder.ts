import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../base/errors.ts';
import type { ModelListing, ModelServer } from './model.ts';

/** A folder of GGUF files as a store that says which models it has: those that were fetched, or those of the starter. */
export class GgufFolder implements ModelServer {
  readonly provider: 'gguf' | 'starter';
  /** The folder's path. */
  readonly url: string;

  constructor(provider: 'gguf' | 'starter', path: string) {
    this.provider = provider;
    this.url = path;
  }

  get isEmpty(): boolean {
    return this.#names().length === 0;
  }

  async listModels(): Promise<readonly ModelListing[]> {
    return this.#names().map((name) => ({
      name: `${this.provider}/${name}`,
      contextTokens: null,
      parameters: null,
      quantization: null,
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
    const files = existsSync(this.url) ? readdirSync(this.url) : [];
    return files
      .filter((file) => /\.gguf$/i.test(file))
      .map((file) => file.replace(/\.gguf$/, ''))
      .toSorted();
  }
}
