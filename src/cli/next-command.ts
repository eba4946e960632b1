import { GreenloopError } from '../base/errors.ts';
import { programWords } from '../wiring/settings.ts';

/** What of a command changes when it is given again. */
interface Changes {
  /** Flags to leave out. */
  readonly without?: readonly string[];
  /** Options to add where they are not given. */
  readonly with?: readonly (readonly [flag: string, ...values: string[]])[];
}

/** The command that these words were given to, to be copied into a shell: `greenloop bench -b 'my tasks.yaml'`. */
export function commandAgain(words: readonly string[], { without = [], with: added = [] }: Changes = {}): string {
  const kept = words.filter((word) => !without.includes(word));
  const isGiven = (flag: string) => kept.some((word) => word === flag || word.startsWith(`${flag}=`));
  return commandText([...kept, ...added.filter(([flag]) => !isGiven(flag)).flat()]);
}

/** Those options among the words of a command, each with its value. */
export function optionsIn(words: readonly string[], flags: readonly string[]): string[] {
  return words.flatMap((word, place) => {
    if (flags.includes(word)) return words.slice(place, place + 2);
    return flags.some((flag) => word.startsWith(`${flag}=`)) ? [word] : [];
  });
}

/** Options of every command that decide what it sees. */
const GLOBALS = ['--data', '--python', '--sandbox', '--ledger', '--request-timeout'] as const;

/** Another command, with the options that every command has as they were given to this one. */
export function commandAfter(words: readonly string[], next: readonly string[]): string {
  return commandText([...optionsIn(words, GLOBALS), ...next]);
}

/** The program with these words, quoted for a shell where that is needed. */
export function commandText(words: readonly string[]): string {
  return [...programWords(), ...words.map((word) => quoted(withoutPassword(word)))].join(' ');
}

/** What is printed may be kept by others: the password of an address has to be put in again. */
function withoutPassword(word: string): string {
  const start = word.indexOf('redis');
  const url = start < 0 || !URL.canParse(word.slice(start)) ? null : new URL(word.slice(start));
  if (url === null || url.password === '') return word;
  url.password = 'PASSWORD';
  return `${word.slice(0, start)}${url.href}`;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The work of a command that ended before its end, and the command that continues it. */
export class Unfinished extends GreenloopError {
  readonly next: string;

  constructor(cause: Error, next: string) {
    super(cause.message, { cause });
    this.next = next;
  }
}
