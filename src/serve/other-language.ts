import type { Fence } from '../tasks/markdown-code.ts';

const NAMES = new Set(
  (
    'javascript js typescript ts java c++ cpp c# csharp golang go rust ruby php swift kotlin scala perl haskell sql bash shell ' +
    'powershell zsh lua r matlab julia dart elixir erlang clojure fortran cobol assembly vba lisp scheme ocaml f# zig solidity c ' +
    'objective-c groovy prolog racket verilog vhdl react vue angular svelte node nodejs node.js jquery'
  ).split(' '),
);
/** Formats of data, and words of everyday English: only before the noun of a program do they name a language to write in. */
const DATA = new Set(
  'html css json yaml xml excel sql awk sed markdown latex go swift scheme basic shell assembly'.split(' '),
);
const PIECES = new Set(
  (
    'function func method code program script snippet class implementation version query statement command one-liner equivalent ' +
    'component macro procedure page stylesheet formula solution hook app'
  ).split(' '),
);
const CONVERTS = /\b(?:convert|translate|port|rewrite|transpile|turn|change)\b/i;

/** True where a message asks for code in another language than Python. */
export function asksForOtherLanguage(prose: string, fences: readonly Fence[]): boolean {
  const tokens = prose.match(/[\p{L}][\p{L}\p{N}_.+#-]*/gu) ?? [];
  const words = tokens.map((token) => token.replace(/\.$/, ''));
  const isConversion = CONVERTS.test(prose);
  const targets = words.filter((_, at) => isTarget(words, at));
  const isPython = namesPython(prose, fences);
  if (isConversion && words.some((word, at) => isLanguage(word) && /^(?:to|into)$/i.test(words[at - 1] ?? '')))
    return true;
  if (targets.length > 0) return !isPython;
  return !isPython && fences.length > 0 && fences.every(({ language }) => NAMES.has(language) || DATA.has(language));
}

/** True where a message names Python or shows code that is marked as Python. */
export function namesPython(prose: string, fences: readonly Fence[]): boolean {
  return /\bpy(?:thon)?\d?\b|\bpytest\b|\bnumpy\b|\bdef \w/i.test(prose) || fences.some(isMarkedPython);
}

/** True for a fence whose first word is a name of Python. */
export function isMarkedPython({ language }: Fence): boolean {
  return /^(?:py|python|python3|py3|pycon|ipython)$/.test(language);
}

function isTarget(words: readonly string[], at: number): boolean {
  const [before = '', word = '', next = ''] = [words[at - 1], words[at], words[at + 1]];
  const isNoun = PIECES.has(next.toLowerCase());
  if (isNoun) return NAMES.has(word.toLowerCase()) || DATA.has(word.toLowerCase());
  const isNext = /^(?:and|or)$/i.test(before) && DATA.has((words[at - 2] ?? '').toLowerCase());
  return (
    (isNext || /^(?:in|using|uses)$/i.test(before)) &&
    isLanguage(word) &&
    !(DATA.has(word.toLowerCase()) && word === word.toLowerCase())
  );
}

/** One letter and words of everyday English are languages where they begin with a capital. */
function isLanguage(word: string): boolean {
  const lower = word.toLowerCase();
  if (!NAMES.has(lower)) return false;
  return word !== lower || (lower.length > 1 && !DATA.has(lower)) || lower === 'sql';
}
