import { Refusal } from './errors.ts';
import { type JsonSize, refuseHugeJson, withNullForNoNumbers } from './json-text.ts';
import { printable, quote } from './printable.ts';
import { readRecords } from './read-file.ts';

/** Of a whole file: its values take some 100 bytes of memory each. */
const MOST: JsonSize = { depth: 500, values: 10_000_000 };

/** Parses JSON lines (blank lines are skipped) as parseJson does; refuses a line that is no JSON by its number. */
export function parseJsonLines(text: string, path: string): unknown[] {
  const rows: unknown[] = [];
  let [number, values] = [0, 0];
  for (const line of linesOf(text)) {
    number += 1;
    if (line === '') continue;
    const place = `${path}, line ${number}`;
    const { value, size } = parseLine(line, place, MOST.values - values);
    values += size;
    rows.push(value);
  }
  return rows;
}

/** Parses the text of a JSON file; refuses what is none, or too large. The bare words NaN and Infinity, which Python writes, are null. */
export function parseJson(text: string, path: string): unknown {
  try {
    refuseHugeJson(text, MOST);
    return parseTolerantly(text);
  } catch (cause) {
    throw new Refusal(`${path} is not JSON: ${printable((cause as Error).message.slice(0, 80))}`, { cause });
  }
}

/** Reads JSON lines from a file, plain or .gz. */
export function readJsonLines(path: string): unknown[] {
  return parseJsonLines(readRecords(path), path);
}

/** JSON lines text of the rows, each ended by a newline. */
export function toJsonLines(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** One after the other, as a file may hold more line ends than fit into a list. */
function* linesOf(text: string): Generator<string> {
  for (let from = 0; from <= text.length; ) {
    const end = text.indexOf('\n', from);
    const to = end < 0 ? text.length : end;
    // trim() takes a byte order mark too: files may have been put together of several.
    yield text.slice(from, to).trim();
    from = to + 1;
  }
}

function parseTolerantly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const plain = withNullForNoNumbers(text);
    if (plain === text) throw error;
    return JSON.parse(plain);
  }
}

/** The value of a line, and how many values it holds. */
function parseLine(
  line: string,
  place: string,
  mostValues: number,
): { readonly value: unknown; readonly size: number } {
  try {
    const size = refuseHugeJson(line, { ...MOST, values: mostValues });
    return { value: parseTolerantly(line), size };
  } catch (cause) {
    const { message } = cause as Error;
    const why = message.startsWith('the JSON ') ? message : `expected one JSON value, got ${quote(line.slice(0, 60))}`;
    throw new Refusal(`${place}: ${why}`, { cause });
  }
}
