import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Refusal } from './errors.ts';
import { GrowingBytes } from './growing-bytes.ts';

/** Of a file, and of what a .gz file unpacks to: below the longest text that Node can hold. */
const MOST_BYTES = 500 * 1024 * 1024;
const MOST_UNPACKED = 250 * 1024 * 1024;
const PIECE = 1024 * 1024;

/**
 * Reads a text file whole, unpacking it where its name ends in .gz; refuses one that is missing, broken, too large or no text. The text is
 * UTF-8, or what a byte order mark says, and begins after that mark.
 */
export function readText(path: string): string {
  return decodeText(readUnpacked(path), path);
}

/** The same of a file that a program wrote, and that a crash may have cut: bytes that are no UTF-8 become U+FFFD. */
export function readRecords(path: string): string {
  const bytes = readUnpacked(path);
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** Python source as Python reads it: UTF-8, or the encoding that its first two lines declare (PEP 263); refuses what Python refuses. */
export function readPython(path: string): string {
  const bytes = readUnpacked(path);
  if (encodingOf(bytes) !== 'utf-8')
    throw new Refusal(`${path} is UTF-16, which Python does not read: save it as UTF-8`);
  return decodeText(bytes, path, declaredEncoding(bytes));
}

/**
 * Text of bytes: UTF-8, or UTF-16 where they begin with its byte order mark (as PowerShell writes it); the mark is no part of it. A Refusal
 * names the source and the line where the bytes are no such text.
 */
export function decodeText(bytes: Uint8Array, source: string, encoding: string = encodingOf(bytes)): string {
  const text = decoded(bytes, source, encoding);
  if (text.includes('\0')) throw new Refusal(`${source} has NUL bytes and is not text: save it as UTF-8`);
  return text;
}

function decoded(bytes: Uint8Array, source: string, encoding: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new Refusal(`${source} declares the encoding ${encoding}, which is not known: save it as UTF-8`, { cause });
    const line = new TextDecoder(encoding).decode(bytes).split('\ufffd', 1)[0]!.split('\n').length;
    throw new Refusal(`${source} is not ${encoding.toUpperCase()} (line ${line}): save it as UTF-8`, { cause });
  }
}

/** Of the byte order mark, else UTF-8. */
function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
}

/** What a comment in one of the first two lines says, as in `# -*- coding: latin-1 -*-`. */
function declaredEncoding(bytes: Uint8Array): string {
  const lines = new TextDecoder('latin1').decode(bytes.subarray(0, LONGEST_HEAD)).split(/\r\n?|\n/, 2);
  for (const line of lines) {
    const declared = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(line)?.[1];
    if (declared !== undefined)
      return declared
        .replaceAll('_', '-')
        .toLowerCase()
        .replace(/^(?:latin-1|l1)$/, 'latin1');
    if (!/^[ \t\f]*(?:#|$)/.test(line)) break;
  }
  return 'utf-8';
}

/** In bytes: no longer line declares an encoding. */
const LONGEST_HEAD = 1000;

function readUnpacked(path: string): Uint8Array {
  const bytes = readBytes(path);
  return path.endsWith('.gz') ? unpack(bytes, path) : bytes;
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
      throw tooLarge(path, MOST_UNPACKED, ' when unpacked');
    throw new Refusal(`${path} is an incomplete gzip file; fetch it again`, { cause });
  }
}

function tooLarge(path: string, most: number, how = ''): Refusal {
  return new Refusal(`${path} is larger than ${most / 1024 ** 2} MiB${how}; split it into several files`);
}
