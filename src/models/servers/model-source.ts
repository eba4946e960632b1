import { type GreenloopError, ModelFault, Refusal } from '../../base/errors.ts';
import { httpFailureOf } from '../http/http.ts';
import { meaningOf } from '../http/server-error.ts';
import type { Lane } from '../lane.ts';
import type { Model } from '../model.ts';
import type { ModelTraits, ServerAccess } from '../model-provider.ts';
import type { NamedServer } from '../named-server.ts';

interface ModelSourceOptions {
  readonly server: NamedServer;
  readonly access: Pick<ServerAccess, 'open' | 'traits'>;
  readonly lane: Lane;
  /** As the server calls the model. */
  readonly name: string;
  /** See ServerAccess.open. */
  readonly place: string;
  /** Asks the server what concerns all of its models, once it answers. */
  readonly greet: () => Promise<void>;
}

/** One server that may have a model, and what is known of the model there. */
export class ModelSource {
  readonly server: NamedServer;
  readonly lane: Lane;
  /** Asks this server, once for each request. */
  readonly model: Model;
  /** Null until the server has told them. */
  traits: ModelTraits | null = null;
  /** Why the server is not asked; null where it is. */
  problem: GreenloopError | null = null;
  readonly #greet: () => Promise<void>;
  readonly #readTraits: (signal?: AbortSignal) => Promise<ModelTraits>;
  #seenAge = Number.NEGATIVE_INFINITY;
  #acceptedAge = Number.NEGATIVE_INFINITY;

  constructor({ server, access, lane, name, place, greet }: ModelSourceOptions) {
    this.server = server;
    this.lane = lane;
    this.model = access.open(name, place);
    this.#greet = greet;
    this.#readTraits = (signal) => access.traits(name, signal);
  }

  /** True where the server answers and cannot be asked for this model. */
  get isOut(): boolean {
    return this.problem !== null && !isServerFault(this.problem);
  }

  /** Whether the model was looked at and accepted since the server last failed: it may be another one since. */
  get isAccepted(): boolean {
    return this.#acceptedAge === this.lane.age;
  }

  /** What the latest look found is the model that is wanted. */
  accept(): void {
    this.#acceptedAge = this.#seenAge;
  }

  /** Asks the server whether it has the model, and what it tells of it; a fault of the server lets it rest. */
  async look(signal?: AbortSignal): Promise<void> {
    const { age } = this.lane;
    try {
      await this.model.prepare(signal);
      await this.#greet();
      this.traits = await this.#readTraits(signal);
      this.problem = null;
      this.#seenAge = age;
      this.lane.wake();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof ModelFault || error instanceof Refusal)) throw error;
      this.problem = error;
      if (isServerFault(error)) this.lane.failed(error, age);
    }
  }
}

/** True where a server did not answer, or could not, and may a moment later. */
export function isServerFault(error: unknown): error is ModelFault {
  return error instanceof ModelFault && (error.isTransient || ['unreachable', 'timed-out'].includes(error.reason));
}

/** True where a server will answer no request for the model: it lacks it, cannot load it, or does not accept the key. */
export function cannotServe(error: unknown): error is ModelFault {
  if (!(error instanceof ModelFault) || error.isTransient) return false;
  const status = httpFailureOf(error)?.status ?? 0;
  const isRefusal = status === 401 || status === 403 || (status >= 500 && meaningOf(error) === null);
  return error.reason === 'missing-model' || (error.reason === 'refused' && isRefusal);
}
