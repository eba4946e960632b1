import type { Statement } from '../python/python-module.ts';
import { type Fence, findFences } from '../tasks/markdown-code.ts';
import { functionsOf } from '../tasks/prompt-context.ts';
import { takeTests } from './given-tests.ts';
import type { NoTask } from './no-task.ts';
import { asksForOtherLanguage, isMarkedPython, namesPython } from './other-language.ts';
import { readWishes, type SentenceWish } from './wish.ts';

/** What a message of the user is in its conversation: a new task, more about the earlier one, or none. */
export type Turn =
  /** `unsure`: it is a task only where its text names a function, and else none for this reason. */
  | { readonly kind: 'new'; readonly wish: SentenceWish; readonly unsure: NoTask | null }
  | { readonly kind: 'follow-up'; readonly reportsFault: boolean }
  | { readonly kind: 'none'; readonly reason: NoTask };

/** A function of which its text says no more than its code or tests do. */
const PLAIN: SentenceWish = { kind: 'function', before: [], clause: [] };

/** A message taken apart. */
interface Message {
  readonly prose: string;
  readonly fences: readonly Fence[];
  readonly wishes: readonly SentenceWish[];
  readonly hasTests: boolean;
}

/** Reads what a message asks for; `hasEarlier` says that the conversation has a function already that it can go on with. */
export function readTurn(text: string, hasEarlier: boolean): Turn {
  if (isStub(text)) return { kind: 'new', wish: PLAIN, unsure: null };
  const { fences, prose } = findFences(text);
  const spoken = withoutCode(prose);
  const message = { prose, fences, wishes: readWishes(spoken), hasTests: takeTests(text).tests !== undefined };
  const isWish = message.wishes.some(({ kind }) => kind !== 'asks' && kind !== 'other');
  if (isWish && asksForOtherLanguage(spoken, fences)) return { kind: 'none', reason: 'language' };
  return newTask(message) ?? followUp(message, hasEarlier) ?? { kind: 'none', reason: whyNone(message) };
}

/** True for Python that leaves the body of a function to be written. */
function isStub(code: string): boolean {
  return functionsOf(code).some(({ isEmpty, statement }) => isEmpty || holdsNoStep(statement));
}

/** True where the body of a function has imports and strings only: HumanEval/115 imports before its docstring. */
function holdsNoStep({ node }: Statement): boolean {
  if (node.kind !== 'function') return false;
  return node.body.every(
    (step) => step.kind === 'import' || (step.kind === 'expression' && step.value.kind === 'string'),
  );
}

const CODE_LINE =
  /^(?: {4}|\t|(?:async )?def |class \w+[:(]|import \w|from \w+ import|assert |>>>|\.\.\. |@\w|print\(|if __name__)/;

/** Prose without lines of code that stand in it unfenced. */
function withoutCode(prose: string): string {
  return prose
    .split('\n')
    .filter((line) => !CODE_LINE.test(line))
    .join('\n');
}

function newTask({ wishes, fences, prose, hasTests }: Message): Turn | null {
  const first = (...kinds: readonly SentenceWish['kind'][]) => wishes.find(({ kind }) => kinds.includes(kind));
  const isNew = (wish: SentenceWish, unsure: NoTask | null = null): Turn => ({ kind: 'new', wish, unsure });
  const hasStub = fences.some((fence) => isPythonic(fence) && isStub(fence.code));
  const named = first('function', 'class');
  if (named !== undefined) return isNew(named, isOfCode(named) || namesPython(prose, fences) ? null : 'nothing');
  if (hasStub && first('asks', 'text', 'whole') === undefined) return isNew(PLAIN);
  if (first('whole', 'text') !== undefined) return null;
  if (first('program') !== undefined) return isNew(PLAIN, hasTests ? null : 'program');
  if (first('repair') !== undefined && showsDefinition(prose, fences)) return isNew(PLAIN);
  return (
    looselyAsked(first, namesPython(prose, fences)) ??
    byTests(hasTests || /^[ \t]*assert \w/m.test(prose), first('asks') !== undefined)
  );
}

const OF_CODE = new Set(['that', 'which', 'to', 'returning', 'taking', 'called', 'named', '(', ':']);

/** True for `a function that ...`: classes, methods, helpers and functions `for` or `in` something may be those of everyday English. */
function isOfCode({ noun = '', before, clause }: SentenceWish): boolean {
  if (!['function', 'func', 'fn', 'subroutine', 'lambda'].includes(noun)) return false;
  const [next = '.'] = clause;
  return OF_CODE.has(next) || (next === '.' && before.length > 0);
}

type FirstOf = (...kinds: readonly SentenceWish['kind'][]) => SentenceWish | undefined;

/** Code or a thing without a noun of code: a task where Python is named; else only by the call or the examples of a function. */
function looselyAsked(first: FirstOf, isPython: boolean): Turn | null {
  const code = first('code', 'bare');
  if (code === undefined) return null;
  if (code.clause.some((word) => OUTSIDE.has(word))) return { kind: 'new', wish: code, unsure: 'program' };
  if (!isPython) return { kind: 'new', wish: code, unsure: 'nothing' };
  const isStructure = code.kind === 'bare' && STRUCTURES.has(code.before.at(-1) ?? '');
  return {
    kind: 'new',
    wish: isStructure ? { ...code, kind: 'class' } : code,
    unsure: code.kind === 'code' || hasSubject(code) ? null : 'nothing',
  };
}

function byTests(hasTests: boolean, asks: boolean): Turn | null {
  if (asks) return null;
  return hasTests ? { kind: 'new', wish: PLAIN, unsure: null } : null;
}

function hasSubject({ before }: SentenceWish): boolean {
  return before.length > 0 && before.length <= 4 && !before.some((word) => VAGUE.has(word));
}

const VAGUE = new Set('something anything everything nothing more things stuff lot lots much in idea'.split(' '));
const STRUCTURES = new Set(
  'stack queue cache heap graph trie tree list set map iterator counter timer deque matrix'.split(' '),
);
/** What code needs that is more than a function can be tested with. */
const OUTSIDE = new Set(
  (
    'print plot draw download scrape connect send serve train open display show read load install run play csv file files pandas ' +
    'matplotlib tkinter flask django fastapi pygame selenium database url urls website browser gpio window'
  ).split(' '),
);

function isPythonic(fence: Fence): boolean {
  return fence.language === '' || isMarkedPython(fence);
}

const DEFINITION = /^[ \t]*(?:async )?(?:def|class) \w/m;

function showsDefinition(prose: string, fences: readonly Fence[]): boolean {
  return DEFINITION.test(prose) || fences.some((fence) => isPythonic(fence) && DEFINITION.test(fence.code));
}

function followUp({ wishes, fences }: Message, hasEarlier: boolean): Turn | null {
  const kinds = new Set(wishes.map(({ kind }) => kind));
  if (fences.some(({ code }) => /^(?:Traceback \(|\w*Error\b)/m.test(code))) kinds.add('demand');
  if (!hasEarlier || kinds.has('whole') || kinds.has('text')) return null;
  const isAsked = kinds.has('asks') && !kinds.has('repair');
  const goesOn = kinds.has('repair') || kinds.has('change') || kinds.has('demand');
  if (isAsked || !goesOn) return null;
  return { kind: 'follow-up', reportsFault: kinds.has('demand') };
}

function whyNone({ wishes }: Message): NoTask {
  const kinds = new Set(wishes.map(({ kind }) => kind));
  if (kinds.has('whole') || kinds.has('program')) return 'program';
  if (kinds.has('text')) return 'text';
  return kinds.has('asks') ? 'question' : 'nothing';
}
