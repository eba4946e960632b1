import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Refusal } from './errors.ts';

/** Reads a text file whole, unpacking it where its name ends in .gz; refuses one that is missing or broken. */
export function readText(path: string): string {
  const bytes = readBytes(path);
  try {
    return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (cause) {
    throw new Refusal(`${path} is not a whole gzip file; fetch it again`, { cause });
  }
}

/** Parses JSON lines (blank lines are skipped); refuses a line that is no JSON by its number. */
export function parseJsonLines(text: string, path: string): unknown[] {
  return text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [parseLine(line, path, index + 1)]));
}

/** Parses the text of a JSON file; refuses what is none. */
export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Refusal(`${path} is no JSON: ${(cause as Error).message.slice(0, 80)}`, { cause });
  }
}

/** Reads JSON lines from a file, plain or .gz. */
export function readJsonLines(path: string): unknown[] {
  return parseJsonLines(readText(path), path);
}

/** JSON lines text of the rows, each ended by a newline. */
export function toJsonLines(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

function readBytes(path: string): Buffer {
  try {
    if (statSync(path).isCharacterDevice()) throw new Refusal(`${path} is a device, not a file`);
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    const code = (cause as NodeJS.ErrnoException).code;
    const reason =
      code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder, not a file' : `cannot be read (${code})`;
    throw new Refusal(`${path} ${reason}`, { cause });
  }
}

function parseLine(line: string, path: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Refusal(`${path}, line ${number}: expected one JSON value, got ${JSON.stringify(line.slice(0, 60))}`, {
      cause,
    });
  }
}
