import type { CompletionRequest, Model } from './model.ts';

/** In the middle of a word, so that no answer of its own goes on like it. */
const BEGUN = 'The capital of France is Par';

const request: CompletionRequest = {
  messages: [{ role: 'user', content: 'What is the capital of France? Answer in one sentence.' }],
  prefill: BEGUN,
  sampling: { temperature: 0, maxTokens: 8, seed: 0 },
  draw: { taskId: 'prefill', repeat: 0, role: 'generator', attempt: 0, place: 0, places: 1 },
};

/** True where a model goes on with an answer that was begun for it, as one small request shows; throws what the model throws. */
export async function continuesAnswers(model: Model, signal?: AbortSignal): Promise<boolean> {
  const { text } = await model.complete(request, signal);
  return /^is\b/.test(text.slice(BEGUN.length));
}
