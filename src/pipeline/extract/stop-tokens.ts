const NAMES =
  'eo[sdt]|bos|pad|unk|sep|cls|end|stop|(?:start|end)_of_\\w+|assistant|user|system|human|' +
  'fim_\\w+|file_sep|repo_?name|filename|gh_stars|empty_output|jupyter_\\w+|issue_\\w+|commit_\\w+';
/** Special tokens of chat templates and of code models, which some servers and templates leave in the answer. */
const TOKEN =
  String.raw`(?:<\|[^|<>\n]{1,40}\|>|<｜[^｜\n]{1,40}｜>|<\|\w{2,40}|</?s>|</?(?:${NAMES})>|` +
  String.raw`\[/?INST\]|<</?SYS>>|\[end of text\]|\[(?:EO[SDT]|PAD|UNK|SEP|STOP|END|DONE)\])`;
const AT_END = new RegExp(`${TOKEN}$`, 'i');
const BEHIND_FENCE = new RegExp(`^([ \\t]*(?:\`{3,}|~{3,}))[ \\t]*${TOKEN}(?:[ \\t]|${TOKEN})*$`, 'gim');
const ANYWHERE = new RegExp(TOKEN, 'gi');
/** Longer runs of tokens at the end are noise that nobody needs to have cut in full. */
const MOST_AT_END = 50;
/** The first one may stand in a string. */
const MOST_TRIED = 4;

/** The answer without special tokens at its end and behind its fences, where they are no part of any code. */
export function trimStopTokens(answer: string): string {
  let text = answer.trimEnd();
  const isCode = codeTest(text);
  for (let count = 0; count < MOST_AT_END; count += 1) {
    const token = AT_END.exec(text.slice(-50))?.[0];
    if (token === undefined || isCode(token)) break;
    text = text.slice(0, -token.length).trimEnd();
  }
  return text.replace(BEHIND_FENCE, '$1');
}

/** The answer before each of its first few special tokens; those at its very beginning are left out. */
export function beforeStopTokens(answer: string): string[] {
  const parts: string[] = [];
  const isCode = codeTest(answer);
  let isBlank = true;
  let from = 0;
  for (const { 0: token, index } of answer.matchAll(ANYWHERE)) {
    isBlank &&= answer.slice(from, index).trim() === '';
    if (!isBlank && !isCode(token)) parts.push(answer.slice(0, index).trimEnd());
    if (parts.length === MOST_TRIED) break;
    from = index + token.length;
  }
  return parts;
}

/** The text with a new line in the place of every special token. */
export function breakAtStopTokens(text: string): string {
  return text.replace(ANYWHERE, '\n');
}

/** True for code in whose strings or comments special tokens stand; `free` are the names that nothing in it binds. */
export function hasStopToken(code: string, free: readonly string[]): boolean {
  return [...code.matchAll(ANYWHERE)].some(([token]) => !free.includes(token.slice(1, -1)));
}

/** Tells of `[END]` and the like in a text whether the text has that name elsewhere too (`items[END]`), or ends a comment so. */
function codeTest(text: string): (token: string) => boolean {
  const known = new Map<string, boolean>();
  return (token) => {
    const word = /^\[(\w+)\]$/.exec(token)?.[1];
    if (word === undefined) return false;
    const isCode = known.get(word) ?? new RegExp(`(?<!\\[)\\b${word}\\b|^[ \\t]*#.*\\[${word}\\]$`, 'm').test(text);
    known.set(word, isCode);
    return isCode;
  };
}
