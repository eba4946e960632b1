import { beginsCode } from './code-lines.ts';
import { beforeStopTokens, breakAtStopTokens } from './stop-tokens.ts';
import { readTranscript } from './transcript.ts';

/** The ways to read text that is no Python as it stands, itself first, then those that change least. */
export function* readings(text: string): Generator<string> {
  yield text;
  yield withPlainCharacters(text);
  if (isFirstLineAlone(text)) yield text.trimStart();
  yield withoutMarkers(text);
  yield text.replace(/(?:```|~~~).*$/gm, '');
  const before = beforeStopTokens(text);
  yield* before;
  if (before.length > 0) yield breakAtStopTokens(text);
  const session = readTranscript(text);
  if (session !== null) yield session;
  yield withoutLineNumbers(text);
  yield readDiff(text);
  yield withoutMarkers(withoutEntities(text));
  yield text.replace(/\\(?=[_*[\]<>#])/g, '');
  yield unescaped(text.trim());
}

/** True where the first line of code is indented, and the others not as far. */
function isFirstLineAlone(text: string): boolean {
  const indent = /^[ \t]*/.exec(text)![0];
  const isShared = text.split('\n').every((line) => line.trim() === '' || line.startsWith(indent));
  return !isShared && beginsCode(text.trimStart());
}

const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/[\u00A0\u2007\u202F\u3000\u2581]/g, ' '],
  [/[\u00AD\u200B\u2060\uFEFF]/g, ''],
  [/<0x09>/g, '\t'],
  [/<0x0A>|[\u0085\u2028\u2029]/g, '\n'],
  [/[\u201C\u201D\u201E]/g, '"'],
  [/[\u2018\u2019\u201A]/g, "'"],
  [/[\u2010-\u2015\u2212]/g, '-'],
  [/\u2026/g, '...'],
  [/\u2264/g, '<='],
  [/\u2265/g, '>='],
  [/\u2260/g, '!='],
  [/\u3001/g, ','],
];

/** The text without the typographic characters that word processors, web pages and other scripts put in. */
export function withPlainCharacters(code: string): string {
  const plain = PLAIN.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), code);
  return plain.replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
}

const LANGUAGE = /^\s*(?:python|py)[\d.]*[ \t:]+(?=def\b|class\b|import\b|from\b|async\b|@)/i;
const TAG = String.raw`<\/?[A-Za-z_][\w-]*(?:[ \t][^<>\n]{0,200})?>`;
const TAGS = new RegExp(
  String.raw`^[ \t]*(?:${TAG}|\[[A-Z]{3,}\])+[ \t]*(?=\S)|(?:<\/[A-Za-z_]\w*>|\[\/[A-Z]{3,}\]){1,20}[ \t]*$`,
  'gm',
);

/** The text without tags at the ends of its lines and without a language before its first line of code. */
export function withoutMarkers(text: string): string {
  return text.replace(TAGS, '').replace(LANGUAGE, '');
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  '#39': "'",
  '#x27': "'",
};

function withoutEntities(text: string): string {
  return text.replace(/&(#?\w{2,4});/g, (entity, name: string) => ENTITIES[name] ?? entity);
}

const NUMBERED = /^[ \t]*(\d{1,4})(?:[ \t]*[|:.)\u2502] ?|[ \t]|$)/;

/** The text without the numbers before lines that count on from the line before or to the next one. */
function withoutLineNumbers(text: string): string {
  const lines = text.split('\n');
  const numbers = lines.map((line) => Number(NUMBERED.exec(line)?.[1] ?? Number.NaN));
  const isNumbered = (at: number): boolean =>
    numbers[at] === numbers[at - 1]! + 1 || numbers[at]! + 1 === numbers[at + 1];
  return lines.map((line, at) => (isNumbered(at) ? line.replace(NUMBERED, '') : line)).join('\n');
}

/** The new side of a difference between two files. */
function readDiff(text: string): string {
  if (!/^\+/m.test(text)) return text;
  const lines = text.split('\n').filter((line) => !/^(?:-|\+\+\+ |@@|diff |index )/.test(line));
  return lines.map((line) => line.replace(/^[+ ]/, '')).join('\n');
}

/** A single line whose line ends are written as `\n`. */
function unescaped(text: string): string {
  if (text.includes('\n')) return text;
  return text.replace(/\\([nt"'])/g, (_, sign: string) => ({ n: '\n', t: '\t' })[sign] ?? sign);
}
