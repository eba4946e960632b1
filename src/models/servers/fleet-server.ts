import type { RetryPolicy } from '../http/retry.ts';
import { Lane } from '../lane.ts';
import type { ServerAccess } from '../model-provider.ts';
import type { NamedServer } from '../named-server.ts';

interface FleetServerOptions {
  readonly server: NamedServer;
  readonly access: ServerAccess;
  /** Requests at once; null asks the server. */
  readonly slots: number | null;
  readonly policy: RetryPolicy;
}

/** A server of a fleet, and what it says of itself. */
export class FleetServer {
  readonly server: NamedServer;
  readonly access: ServerAccess;
  readonly lane: Lane;
  readonly #slots: number | null;
  #greeting: { readonly age: number; readonly done: Promise<void> } | null = null;

  constructor({ server, access, slots, policy }: FleetServerOptions) {
    this.server = server;
    this.access = access;
    this.lane = new Lane({ slots: slots ?? 1, policy });
    this.#slots = slots;
  }

  /** Asks the server, which answers, for its slots and its loaded models: once, and again after each rest, as it may have been started anew. */
  greet(signal?: AbortSignal): Promise<void> {
    const { age } = this.lane;
    if (this.#greeting?.age !== age) this.#greeting = { age, done: this.#describe(signal) };
    return this.#greeting.done;
  }

  async #describe(signal?: AbortSignal): Promise<void> {
    const { access, lane } = this;
    const slots = this.#slots ?? (await access.slots(signal)) ?? 1;
    const loaded = await access.loaded(signal);
    lane.describe(
      slots,
      loaded.map((name) => `${this.server.kind}/${name}`),
    );
  }
}
