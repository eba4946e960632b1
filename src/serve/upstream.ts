import { GreenloopError } from '../base/errors.ts';
import type { ModelListing, ModelServer } from '../models/model.ts';
import { parseModelName } from '../models/model-name.ts';
import { modelServers } from '../wiring/models.ts';
import { PROVIDERS } from '../wiring/providers.ts';
import type { Settings } from '../wiring/settings.ts';
import { WireError } from './wire-error.ts';

/** A model of a server behind this one. */
export interface UpstreamModel {
  readonly server: ModelServer;
  /** As that server names it. */
  readonly name: string;
  readonly listing: ModelListing;
}

/** A path of a model server, and the model's name there. */
export interface ModelAddress {
  readonly url: string;
  readonly name: string;
}

const LISTING_KEPT_MS = 10_000;
const HEADERS_KEPT = ['content-type', 'accept', 'anthropic-version', 'anthropic-beta', 'user-agent'];
/** Of an answer, what belongs to one connection or one packing of the body. */
const HEADERS_DROPPED = ['connection', 'keep-alive', 'transfer-encoding', 'content-encoding', 'content-length'];

/** The model servers behind this one: what they have, and requests passed on to them. */
export class Upstream {
  readonly #settings: Settings;
  #known: { readonly at: number; readonly models: Promise<readonly UpstreamModel[]> } | null = null;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Every model of every server that answers; asked anew after ten seconds. */
  models(): Promise<readonly UpstreamModel[]> {
    if (this.#known === null || Date.now() - this.#known.at > LISTING_KEPT_MS) {
      this.#known = { at: Date.now(), models: listAll(modelServers(this.#settings).filter(isOverHttp)) };
    }
    return this.#known.models;
  }

  /** Where the model can be asked on this path that a client means, by its own name or as `provider/name`; null where no server has it. */
  async find(model: string, path: string): Promise<ModelAddress | null> {
    const found = await this.modelNamed(model);
    return found === null ? null : addressAt(found.server, found.name, path);
  }

  /** The model that a client means; null where no server has it. */
  async modelNamed(model: string): Promise<UpstreamModel | null> {
    const models = await this.models();
    const isNamed = ({ name, listing }: UpstreamModel) => [name, `${name}:latest`, listing.name].includes(model);
    return models.find(isNamed) ?? models.find(({ name }) => name === `${model}:latest`) ?? null;
  }

  /** Where a model named `provider/name` can be asked on this path; null where its server does not speak over HTTP. */
  addressOf(model: string, path: string): ModelAddress | null {
    const { provider, name } = parseModelName(model, PROVIDERS);
    const { ollamaUrl, openaiUrl } = this.#settings;
    const url = provider.name === 'ollama' ? ollamaUrl : openaiUrl;
    return url === null ? null : addressAt({ provider: provider.name, url }, name, path);
  }

  /** Passes a request on, its body as it is; throws WireError where no server answers. */
  async forward(request: Request, url: string, body: string, signal: AbortSignal): Promise<Response> {
    const kept = HEADERS_KEPT.flatMap((name) => {
      const value = request.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    try {
      const response = await fetch(url, {
        method: request.method,
        headers: { ...Object.fromEntries(kept), ...this.#keyFor(url) },
        body,
        redirect: 'manual',
        signal,
      });
      if (response.status >= 300 && response.status < 400) throw redirected(response, url);
      const headers = new Headers(response.headers);
      for (const name of HEADERS_DROPPED) headers.delete(name);
      return new Response(response.body, { status: response.status, headers });
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof WireError) throw cause;
      throw new WireError('model-failed', `the model server at ${new URL(url).origin} did not answer`, { cause });
    }
  }

  /** Our key goes to the server that was named for it, and the client's key to nobody. */
  #keyFor(url: string): Record<string, string> {
    const { openaiUrl, openaiKey } = this.#settings;
    const isNamed = openaiUrl !== null && url.startsWith(`${openaiUrl}/`);
    return isNamed && openaiKey !== undefined ? { authorization: `Bearer ${openaiKey}` } : {};
  }
}

/** What greenloop runs itself is asked as a pipeline alone. */
function isOverHttp({ url }: ModelServer): boolean {
  return /^https?:\/\//.test(url);
}

/** Only Ollama has the paths of both wires; the address of an OpenAI-compatible server has the `/v1` of its paths already. */
function addressAt(
  { provider, url }: Pick<ModelServer, 'provider' | 'url'>,
  name: string,
  path: string,
): ModelAddress | null {
  if (provider === 'ollama') return { url: `${url}${path}`, name };
  if (provider !== 'openai' || path.startsWith('/api/')) return null;
  return { url: `${url}${path.replace(/^\/v1/, '')}`, name };
}

async function listAll(servers: readonly ModelServer[]): Promise<UpstreamModel[]> {
  const listed = await Promise.all(
    servers.map(async (server) => {
      try {
        const models = await server.listModels();
        return models.map((listing) => ({ server, name: listing.name.slice(listing.name.indexOf('/') + 1), listing }));
      } catch (error) {
        if (error instanceof GreenloopError) return [];
        throw error;
      }
    }),
  );
  return listed.flat();
}

/** Nobody follows: it could lead anywhere. */
function redirected({ status }: Response, url: string): WireError {
  const { origin } = new URL(url);
  return new WireError('model-failed', `the model server at ${origin} answers with a redirect (status ${status})`);
}
