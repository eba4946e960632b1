const LITERAL = /^([a-zA-Z]*)('''|"""|'|")([\s\S]*)\2$/;
const ESCAPE = /\\(\r\n|[0-7]{1,3}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[\s\S])/g;
const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
  '\r': '',
  '\r\n': '',
};

/** The text that one Python string literal stands for; null for bytes, f-strings and what is no literal. */
export function decodeString(literal: string): string | null {
  const match = LITERAL.exec(literal);
  if (match === null) return null;
  const prefix = match[1]!.toLowerCase();
  const body = match[3]!.replace(/\r\n?/g, '\n');
  if (/[bft]/.test(prefix)) return null;
  return prefix.includes('r') ? body : body.replace(ESCAPE, (whole, code: string) => decodeEscape(whole, code));
}

function decodeEscape(whole: string, code: string): string {
  const simple = SIMPLE[code];
  if (simple !== undefined) return simple;
  const digits = /^[xuU](.+)/.exec(code)?.[1];
  const point = digits === undefined ? Number.parseInt(code, 8) : Number.parseInt(digits, 16);
  return Number.isNaN(point) || point > 0x10ffff ? whole : String.fromCodePoint(point);
}
