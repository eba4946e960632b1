import { z } from 'zod';
import { type LlamaEvent, LOAD_FAILURES, LONGEST_TEXT, STAGES } from './child/llama-messages.ts';

/** Bytes of the longest line: text is escaped in JSON, at most six bytes for a unit of UTF-16. */
export const LONGEST_LINE = 6 * LONGEST_TEXT + 1024;

const whole = z
  .number()
  .int()
  .min(0)
  .max(2 ** 31);
const said = z.string().max(2000);

const event = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('stage'), stage: z.enum(STAGES) }),
  z.strictObject({ kind: z.literal('refused'), what: z.enum(LOAD_FAILURES), said }),
  z.strictObject({
    kind: z.literal('ready'),
    slots: whole.min(1),
    contextTokens: whole.min(1),
    systemText: z.enum(['as-it-is', 'folded', 'left-out']),
  }),
  z.strictObject({ kind: z.literal('written'), id: whole, tokens: whole }),
  z.strictObject({ kind: z.literal('unwritable'), id: whole, said }),
  z.strictObject({ kind: z.literal('read'), id: whole }),
  z.strictObject({
    kind: z.literal('text'),
    id: whole,
    kept: whole,
    text: z.string().min(1).max(LONGEST_TEXT),
    tokens: whole,
  }),
  z.strictObject({ kind: z.literal('end'), id: whole, reason: z.enum(['end', 'length', 'full']), tokens: whole }),
  z.strictObject({ kind: z.literal('overflow'), id: whole }),
  z.strictObject({ kind: z.literal('cancelled'), id: whole }),
  z.strictObject({ kind: z.literal('broken'), id: whole, said }),
]);

/**
 * One event of the child out of its line; null where it is none. A file may have taken the child over, so that the line is anything: its
 * length is bounded before, and JSON.parse needs no stack for what nests in it.
 */
export function parseEvent(line: string): LlamaEvent | null {
  try {
    return event.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
