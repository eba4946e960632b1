import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Refusal } from './errors.ts';
import { GrowingBytes } from './growing-bytes.ts';

/** Of a file, and of what a .gz file unpacks to: below the longest text that Node can hold. */
const MOST_BYTES = 500 * 1024 * 1024;
const MOST_UNPACKED = 250 * 1024 * 1024;
const PIECE = 1024 * 1024;

/**
 * Reads a text file whole, unpacking it where its name ends in .gz; refuses one that is missing, broken or too large. The text is UTF-8,
 * or what a byte order mark says, and begins after that mark.
 */
export function readText(path: string): string {
  const bytes = readBytes(path);
  return decodeText(path.endsWith('.gz') ? unpack(bytes, path) : bytes);
}

/** Text of bytes: UTF-8, or UTF-16 where they begin with its byte order mark (as PowerShell writes it); the mark is no part of it. */
export function decodeText(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/** The bytes of a file or a pipe, no more than MOST_BYTES; refuses what is none, or larger. */
export function readBytes(path: string): Uint8Array {
  try {
    const file = openSync(path, 'r');
    try {
      const kind = fstatSync(file);
      if (kind.isCharacterDevice()) throw new Refusal(`${path} is a device, not a file`);
      if (kind.size > MOST_BYTES) throw tooLarge(path, MOST_BYTES);
      return readToEnd(file, path, kind.size);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    const reason =
      code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder, not a file' : `cannot be read (${code})`;
    throw new Refusal(`${path} ${reason}`, { cause });
  }
}

/** A pipe says no size before its end. */
function readToEnd(file: number, path: string, size: number): Uint8Array {
  const bytes = new GrowingBytes(size + 1);
  const piece = new Uint8Array(PIECE);
  for (;;) {
    const length = readSync(file, piece);
    if (length === 0) return bytes.whole();
    if (bytes.length + length > MOST_BYTES) throw tooLarge(path, MOST_BYTES);
    bytes.add(piece.subarray(0, length));
  }
}

function unpack(bytes: Uint8Array, path: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_UNPACKED });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(path, MOST_UNPACKED, 'unpacked ');
    throw new Refusal(`${path} is not a whole gzip file; fetch it again`, { cause });
  }
}

function tooLarge(path: string, most: number, how = ''): Refusal {
  return new Refusal(`${path} is ${how}larger than ${most / 1024 ** 2} MiB; split it into several files`);
}
