import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from 'recheck';
import { findHang } from './pump.ts';
import { readExpressions } from './read-expressions.ts';

/**
 * How it is known that an expression takes no more than linear time: `recheck` proves it; `pumped`, as it is beyond recheck, it got
 * through thousands of long texts made of its own pieces; `short`, it only ever sees text of the user's own command line.
 */
export type Proof = 'recheck' | 'pumped' | 'short';

export interface Proven {
  readonly source: string;
  readonly flags: string;
  readonly by: Proof;
}

/** Files whose expressions read words of the command line. */
const OF_COMMAND_LINE: readonly string[] = ['models/gguf/gguf-source.ts'];
const LIST = join(import.meta.dirname, 'proven.json');

export function readProven(): Proven[] {
  return JSON.parse(readFileSync(LIST, 'utf8')) as Proven[];
}

/** Throws with a text that makes it slow where an expression is not linear. */
export async function prove(source: string, flags: string, place: string): Promise<Proof> {
  if (OF_COMMAND_LINE.some((file) => place.startsWith(`${file}:`))) return 'short';
  const { status, checker } = await check(source, flags, { timeout: 3000 });
  if (status === 'safe' && checker === 'automaton') return 'recheck';
  const hang = findHang(source, flags);
  if (hang === null) return 'pumped';
  throw new Error(`${place}: /${source}/${flags} takes more than linear time on ${hang}`);
}

/** Proves what is new in src/, or all again with --all, and writes the list. */
async function proveAll(isAll: boolean): Promise<void> {
  const known = new Map(isAll ? [] : readProven().map((one) => [`${one.source}/${one.flags}`, one.by]));
  const proven = new Map<string, Proven>();
  for (const { source, flags, place } of readExpressions()) {
    const key = `${source}/${flags}`;
    if (!proven.has(key)) proven.set(key, { source, flags, by: known.get(key) ?? (await prove(source, flags, place)) });
  }
  const rows = [...proven.values()].map((one) => JSON.stringify(one)).sort();
  writeFileSync(LIST, `[\n${rows.join(',\n')}\n]\n`);
}

if (import.meta.main) await proveAll(process.argv.includes('--all'));
