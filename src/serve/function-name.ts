import { isBuiltin } from '../python/builtins.ts';
import { isStandardModule } from '../python/standard-names.ts';
import type { SentenceWish } from './wish.ts';
import { BREAKERS, FILLERS } from './wish-words.ts';

const MOST_WORDS = 4;
const SKIPPED = new Set(
  'a an the its his their of in is are be it to that which for given one each my our below above following all any some by as from python'.split(
    ' ',
  ),
);
/** Verbs that say how a function is called rather than what it does. */
const TAKES = new Set('takes take accepts accept receives receive gets given inputs reads'.split(' '));
const GIVES = new Set(
  'returns return gives give outputs output implements implement represents models does performs can will'.split(' '),
);
const ENDS = new Set('if when where with without given such so using while because but or unless like'.split(' '));

/** A plain name for a function or class that a wish describes and does not name: `reverse_string`; null where no words tell one. */
export function nameFor({ kind, before, clause }: SentenceWish): string | null {
  const told = before.filter((word) => !FILLERS.has(word));
  const words = told.length > 0 && (kind === 'bare' || isEnough(told, clause)) ? told : wordsOf(clause);
  const plain = words.flatMap((word) => word.match(/[a-z0-9]+/g) ?? []).slice(0, MOST_WORDS);
  const usable = plain.join('_').replace(/^\d+_?/, '');
  if (!/^[a-z]/.test(usable)) return null;
  return kind === 'class' ? pascalCase(usable) : unlikeBuiltin(usable);
}

/** `an is_prime function`, `a fibonacci function`: the words before the noun are the name where no clause tells more. */
function isEnough(told: readonly string[], clause: readonly string[]): boolean {
  return told.some((word) => word.includes('_')) || wordsOf(clause).length === 0;
}

function wordsOf(clause: readonly string[]): string[] {
  const start = clause.findIndex((word) => !BREAKERS.has(word) && !/^(?:me|us|please|python\d?)$/.test(word));
  if (start < 0) return [];
  const words = withoutCalling(clause.slice(start));
  const end = words.findIndex((word) => ENDS.has(word) || /^[,.:;!?()]$/.test(word) || word === 'and');
  const kept = (end < 0 ? words : words.slice(0, end)).filter((word) => !SKIPPED.has(word));
  return kept.map((word, at) => (at === 0 ? baseForm(word) : word));
}

/** `takes a list and returns its sum` without what it takes and the verb that gives. */
function withoutCalling(words: readonly string[]): readonly string[] {
  const and = TAKES.has(words[0] ?? '') ? words.indexOf('and') : -1;
  const rest = and < 0 ? words : words.slice(and + 1);
  return GIVES.has(rest[0] ?? '') ? rest.slice(1) : rest;
}

/** `reverses` as `reverse`, `checks` as `check`. */
function baseForm(verb: string): string {
  if (/(?:sh|[^a]ch|[eo]ach|ss|x)es$/.test(verb)) return verb.slice(0, -2);
  if (/[^aeiou]ies$/.test(verb)) return `${verb.slice(0, -3)}y`;
  return /[^su]s$/.test(verb) ? verb.slice(0, -1) : verb;
}

const KEYWORDS = new Set(
  'and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
);

function unlikeBuiltin(name: string): string {
  return isBuiltin(name) || isStandardModule(name) || KEYWORDS.has(name) ? `${name}_values` : name;
}

function pascalCase(name: string): string {
  return name
    .split('_')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('');
}
