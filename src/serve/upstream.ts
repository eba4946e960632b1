import { GreenloopError } from '../base/errors.ts';
import type { ModelListing, ModelServer } from '../models/model.ts';
import { parseModelName } from '../models/model-name.ts';
import { type NamedServer, parsePinnedName } from '../models/named-server.ts';
import { askedServers } from '../wiring/asked-servers.ts';
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

/** A path of the servers that have a model, the one to ask first at the head, and the model's name there. */
export interface ModelAddress {
  readonly urls: readonly string[];
  readonly name: string;
}

/** A server's answer, and what is to be called when it has passed through. */
export interface Forwarded {
  readonly response: Response;
  readonly leave: () => void;
}

interface Places {
  readonly provider: string;
  readonly urls: readonly string[];
}

const LISTING_KEPT_MS = 10_000;
const HEADERS_KEPT = ['content-type', 'accept', 'anthropic-version', 'anthropic-beta', 'user-agent'];
/** Of an answer, what belongs to one connection or one packing of the body. */
const HEADERS_DROPPED = ['connection', 'keep-alive', 'transfer-encoding', 'content-encoding', 'content-length'];

/** The model servers behind this one: what they have, and requests passed on to them. */
export class Upstream {
  readonly #settings: Settings;
  /** Requests passed on, by server. */
  readonly #underway = new Map<string, number>();
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

  /** Every model once, however many servers have it. */
  async distinctModels(): Promise<readonly UpstreamModel[]> {
    const byName = Map.groupBy(await this.models(), ({ listing }) => listing.name);
    return [...byName.values()].flatMap(([first]) => first ?? []);
  }

  /** Where the model can be asked on this path that a client means, by its own name or as `provider/name`; null where no server has it. */
  async find(model: string, path: string): Promise<ModelAddress | null> {
    const { model: text, server: only } = parsePinnedName(model, this.#settings.servers);
    const found = await this.modelNamed(text);
    if (found === null) return null;
    const models = (await this.models()).filter(({ listing }) => listing.name === found.listing.name);
    const urls = models.map(({ server }) => server.url).filter((url) => only === null || url === only.url);
    return this.#addressAt({ provider: found.server.provider, urls }, found.name, path);
  }

  /** The model that a client means; null where no server has it. */
  async modelNamed(model: string): Promise<UpstreamModel | null> {
    const models = await this.models();
    const isNamed = ({ name, listing }: UpstreamModel) => [name, `${name}:latest`, listing.name].includes(model);
    return models.find(isNamed) ?? models.find(({ name }) => name === `${model}:latest`) ?? null;
  }

  /** Where a model named `provider/name` can be asked on this path; null where its server does not speak over HTTP. */
  async addressOf(model: string, path: string): Promise<ModelAddress | null> {
    const { provider, name } = parseModelName(model, PROVIDERS);
    const { servers, ollamaUrl, openaiUrl } = this.#settings;
    const asked = askedServers(model, this.#settings);
    if (asked.length > 0) {
      const { model: own } = parsePinnedName(name, servers);
      const having = (await this.models()).filter((one) => [own, `${own}:latest`].includes(one.name));
      const known = asked.filter(({ url }) => having.some(({ server }) => server.url === url));
      const urls = (known.length > 0 ? known : asked).map(({ url }) => url);
      return this.#addressAt({ provider: provider.name, urls }, own, path);
    }
    const url = provider.name === 'ollama' ? ollamaUrl : openaiUrl;
    return url === null ? null : this.#addressAt({ provider: provider.name, urls: [url] }, name, path);
  }

  /** Only Ollama has the paths of both wires; the address of an OpenAI-compatible server has the `/v1` of its paths already. */
  #addressAt({ provider, urls }: Places, name: string, path: string): ModelAddress | null {
    if (urls.length === 0 || (provider === 'openai' ? path.startsWith('/api/') : provider !== 'ollama')) return null;
    const end = provider === 'openai' ? path.replace(/^\/v1/, '') : path;
    const first = urls.toSorted((one, other) => this.#busyAt(one) - this.#busyAt(other));
    return { urls: first.map((url) => `${url}${end}`), name };
  }

  /** Passes a request on, its body as it is, to the first of these addresses that can be reached; throws WireError where none answers. */
  async forward(request: Request, urls: readonly string[], body: string, signal: AbortSignal): Promise<Forwarded> {
    const [url, ...others] = urls;
    const leave = this.#enter(url!);
    try {
      return { response: await this.#send(request, url!, body, signal), leave };
    } catch (error) {
      leave();
      const isUnreached = error instanceof WireError && error.cause instanceof TypeError;
      if (!isUnreached || others.length === 0) throw error;
    }
    return this.forward(request, others, body, signal);
  }

  async #send(request: Request, url: string, body: string, signal: AbortSignal): Promise<Response> {
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
    const server = this.#serverAt(url);
    const isNamed = server === null && openaiUrl !== null && url.startsWith(`${openaiUrl}/`);
    const key = isNamed ? openaiKey : server?.key;
    return key === undefined ? {} : { authorization: `Bearer ${key}` };
  }

  /** Counts a request at its server until what it gives is called. */
  #enter(url: string): () => void {
    const server = this.#serverAt(url)?.url ?? url;
    const change = (by: number) => this.#underway.set(server, (this.#underway.get(server) ?? 0) + by);
    change(1);
    return () => change(-1);
  }

  /** Requests under way that were passed on to a server, for each of its slots. */
  #busyAt(url: string): number {
    const slots = this.#serverAt(url)?.slots ?? this.#settings.slots ?? 1;
    return (this.#underway.get(url) ?? 0) / slots;
  }

  #serverAt(url: string): NamedServer | null {
    return this.#settings.servers.find((server) => `${url}/`.startsWith(`${server.url}/`)) ?? null;
  }
}

/** What greenloop runs itself is asked as a pipeline alone. */
function isOverHttp({ url }: ModelServer): boolean {
  return /^https?:\/\//.test(url);
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
