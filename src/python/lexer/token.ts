/** Kinds of tokens. Binary operators and whatever begins an expression stand together, so that a comparison of numbers tells them. */
export const Token = {
  end: 0,
  newline: 1,
  indent: 2,
  dedent: 3,
  /** A character or an operator that Python does not have. */
  broken: 4,

  // These begin an expression.
  name: 10,
  number: 11,
  string: 12,
  formatStart: 13,
  openParen: 14,
  openBracket: 15,
  openBrace: 16,
  ellipsis: 17,
  false: 18,
  none: 19,
  true: 20,
  await: 21,
  lambda: 22,
  not: 23,
  tilde: 24,
  /** `+` and `-`, which are binary operators too. */
  sign: 25,

  // These are binary operators.
  star: 26,
  doubleStar: 27,
  at: 28,
  arithmetic: 29,

  /** `<`, `>`, `==`, `!=`, `<=` and `>=`. */
  comparison: 30,
  pipe: 31,
  and: 32,
  or: 33,
  in: 34,
  is: 35,

  closeParen: 40,
  closeBracket: 41,
  closeBrace: 42,
  comma: 43,
  colon: 44,
  semicolon: 45,
  dot: 46,
  equals: 47,
  arrow: 48,
  walrus: 49,
  /** `+=` and its like. */
  augmented: 50,
  exclamation: 51,
  formatText: 52,
  formatEnd: 53,

  as: 60,
  assert: 61,
  async: 62,
  break: 63,
  class: 64,
  continue: 65,
  def: 66,
  del: 67,
  elif: 68,
  else: 69,
  except: 70,
  finally: 71,
  for: 72,
  from: 73,
  global: 74,
  if: 75,
  import: 76,
  nonlocal: 77,
  pass: 78,
  raise: 79,
  return: 80,
  try: 81,
  while: 82,
  with: 83,
  yield: 84,
} as const;

export type TokenKind = (typeof Token)[keyof typeof Token];

/** True for a token that an expression can begin with; `*` and `yield` are none. */
export function beginsExpression(kind: TokenKind): boolean {
  return kind >= Token.name && kind <= Token.sign;
}

/** True for the operators of arithmetic and of bits. */
export function isBinaryOperator(kind: TokenKind): boolean {
  return (kind >= Token.sign && kind <= Token.arithmetic) || kind === Token.pipe;
}

const KEYWORDS: ReadonlyMap<string, TokenKind> = new Map([
  ['False', Token.false],
  ['None', Token.none],
  ['True', Token.true],
  ...(
    'and as assert async await break class continue def del elif else except finally for from global if import in is ' +
    'lambda nonlocal not or pass raise return try while with yield'
  )
    .split(' ')
    .map((word) => [word, Token[word as keyof typeof Token]] as const),
]);

/** The kind of a keyword; a name for any other word, soft keywords too. */
export function wordKind(word: string): TokenKind {
  return KEYWORDS.get(word) ?? Token.name;
}

/** Operators by their first character, the longest first; `<>` is Python 2's. */
const OPERATORS: ReadonlyMap<number, readonly (readonly [string, TokenKind])[]> = groupByFirst([
  ...list('...', Token.ellipsis),
  ...list('(', Token.openParen),
  ...list('[', Token.openBracket),
  ...list('{', Token.openBrace),
  ...list(')', Token.closeParen),
  ...list(']', Token.closeBracket),
  ...list('}', Token.closeBrace),
  ...list('**= //= >>= <<= += -= *= /= %= &= |= ^= @=', Token.augmented),
  ...list('<>', Token.broken),
  ...list('->', Token.arrow),
  ...list(':=', Token.walrus),
  ...list('== != <= >=', Token.comparison),
  ...list('**', Token.doubleStar),
  ...list('// << >>', Token.arithmetic),
  ...list('< >', Token.comparison),
  ...list('/ % & ^', Token.arithmetic),
  ...list('+ -', Token.sign),
  ...list('*', Token.star),
  ...list('@', Token.at),
  ...list('|', Token.pipe),
  ...list('~', Token.tilde),
  ...list(',', Token.comma),
  ...list(':', Token.colon),
  ...list(';', Token.semicolon),
  ...list('.', Token.dot),
  ...list('=', Token.equals),
  ...list('!', Token.exclamation),
]);

function list(operators: string, kind: TokenKind): [string, TokenKind][] {
  return operators
    .trim()
    .split(' ')
    .map((operator) => [operator, kind]);
}

function groupByFirst(operators: readonly [string, TokenKind][]): Map<number, [string, TokenKind][]> {
  return Map.groupBy(operators, ([operator]) => operator.charCodeAt(0));
}

/** The longest operator that stands at a place, or null. */
export function operatorAt(source: string, at: number): readonly [string, TokenKind] | null {
  const candidates = OPERATORS.get(source.charCodeAt(at)) ?? [];
  for (const candidate of candidates) {
    if (candidate[0].length === 1 || source.startsWith(candidate[0], at)) return candidate;
  }
  return null;
}
