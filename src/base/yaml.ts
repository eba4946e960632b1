import { isMap, isNode, isSeq, LineCounter, type Node, parse, parseDocument } from 'yaml';
import { Refusal } from './errors.ts';
import { refuseHugeJson } from './json-text.ts';
import { printable } from './printable.ts';

/** Of one file that is no JSON; reading a megabyte takes a second, and some 300 megabytes of memory. */
const LONGEST = 2 ** 21;
/** Aliases counted as what they stand for. */
const MOST_VALUES = 1_000_000;
const DEEPEST = 500;

/** Parses YAML or JSON that a person writes; refuses, in one line that begins with the path, what is neither or too much. */
export function parseYaml(text: string, path: string): unknown {
  try {
    const json = parseJsonIfAny(text);
    if (json !== null) return remembered(json.value, text);
    if (text.length > LONGEST) throw new RangeError(`it is longer than ${LONGEST} characters`);
    refuseOpenBrackets(text);
    // Warnings of the library would go to standard error as they are.
    const value: unknown = parse(text, { logLevel: 'error' });
    refuseHuge(value);
    return remembered(value, text);
  } catch (cause) {
    const [why = ''] = (cause as Error).message.split('\n', 1);
    throw new Refusal(`${path} is neither YAML nor JSON: ${printable(why.slice(0, 200)).replace(/:$/, '')}`, { cause });
  }
}

/** Where data was parsed from. */
interface Origin {
  readonly text: string;
  /** From the whole text to the data. */
  readonly path: readonly PropertyKey[];
}

const origins = new WeakMap<object, Origin>();

/** Keeps the text of data, and of each row where it is a list. */
function remembered(value: unknown, text: string): unknown {
  if (!isObject(value)) return value;
  if (Array.isArray(value)) {
    for (const [index, row] of value.entries()) if (isObject(row)) origins.set(row, { text, path: [index] });
  }
  origins.set(value, { text, path: [] });
  return value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The line of a field of data that `parseYaml` gave, of what holds it where the field is missing; null where that is not known. */
export function lineIn(data: unknown, path: readonly PropertyKey[]): number | null {
  const origin = isObject(data) ? origins.get(data) : undefined;
  if (origin === undefined) return null;
  const counter = new LineCounter();
  let node: unknown = parseDocument(origin.text, { lineCounter: counter, logLevel: 'error' }).contents;
  let offset = offsetOf(node);
  for (const key of [...origin.path, ...path]) {
    node = isMap(node) || isSeq(node) ? node.get(key, true) : null;
    offset = offsetOf(node) ?? offset;
  }
  return offset === null ? null : counter.linePos(offset).line;
}

function offsetOf(node: unknown): number | null {
  return isNode(node) ? ((node as Node).range?.[0] ?? null) : null;
}

function parseJsonIfAny(text: string): { readonly value: unknown } | null {
  if (!/^\s*[[{]/.test(text)) return null;
  refuseHugeJson(text, { depth: DEEPEST, values: MOST_VALUES });
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** The parser takes seconds to run out of stack. */
function refuseOpenBrackets(text: string): void {
  let open = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '[' || character === '{') open += 1;
    else if (character === ']' || character === '}') open = Math.max(0, open - 1);
    if (open > DEEPEST) throw new RangeError(`it has more than ${DEEPEST} open brackets`);
  }
}

function refuseHuge(value: unknown): void {
  let values = 0;
  const open: unknown[] = [value];
  while (open.length > 0) {
    const one = open.pop();
    values += 1;
    if (values > MOST_VALUES) throw new RangeError(`it holds more than ${MOST_VALUES} values`);
    if (typeof one !== 'object' || one === null) continue;
    for (const part of Object.values(one)) open.push(part);
  }
}
