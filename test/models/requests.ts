import type { RetryPolicy } from '../../src/models/http/retry.ts';
import type { CompletionRequest, Draw, Model, Sampling } from '../../src/models/model.ts';

/** A request with one user message. */
export function requestFor(
  content: string,
  { draw = {}, sampling = {} }: { draw?: Partial<Draw>; sampling?: Partial<Sampling> } = {},
): CompletionRequest {
  return {
    messages: [{ role: 'user', content }],
    sampling: { temperature: 0.3, maxTokens: 512, seed: 7, ...sampling },
    draw: { taskId: 'HumanEval/0', repeat: 0, role: 'generator', attempt: 0, place: 0, places: 1, ...draw },
  };
}

/** A policy that notes its waits and does not wait. */
export function countingPolicy(changes: Partial<RetryPolicy> = {}): RetryPolicy & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    retries: 4,
    firstWaitSeconds: 1,
    longestWaitSeconds: 60,
    random: () => 0.5,
    sleep: async (seconds, signal) => {
      signal?.throwIfAborted();
      waits.push(seconds);
    },
    ...changes,
  };
}

/** The model, asked to tell of each answer while it is written. */
export function streaming(model: Model): Model {
  return {
    name: model.name,
    prepare: (signal) => model.prepare(signal),
    complete: (request, signal) => model.complete({ onText: () => {}, ...request }, signal),
  };
}
