const TOKEN =
  /"""(?:[^\\]|\\[\s\S]?)*?(?:"""|$)|'''(?:[^\\]|\\[\s\S]?)*?(?:'''|$)|"(?:[^"\\\n]|\\[\s\S]?)*(?:"|$|(?=\n))|'(?:[^'\\\n]|\\[\s\S]?)*(?:'|$|(?=\n))|#[^\n]*|[\p{L}_][\p{L}\p{N}_]*|\d[\w.]*|[=!<>]=|\S/gu;

/** The tokens of Python or JSON text, without comments and with every string in one way of quoting. */
function plainTokens(text: string): string[] {
  return (text.match(TOKEN) ?? []).filter((token) => !token.startsWith('#')).map(plainToken);
}

/**
 * One text for equal plain values, be they written as Python literals or as JSON: tuples read as lists, since JSON has none.
 */
export function plainValue(text: string): string {
  const tokens = plainTokens(text).map((token) => AS_JSON[token] ?? token);
  return tokens.filter((token, index) => token !== ',' || tokens[index + 1] !== ']').join(' ');
}

/** An assert without message, layout, way of quoting and `== True`; `candidate` reads as the entry point. */
export function plainAssert(source: string, entryPoint: string): string {
  const text = plainCondition(source, entryPoint).replace(/ is None$/, ' == None');
  return text.replace(/ (?:==|is) True$/, '');
}

/** The condition of an assert without layout and way of quoting; `candidate` reads as the entry point. */
export function plainCondition(source: string, entryPoint: string): string {
  const tokens = plainTokens(source).map((token) => (token === 'candidate' ? entryPoint : token));
  return tokens.slice(tokens[0] === 'assert' ? 1 : 0, endOfCondition(tokens)).join(' ');
}

function endOfCondition(tokens: readonly string[]): number {
  let depth = 0;
  const comma = tokens.findIndex((token) => {
    if ('([{'.includes(token)) depth += 1;
    if (')]}'.includes(token)) depth -= 1;
    return token === ',' && depth === 0;
  });
  return comma === -1 ? tokens.length : comma;
}

const AS_JSON: Readonly<Record<string, string>> = { '(': '[', ')': ']', true: 'True', false: 'False', null: 'None' };

function plainToken(token: string): string {
  const quote = /^(?:"""|'''|"|')/.exec(token)?.[0];
  if (quote === undefined) return token;
  const body = token.slice(quote.length, -quote.length).replace(/\\(['"])/g, '$1');
  return JSON.stringify(body);
}
