import {
  ASKS,
  AUXILIARIES,
  BREAKERS,
  CHANGES,
  CLASSES,
  CODES,
  FILLERS,
  FUNCTIONS,
  MAKES,
  POLITE,
  PROGRAMS,
  PROSE,
  REPAIRS,
  TEXTS,
  WHOLES,
} from './wish-words.ts';

/** What one sentence wishes for. */
export interface SentenceWish {
  /**
   * `function`, `class`, `code`, `program`, `whole`, `text`: a thing of that kind; `bare`: a thing of no known kind; `repair`, `change`:
   * another form of code that is there; `demand`: what that code should do or does wrong; `asks`: an answer in words.
   */
  readonly kind:
    | 'function'
    | 'class'
    | 'code'
    | 'program'
    | 'whole'
    | 'text'
    | 'bare'
    | 'repair'
    | 'change'
    | 'demand'
    | 'asks'
    | 'other';
  /** The words before the noun that say more of it, and all words after it. */
  readonly before: readonly string[];
  readonly clause: readonly string[];
  /** The noun itself, where there is one. */
  readonly noun?: string;
}

const LONGEST_SENTENCE = 60;
const MOST_SENTENCES = 400;

/** What each sentence of a message wishes for, in order; code fences are to be taken out before. */
export function readWishes(prose: string): SentenceWish[] {
  return sentencesOf(prose).slice(0, MOST_SENTENCES).map(readSentence);
}

function sentencesOf(prose: string): string[] {
  return prose
    .split(
      /\n|(?<=[.!?;:])\s|, (?=(?:please(?= \w)|can you|could you|so|now|then|fix|write|create|implement|change)\b)/i,
    )
    .filter((sentence) => /\p{L}/u.test(sentence));
}

