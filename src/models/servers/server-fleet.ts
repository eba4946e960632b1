import { Refusal } from '../../base/errors.ts';
import { defaultRetryPolicy, type RetryPolicy } from '../http/retry.ts';
import type { ModelAccess, ModelSettings, ServedProvider } from '../model-provider.ts';
import { type NamedServer, parsePinnedName } from '../named-server.ts';
import { RequestQueue } from '../request-queue.ts';
import { FleetServer } from './fleet-server.ts';
import { ModelSource } from './model-source.ts';
import { SpreadModel } from './spread-model.ts';

interface ServerFleetOptions {
  /** `ollama`. */
  readonly provider: string;
  readonly served: ServedProvider;
  readonly settings: ModelSettings;
  readonly access: ModelAccess;
  readonly policy?: RetryPolicy;
}

/** The servers of one provider that a configuration lists, which share one queue of requests. */
export class ServerFleet {
  readonly #options: ServerFleetOptions;
  readonly #servers: readonly FleetServer[];
  readonly #queue: RequestQueue;
  readonly #policy: RetryPolicy;
  readonly #told = new Set<string>();

  constructor(options: ServerFleetOptions) {
    const { provider, served, settings, access, policy = defaultRetryPolicy } = options;
    this.#options = options;
    this.#policy = policy;
    this.#servers = serversOf(provider, settings).map((server) => {
      const slots = server.slots ?? settings.slots;
      return new FleetServer({ server, access: served.at(server, settings, access), slots, policy });
    });
    this.#queue = new RequestQueue(this.#servers.map(({ lane }) => lane));
  }

  /** The model of a name, which may end with the one server to ask: `llama3.2:3b@box2`. */
  model(text: string): SpreadModel {
    const { provider, settings } = this.#options;
    const { model: name, server: only } = parsePinnedName(text, settings.servers);
    if (only !== null && only.kind !== provider)
      throw new Refusal(`${only.name} is a server of ${only.kind}/ models: name ${only.kind}/${name}@${only.name}`);
    const named = this.#servers.filter(({ server }) => only === null || server === only);
    const asked = named.filter(({ access }) => access.mayServe(name));
    if (asked.length === 0) throw this.#notAsked(text, named);
    // Whichever of them are up, the answers are those of all of them.
    const place = asked
      .map(({ server }) => server.url)
      .toSorted()
      .join(' ');
    const { notices, signal } = this.#options.access;
    const sources = asked.map((one) => {
      const { server, access, lane } = one;
      return new ModelSource({ server, access, lane, name, place, greet: () => one.greet(signal) });
    });
    const noteOnce = (line: string) => this.#noteOnce(line, notices.note);
    const options = { sources, queue: this.#queue, policy: this.#policy, note: notices.note, noteOnce };
    return new SpreadModel({ name: `${provider}/${text}`, model: `${provider}/${name}`, ...options });
  }

  #notAsked(text: string, servers: readonly FleetServer[]): Refusal {
    const models = servers.map(({ server }) => `${server.name} (${server.models?.join(', ')})`);
    return new Refusal(
      `no server may be asked for ${this.#options.provider}/${text}; servers lists ${models.join(', ')}`,
    );
  }

  /** All models of a server would say the same of it. */
  #noteOnce(line: string, note: (line: string) => void): void {
    if (this.#told.has(line)) return;
    this.#told.add(line);
    note(line);
  }
}

/** Those servers of a configuration that have models of a provider. */
export function serversOf(provider: string, { servers }: Pick<ModelSettings, 'servers'>): NamedServer[] {
  return servers.filter(({ kind }) => kind === provider);
}
