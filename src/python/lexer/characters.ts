const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const STATEMENT =
  /[ \t\f]*(?:(?:assert|break|class|continue|def|del|elif|except|finally|global|import|nonlocal|pass|raise|return|try|while|with)\b|from[ \t]+[\w.]+[ \t]+import\b|async[ \t]+(?:def|with)\b)/y;

/** True for `0` to `9`. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Letters, `_`, and all beyond ASCII, which is looked at more closely. */
export function isWordStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code >= 128;
}

/** Letters, digits and `_` of ASCII. */
export function isWordPart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || isDigit(code);
}

/** Where the physical line ends. */
export function endOfLine(source: string, from: number): number {
  let at = from;
  while (at < source.length && lineEndLength(source, at) === 0) at += 1;
  return at;
}

/** Characters of the line end at a place (1, or 2 for CRLF); 0 where there is none. */
export function lineEndLength(source: string, at: number): 0 | 1 | 2 {
  const code = source.charCodeAt(at);
  if (code === LINE_FEED) return 1;
  if (code !== CARRIAGE_RETURN) return 0;
  return source.charCodeAt(at + 1) === LINE_FEED ? 2 : 1;
}

/** True where a line begins with what can only begin a statement: inside of brackets it shows that these were never closed. */
export function beginsStatement(source: string, at: number): boolean {
  STATEMENT.lastIndex = at;
  return STATEMENT.test(source);
}
