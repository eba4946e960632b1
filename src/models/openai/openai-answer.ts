import { z } from 'zod';
import type { Completion, Usage } from '../model.ts';
import { tokenCount } from '../usage.ts';

const partSchema = z.union([
  z.string().transform((text) => ({ type: 'text', text })),
  z.object({ type: z.string().catch(''), text: z.string().nullish().catch(null) }),
]);

const contentSchema = z.union([z.string(), z.array(partSchema)]);
const text = z.string().nullish().catch(null);
const list = z.array(z.unknown()).nullish().catch(null);
const milliseconds = z.number().min(0).max(1e12);

const answerSchema = z.object({
  choices: z.tuple(
    [
      z.object({
        message: z.object({
          content: contentSchema.nullish(),
          refusal: text,
          tool_calls: list,
          // llama-server and vLLM until 2025; vLLM and Ollama since; OpenRouter.
          reasoning_content: text,
          reasoning: text,
          reasoning_details: list,
        }),
        finish_reason: text,
      }),
    ],
    z.unknown(),
  ),
  usage: z.object({ prompt_tokens: tokenCount, completion_tokens: tokenCount }).nullish().catch(null),
  timings: z.object({ prompt_ms: milliseconds, predicted_ms: milliseconds }).nullish().catch(null),
});

/** Kinds of parts that are the answer itself; one without a kind is too. */
const TEXT_PARTS: readonly string[] = ['text', 'output_text', ''];

type Answer = z.infer<typeof answerSchema>;
type AnswerMessage = Answer['choices'][0]['message'];

/** Other words for `length`: of Mistral, and of servers that end an answer which repeats itself. */
const CUT: readonly string[] = ['length', 'max_tokens', 'model_length', 'repeat', 'repetition'];

/** The completion in an answer of /v1/chat/completions, with its reasoning still in the text; null where it is no answer. */
export function readOpenAIAnswer(value: unknown): Omit<Completion, 'seconds'> | null {
  const parsed = answerSchema.safeParse(value);
  if (!parsed.success) return null;
  const [{ message, finish_reason: reason }] = parsed.data.choices;
  const finishReason = toFinishReason(reason);
  const usage = toUsage(parsed.data);
  const written = textOf(message) ?? (isWithoutText(message, finishReason, usage) ? '' : null);
  return written === null ? null : { text: written, finishReason, usage, timings: toTimings(parsed.data) };
}

/** The text of a message's content, which is text or a list of parts; null where it is neither, or empty parts. */
export function contentText(content: unknown): string | null {
  const { data } = contentSchema.safeParse(content);
  if (typeof data !== 'object') return data ?? null;
  if (data.length === 0) return null;
  return data.map((part) => (TEXT_PARTS.includes(part.type) ? (part.text ?? '') : '')).join('');
}

function textOf({ content, refusal }: AnswerMessage): string | null {
  return contentText(content) ?? refusal ?? null;
}

/** True where the model wrote something that is no text: reasoning, a call of a tool that it does not have, or tokens that were cut off. */
function isWithoutText(
  { reasoning_content, reasoning, reasoning_details, tool_calls }: AnswerMessage,
  finishReason: Completion['finishReason'],
  usage: Usage | null,
): boolean {
  const wrote = [reasoning_content, reasoning, reasoning_details, tool_calls].some((part) => (part?.length ?? 0) > 0);
  return wrote || (finishReason === 'length' && (usage?.completionTokens ?? 0) > 0);
}

function toFinishReason(reason: string | null | undefined): Completion['finishReason'] {
  if (reason === 'stop') return 'stop';
  return CUT.includes(reason ?? '') ? 'length' : 'other';
}

function toUsage({ usage }: Answer): Usage | null {
  return usage == null ? null : { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens };
}

/** As llama-server measures, which has its model loaded already. */
function toTimings({ timings }: Answer): Completion['timings'] {
  if (timings == null) return null;
  return { loadSeconds: 0, promptSeconds: timings.prompt_ms / 1000, completionSeconds: timings.predicted_ms / 1000 };
}
