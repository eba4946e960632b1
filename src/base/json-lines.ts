import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Refusal } from './errors.ts';

/** Strings, which stay, and the words that Python's json writes for what JSON has no number for. */
const STRING_OR_NO_NUMBER = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/**
 * Reads a text file whole, unpacking it where its name ends in .gz; refuses one that is missing or broken. The text is UTF-8, or what
 * a byte order mark says, and begins after that mark.
 */
export function readText(path: string): string {
  const bytes = readBytes(path);
  try {
    return decodeText(path.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  } catch (cause) {
    throw new Refusal(`${path} is not a whole gzip file; fetch it again`, { cause });
  }
}

/** Text of bytes: UTF-8, or UTF-16 where they begin with its byte order mark (as PowerShell writes it); the mark is no part of it. */
export function decodeText(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/** Parses JSON lines (blank lines are skipped) as parseJson does; refuses a line that is no JSON by its number. */
export function parseJsonLines(text: string, path: string): unknown[] {
  // trim() takes a byte order mark too: files may have been put together of several.
  const lines = text.split('\n').map((line) => line.trim());
  return lines.flatMap((line, index) => (line === '' ? [] : [parseLine(line, path, index + 1)]));
}

/** Parses the text of a JSON file; refuses what is none. The bare words NaN and Infinity, which Python writes, are null. */
export function parseJson(text: string, path: string): unknown {
  try {
    return parseTolerantly(text);
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

function parseTolerantly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const plain = text.replace(STRING_OR_NO_NUMBER, (token) => (token.startsWith('"') ? token : 'null'));
    if (plain === text) throw error;
    return JSON.parse(plain);
  }
}

function parseLine(line: string, path: string, number: number): unknown {
  try {
    return parseTolerantly(line);
  } catch (cause) {
    throw new Refusal(`${path}, line ${number}: expected one JSON value, got ${JSON.stringify(line.slice(0, 60))}`, {
      cause,
    });
  }
}
