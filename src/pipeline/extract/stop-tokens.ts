/** Special tokens of chat templates, which some servers and templates leave in the answer. */
const TOKEN = String.raw`(?:<\|[^|<>\n]{1,40}\|>|<｜[^｜\n]{1,40}｜>|</?s>|<(?:start|end)_of_turn>|<(?:eos|bos|EOT)>|\[/?INST\])`;
const AT_END = new RegExp(`${TOKEN}$`);
const BEHIND_FENCE = new RegExp(`^([ \\t]*(?:\`{3,}|~{3,}))[ \\t]*${TOKEN}(?:[ \\t]|${TOKEN})*$`, 'gm');
const ANYWHERE = new RegExp(TOKEN, 'g');
/** Longer runs of tokens at the end are noise that nobody needs to have cut in full. */
const MOST_AT_END = 50;

/** The answer without special tokens at its end and behind its fences, where they are no part of any code. */
export function trimStopTokens(answer: string): string {
  let text = answer.trimEnd();
  for (let count = 0; count < MOST_AT_END; count += 1) {
    const token = AT_END.exec(text.slice(-50))?.[0];
    if (token === undefined) break;
    text = text.slice(0, -token.length).trimEnd();
  }
  return text.replace(BEHIND_FENCE, '$1');
}

/** The answer before its first special token; null where it has none, or only at its beginning. */
export function beforeStopToken(answer: string): string | null {
  let isBlank = true;
  let from = 0;
  for (const match of answer.matchAll(ANYWHERE)) {
    isBlank &&= answer.slice(from, match.index).trim() === '';
    if (!isBlank) return answer.slice(0, match.index);
    from = match.index + match[0].length;
  }
  return null;
}

/** The text with a new line in the place of every special token. */
export function breakAtStopTokens(text: string): string {
  return text.replace(ANYWHERE, '\n');
}
