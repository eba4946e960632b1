import type { Completion, CompletionRequest, Model, Recording } from './model.ts';
import type { RequestQueue } from './request-queue.ts';

/** A Model whose requests wait for their turn in a queue; retries of a request keep its slot. */
export class QueuedModel implements Model {
  readonly name: string;
  readonly #model: Model;
  readonly #queue: RequestQueue;

  constructor(model: Model, queue: RequestQueue) {
    this.name = model.name;
    this.#model = model;
    this.#queue = queue;
  }

  get recording(): Recording | undefined {
    return this.#model.recording;
  }

  prepare(signal?: AbortSignal): Promise<void> {
    return this.#model.prepare(signal);
  }

  async identity(signal?: AbortSignal): Promise<string | null> {
    return (await this.#model.identity?.(signal)) ?? null;
  }

  complete(request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    const turn = { model: this.name, attempt: request.draw.attempt };
    return this.#queue.run(turn, () => this.#model.complete(request, signal), signal);
  }
}
