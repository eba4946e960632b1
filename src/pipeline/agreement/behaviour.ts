/**
 * What a program gives on each probe, one short text each: a value (`[1, 2]`, or the beginning and a digest of a longer one), or why there is
 * none (`raised TypeError`, `timed out`, `crashed`). Null where the program does not run at all: no code, a syntax error, an error while it
 * is loaded.
 */
export type Behaviour = readonly string[] | null;

/** Why a probe may give no value, but for exceptions. */
export const ENDINGS = {
  'timed-out': 'timed out',
  'out-of-memory': 'out of memory',
  crashed: 'crashed',
} as const;

/** The text of a probe that another one's end kept from being made. */
export const NOT_OBSERVED = 'not observed';

const WITHOUT_VALUE: ReadonlySet<string> = new Set([...Object.values(ENDINGS), NOT_OBSERVED]);

/** Whether the text says that the program broke there: it raised, or did not come to its end. */
export function isBroken(text: string): boolean {
  return text.startsWith('raised ') || WITHOUT_VALUE.has(text);
}

/** Whether the text is that of a value; one that only names a type (`a Stack`) says nothing of what the program does. */
export function isValue(text: string): boolean {
  return !/^(?:raised|a) /.test(text) && !WITHOUT_VALUE.has(text);
}
