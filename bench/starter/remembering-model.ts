import { hashOf } from '../../src/base/hash.ts';
import type { Completion, CompletionRequest, Model } from '../../src/models/model.ts';

/** A Model that is asked the same thing only once: a starter model gives one text to one request and seed. */
export class RememberingModel implements Model {
  readonly name: string;
  readonly #model: Model;
  readonly #answers = new Map<string, Promise<Completion>>();

  constructor(model: Model) {
    this.name = model.name;
    this.#model = model;
  }

  prepare(signal?: AbortSignal) {
    return this.#model.prepare(signal);
  }

  complete(request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    const key = hashOf([request.messages, request.sampling]);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = this.#model.complete(request, signal);
    this.#answers.set(key, answer);
    answer.catch(() => this.#answers.delete(key));
    return answer;
  }
}
