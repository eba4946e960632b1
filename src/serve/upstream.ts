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
      this.#known = { at: Date.now(), models: listAll(modelServers(this.#settings)) };
    }
    return this.#known.models;
  }

  /** The model that a client means, by its own name or as `provider/name`; null where no server has it. */
  async find(model: string): Promise<UpstreamModel | null> {
    const models = await this.models();
    const isNamed = ({ name, listing }: UpstreamModel) => [name, `${name}:latest`, listing.name].includes(model);
    return models.find(isNamed) ?? models.find(({ name }) => name === `${model}:latest`) ?? null;
  }

  /** Where a model named `provider/name` can be asked on this path; null where its server does not speak over HTTP. */
  addressOf(model: string, path: string): { readonly url: string; readonly name: string } | null {
    const { provider, name } = parseModelName(model, PROVIDERS);
    if (provider.name === 'ollama') return { url: `${this.#settings.ollamaUrl}${path}`, name };
    const { openaiUrl } = this.#settings;
    if (provider.name !== 'openai' || openaiUrl === null || path.startsWith('/api/')) return null;
    return { url: `${openaiUrl}${path.replace(/^\/v1/, '')}`, name };
  }

  /** Passes a request on, its body as it is; throws WireError where no server answers. */
  async forward(request: Request, url: string, body: string | null, signal: AbortSignal): Promise<Response> {
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
