import { z } from 'zod';
import { deriveSeed } from '../../base/hash.ts';
import { issueText } from '../../base/issue-text.ts';
import type { Message } from '../../models/model.ts';
import { WireError } from '../wire-error.ts';

/** Parses a request; the message of the WireError names the first field that is wrong. */
export function readBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.');
  throw new WireError('invalid-request', issueText(parsed.error, 'request'), field ? { field } : {});
}

/** A number as clients send it where they mean none, too. */
export const optionalNumber = z.number().nullish();
/** A seed of 64 bits, with or without a sign, as a whole number from 0 on. */
export const optionalSeed = z
  .number()
  .refine((seed) => Number.isInteger(seed) && Math.abs(seed) <= 2 ** 64, 'expected a whole number of 64 bits')
  .nullish()
  .transform((seed) => (seed == null ? undefined : seedFrom(seed)));
export const optionalTokens = z.number().int().min(1).nullish();
export const stopStrings = z
  .union([z.string(), z.array(z.string()).max(64)])
  .nullish()
  .transform((stop) => (typeof stop === 'string' ? [stop] : (stop ?? undefined)?.filter((text) => text !== '')));

function seedFrom(seed: number): number {
  return Number.isSafeInteger(seed) && seed >= 0 ? seed : deriveSeed('client', seed);
}

/** Part of a content that is a list. */
export const contentPart = z.looseObject({ type: z.string(), text: z.string().nullish() });
/** A content that may be a text, a list of parts, or missing. */
export const content = z.union([z.string(), z.array(z.union([z.string(), contentPart]))]).nullish();
export type Content = z.output<typeof content>;

const TEXT_TYPES = ['text', 'input_text', 'output_text', 'refusal', 'summary_text'];
const IGNORED_TYPES = ['thinking', 'redacted_thinking', 'reasoning'];
const TOOL_TYPES = ['tool_use', 'tool_result', 'tool_call', 'function_call', 'server_tool_use'];

/** What a content says, and what else it holds that a text cannot say. */
export interface ReadContent {
  readonly text: string;
  readonly hasTools: boolean;
  readonly hasMedia: boolean;
}

export function readContent(given: Content): ReadContent {
  if (typeof given === 'string' || given == null) return { text: given ?? '', hasTools: false, hasMedia: false };
  const parts = given.map((part) => (typeof part === 'string' ? { type: 'text', text: part } : part));
  const texts = parts.filter(({ type }) => TEXT_TYPES.includes(type)).map(({ text }) => text ?? '');
  const known = [...TEXT_TYPES, ...IGNORED_TYPES, ...TOOL_TYPES];
  return {
    text: texts.join('\n'),
    hasTools: parts.some(({ type }) => TOOL_TYPES.includes(type)),
    hasMedia: parts.some(({ type }) => !known.includes(type)),
  };
}

/** The role as greenloop knows it; null of one that only tools have. */
export function roleOf(role: string): Message['role'] | null {
  if (role === 'system' || role === 'developer') return 'system';
  if (role === 'user' || role === 'assistant') return role;
  return null;
}

/** Messages of a request, and whether only the model itself can answer them. */
export interface ReadMessages {
  readonly messages: readonly Message[];
  readonly hasTools: boolean;
  readonly hasMedia: boolean;
}

/** Reads messages with a role and a content; one whose role is unknown is refused, by its place in the field. */
export function readMessages(
  given: readonly { readonly role: string; readonly content?: Content; readonly tool_calls?: unknown }[],
  field: string,
): ReadMessages {
  const read = given.map((message, place) => {
    const role = roleOf(message.role);
    if (role === null && !['tool', 'function'].includes(message.role)) {
      const expected = 'expected system, developer, user, assistant or tool';
      throw new WireError('invalid-request', `${field}.${place}.role: ${expected}`, {
        field: `${field}.${place}.role`,
      });
    }
    const calls = Array.isArray(message.tool_calls) && message.tool_calls.length > 0;
    const { text, hasTools, hasMedia } = readContent(message.content);
    return { role: role ?? ('user' as const), text, hasTools: hasTools || calls || role === null, hasMedia };
  });
  return {
    messages: read.map(({ role, text }) => ({ role, content: text })),
    hasTools: read.some(({ hasTools }) => hasTools),
    hasMedia: read.some(({ hasMedia }) => hasMedia),
  };
}

/** Refuses what a pipeline cannot answer without changing what was meant. */
export function refuseMedia({ hasMedia }: ReadMessages, field: string): void {
  if (!hasMedia) return;
  throw new WireError('invalid-request', `${field}: a pipeline reads only text, not images, sound or files`, { field });
}
