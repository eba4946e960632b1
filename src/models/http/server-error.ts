import { ModelFault } from '../../base/errors.ts';
import { quote } from '../../base/printable.ts';
import type { Completion } from '../model.ts';
import { stripReasoning } from '../strip-reasoning.ts';
import { type HttpFailure, httpFailureOf, isRecord, messageIn, parseJsonOrNull } from './http.ts';
import { type Meaning, SERVER_QUIRKS, STATUSES_OF_ACCESS } from './server-quirks.ts';

/** Fields in which servers put what they have to say; others may repeat the request, and with it any words. */
const FIELDS = [
  'error',
  'message',
  'detail',
  'msg',
  'type',
  'code',
  'error_type',
  'status',
  'metadata',
  'raw',
] as const;
const MOST_LEVELS = 8;
const MOST_ITEMS = 20;
const LONGEST_WORDS = 4000;
/** Of all that a body says. */
const MOST_WORDS = 20_000;

/** What the error of a server means by the table of quirks; null where it is in none of its words, or no error of a server. */
export function meaningOf(error: unknown): Meaning | null {
  const failure = httpFailureOf(error);
  if (failure === null || STATUSES_OF_ACCESS.includes(failure.status)) return null;
  const words = wordsOf(failure.body);
  const quirk = SERVER_QUIRKS.find(
    ({ says, statuses }) => (statuses === undefined || statuses.includes(failure.status)) && says.test(words),
  );
  return quirk?.means ?? null;
}

/** True for the error of a server that keeps no list of its models. */
export function keepsNoList(error: unknown): boolean {
  return [404, 405, 501].includes(httpFailureOf(error)?.status ?? 0);
}

/** True for a JSON value that is an error of a server, and no answer. */
export function isErrorBody(value: unknown): boolean {
  if (!isRecord(value) || Array.isArray(value.choices) || isRecord(value.message)) return false;
  return value.error != null || value.object === 'error' || value.detail != null;
}

/**
 * The answer of a model that its server broke off or could not parse, as far as the server gives it: the same request would end in the
 * same way. Null for an error of another kind, and where the server discards what the model wrote.
 */
export function answerInError(error: unknown): Pick<Completion, 'text' | 'finishReason'> | null {
  const meaning = meaningOf(error);
  if (meaning === 'repetition-aborted') return { text: '', finishReason: 'length' };
  if (meaning !== 'unparsed-answer') return null;
  const rest = /failed to parse input at pos \d+: ?([\s\S]+)/i.exec(messageIn(httpFailureOf(error)?.body ?? ''))?.[1];
  return rest === undefined ? null : { text: stripReasoning(rest, 'other'), finishReason: 'other' };
}

/** The fault for an answer that the server could not parse and discards; asked again, it would do the same. */
export function explainUnparsed(url: string, failure: HttpFailure): ModelFault {
  const message = `${url} could not parse what the model wrote, and discarded it: it said ${quote(messageIn(failure.body))}`;
  return new ModelFault('refused', `${message}; start llama-server with --skip-chat-parsing`, { cause: failure });
}

/** The words of an error body, a line each; a body that is no JSON as it is. */
function wordsOf(body: string): string {
  const value = parseJsonOrNull(body);
  return typeof value === 'object' && value !== null
    ? wordsIn(value, MOST_LEVELS).join('\n').slice(0, MOST_WORDS)
    : shortened(body);
}

function wordsIn(value: unknown, levels: number): string[] {
  if (typeof value === 'string') {
    const inner = /^\s*[[{]/.test(value) ? parseJsonOrNull(value) : null;
    return typeof inner === 'object' && inner !== null ? wordsIn(inner, levels - 1) : [shortened(value)];
  }
  if (levels <= 0) return [];
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).flatMap((item) => wordsIn(item, levels - 1));
  return isRecord(value) ? FIELDS.flatMap((field) => wordsIn(value[field], levels - 1)) : [];
}

function shortened(text: string): string {
  return text.slice(0, LONGEST_WORDS);
}
