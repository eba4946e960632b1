import { z } from 'zod';
import type { Completion, Usage } from '../model.ts';
import { tokenCount } from '../usage.ts';

const text = z.string().nullish().catch(null);
// Ollama leaves out numbers that are 0.
const tokens = tokenCount.nullish().catch(null);
const nanoseconds = z.number().min(0).max(1e18).nullish().catch(null);

const answerSchema = z.object({
  message: z
    .object({ content: text, thinking: text })
    .refine(({ content, thinking }) => content != null || Boolean(thinking)),
  done: z.boolean().nullish().catch(null),
  done_reason: text,
  prompt_eval_count: tokens,
  eval_count: tokens,
  load_duration: nanoseconds,
  prompt_eval_duration: nanoseconds,
  eval_duration: nanoseconds,
});

type Answer = z.infer<typeof answerSchema>;

/** The completion in an answer of /api/chat, with its reasoning still in the text; null where it is no answer, or the model was only loaded. */
export function readOllamaAnswer(value: unknown): Omit<Completion, 'seconds'> | null {
  const { success, data } = answerSchema.safeParse(value);
  if (!success || data.done_reason === 'load' || data.done_reason === 'unload') return null;
  return {
    text: data.message.content ?? '',
    finishReason: toFinishReason(data),
    usage: toUsage(data),
    timings: toTimings(data),
  };
}

/** An answer that is not done was ended for repeating itself (ollama/ollama#7547). */
function toFinishReason({ done, done_reason: reason }: Answer): Completion['finishReason'] {
  if (done === false || reason === 'length' || reason === 'repeat') return 'length';
  return reason === 'stop' ? 'stop' : 'other';
}

function toUsage({ prompt_eval_count: prompt, eval_count: completion }: Answer): Usage | null {
  return prompt == null || completion == null ? null : { promptTokens: prompt, completionTokens: completion };
}

/** Nanoseconds to seconds; null where the server measured nothing. */
function toTimings(answer: Answer): Completion['timings'] {
  const measured = [answer.load_duration, answer.prompt_eval_duration, answer.eval_duration];
  if (measured.every((duration) => duration == null)) return null;
  const [loadSeconds = 0, promptSeconds = 0, completionSeconds = 0] = measured.map((duration) => (duration ?? 0) / 1e9);
  return { loadSeconds, promptSeconds, completionSeconds };
}