function readSentence(sentence: string): SentenceWish {
  const all = [...sentence.matchAll(/[\p{L}\p{N}_'’+#]+(?:-[\p{L}\p{N}_'’+#]+)*|[,.:;!?()]/gu)];
  const tokens = all.slice(0, LONGEST_SENTENCE).map(([token]) => token.replace('’', "'").toLowerCase());
  const isQuestion = isAsking(tokens, sentence.trimEnd().endsWith('?'));
  const at = tokens.findIndex((token) => !POLITE.has(token) && !/^\d*[.)]?$/.test(token));
  if (at < 0) return wish(tokens.includes('again') ? 'change' : 'other');
  const first = tokens[at]!;
  if (isQuestion || AUXILIARIES.has(tokens[0]!) || ASKS.has(first)) return wish('asks');
  const isNoun = DETERMINERS.has(tokens[at - 1] ?? '');
  return (
    (isNoun ? null : requested(tokens, at)) ??
    byNoun(tokens, at) ??
    changed(tokens, isNoun ? '' : first) ??
    wish('other')
  );
}

function wish(
  kind: SentenceWish['kind'],
  before: readonly string[] = [],
  clause: readonly string[] = [],
): SentenceWish {
  return { kind, before, clause };
}

/** Words after which a verb of asking is a noun: `your code`, `the program`. */
const DETERMINERS = new Set(['a', 'an', 'the', 'your', 'some', 'python']);

const SELF = new Set(['i', 'it', 'python', 'this', 'that', 'the', 'there', 'somebody', 'someone']);

/** `Should I write ...?`, `Can it sort ...?`: a question that no politeness explains. */
function isAsking([first = '', second = '']: readonly string[], endsAsQuestion: boolean): boolean {
  if (['should', 'shall', 'may', 'must'].includes(first)) return endsAsQuestion;
  return ['can', 'could', 'would', 'will'].includes(first) && SELF.has(second);
}

function requested(tokens: readonly string[], at: number): SentenceWish | null {
  const verb = tokens[at]!;
  if (!MAKES.has(verb)) return null;
  const object = readObject(tokens, at + 1);
  if (object.kind !== 'bare') return object;
  if (object.before.some((word) => ASKS.has(word))) return wish('asks');
  if (REPAIRS.has(verb)) return wish('repair');
  const isOfEarlier = object.before.length === 0 || verb === 'make';
  if (isOfEarlier && CHANGES.has(verb)) return wish('change');
  return ['implement', 'code', 'program', 'write'].includes(verb) ? object : wish('other');
}

const AFTER_NOUN = new Set('that which to for returning taking in using with called named : ; .'.split(' '));
const OTHER_VERBS = new Set('find use using plot prove compute call run test know have see let'.split(' '));
const OF_SOMEBODY = new Set(['this', 'my', 'your', 'that', 'these', 'the', 'our', 'it']);

/** A sentence without a verb of asking: `Python function that ...`. */
function byNoun(tokens: readonly string[], at: number): SentenceWish | null {
  const object = readObject(tokens, at);
  const ahead = tokens.slice(0, tokens.indexOf(object.noun ?? '', at));
  if (ahead.some((token) => OF_SOMEBODY.has(token) || AUXILIARIES.has(token) || OTHER_VERBS.has(token))) return null;
  if ((object.kind !== 'function' && object.kind !== 'class') || object.before.length > 3) return null;
  const [next = '.'] = object.clause;
  const isNeeded = tokens.slice(0, at).some((token) => ['need', 'want', 'like'].includes(token));
  return isNeeded || AFTER_NOUN.has(next) ? object : null;
}

const DEMANDS =
  /^(?:should|must|needs?|fails?|failing|failed|error|exception|traceback|wrong|bug|incorrect|crash|crashes|broken|doesn't|isn't|raises|instead|expected|shouldn't|[a-z]+error)$/;

/** Words that tell what the code does, which is a fault unless they come with praise. */
const GIVES = new Set(['still', 'returns', 'returned', 'gives', 'gave', 'prints']);
const PRAISE = new Set(['thanks', 'thank', 'works', 'right', 'great', 'perfect', 'good', 'nice', 'correct', 'cool']);

function changed(tokens: readonly string[], first: string): SentenceWish | null {
  const into = tokens.findIndex((token) => token === 'into' || token === 'to');
  if (CHANGES.has(first)) {
    if (into > 0 && readObject(tokens, into + 1).kind === 'whole') return wish('whole');
    if (tokens.some((token) => PROSE.has(token))) return wish('text');
    return wish(REPAIRS.has(first) ? 'repair' : 'change');
  }
  if (tokens.some((token) => DEMANDS.test(token))) return wish('demand');
  return tokens.some((token) => GIVES.has(token)) && !tokens.some((token) => PRAISE.has(token)) ? wish('demand') : null;
}

/** The thing that a noun phrase names, from its first word on. */
function readObject(tokens: readonly string[], from: number): SentenceWish {
  const phrase: number[] = [];
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at]!;
    if (isAside(token, tokens[at + 1])) at += 1;
    else if (BREAKERS.has(token)) break;
    else if (!FILLERS.has(token)) phrase.push(at);
  }
  const noun = phrase.findLast((at) => kindOf(tokens[at]!) !== null);
  const words = (indices: readonly number[]) => indices.map((at) => tokens[at]!);
  if (noun === undefined) return wish('bare', words(phrase), tokens.slice((phrase.at(-1) ?? from - 1) + 1));
  const before = words(phrase.filter((at) => at < noun));
  const isTest = ['test', 'unit', 'tests'].includes(before.at(-1) ?? '');
  const kind = isTest ? 'text' : kindOf(tokens[noun]!)!;
  return { kind, before, clause: tokens.slice(noun + 1), noun: tokens[noun]! };
}

/** `in Python`, `for me`: words within a noun phrase that do not end it. */
function isAside(token: string, next: string | undefined): boolean {
  return ['in', 'for', 'with', 'using', ','].includes(token) && /^(?:python\d?|py|me|us)$/.test(next ?? '');
}

const KINDS: readonly [ReadonlySet<string>, SentenceWish['kind']][] = [
  [FUNCTIONS, 'function'],
  [CLASSES, 'class'],
  [CODES, 'code'],
  [PROGRAMS, 'program'],
  [WHOLES, 'whole'],
  [TEXTS, 'text'],
];

function kindOf(token: string): SentenceWish['kind'] | null {
  return KINDS.find(([words]) => words.has(token))?.[1] ?? null;
}
