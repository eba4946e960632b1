import type { ServerAdvice } from '../http/access.ts';
import { keepsNoList } from '../http/server-error.ts';
import type { ModelListing, ModelServer } from '../model.ts';
import type { NamedServer } from '../named-server.ts';

interface ListedServerOptions {
  readonly server: ModelServer;
  /** As the configuration calls it. */
  readonly serverName: string;
  /** What the configuration asks it for, in its own names; null for all. */
  readonly models: readonly string[] | null;
}

/** A server of a configuration: it has the models that the configuration asks it for, else all that it lists. */
export class ListedServer implements ModelServer {
  readonly provider: string;
  readonly url: string;
  readonly serverName: string;
  readonly #server: ModelServer;
  readonly #names: readonly string[] | null;

  constructor({ server, serverName, models }: ListedServerOptions) {
    this.provider = server.provider;
    this.url = server.url;
    this.serverName = serverName;
    this.#server = server;
    this.#names = models?.map((name) => `${server.provider}/${name}`) ?? null;
  }

  async listModels(signal?: AbortSignal): Promise<readonly ModelListing[]> {
    const names = this.#names;
    if (names === null) return this.#server.listModels(signal);
    const listed = await this.#listIfAny(signal);
    return listed?.filter(({ name }) => names.includes(name)) ?? names.map(unknownListing);
  }

  /** Null where the server keeps no list: the configuration says what it has. */
  async #listIfAny(signal?: AbortSignal): Promise<readonly ModelListing[] | null> {
    try {
      return await this.#server.listModels(signal);
    } catch (error) {
      if (keepsNoList(error)) return null;
      throw error;
    }
  }
}

function unknownListing(name: string): ModelListing {
  return { name, contextTokens: null, parameters: null, quantization: null, digest: null };
}

/** What to do about a server of the configuration. */
export function adviceFor({ name, keyVariable }: NamedServer): ServerAdvice {
  const refused =
    keyVariable === null
      ? `give ${name} in servers a key, such as $KEY`
      : `set ${keyVariable} to a key that the server accepts`;
  return { unreachable: `start it, or correct the url of ${name} in servers`, refused };
}
