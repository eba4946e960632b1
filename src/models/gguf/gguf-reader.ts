import { readSync } from 'node:fs';
import { Refusal } from '../../base/errors.ts';

/** Types of values by their numbers in the file. */
export const STRING = 8;
export const ARRAY = 9;

type ReadNumber = (bytes: Buffer) => number;

/** Bytes of a number, and how to read it, by its type. */
const numbers: Readonly<Record<number, readonly [size: number, read: ReadNumber]>> = {
  0: [1, (bytes) => bytes.readUInt8()],
  1: [1, (bytes) => bytes.readInt8()],
  2: [2, (bytes) => bytes.readUInt16LE()],
  3: [2, (bytes) => bytes.readInt16LE()],
  4: [4, (bytes) => bytes.readUInt32LE()],
  5: [4, (bytes) => bytes.readInt32LE()],
  6: [4, (bytes) => bytes.readFloatLE()],
  7: [1, (bytes) => bytes.readUInt8()],
  10: [8, (bytes) => Number(bytes.readBigUInt64LE())],
  11: [8, (bytes) => Number(bytes.readBigInt64LE())],
  12: [8, (bytes) => bytes.readDoubleLE()],
};
const CHUNK = 1 << 20;
/** Several times what the largest vocabularies and templates take; a length or a count beyond it is a broken file. */
const MOST_BYTES = 1 << 27;
const MOST_TEXTS = 1 << 22;
const LONGEST_KEY = (1 << 16) - 1;
const MOST_DIMENSIONS = 4;

/**
 * Reads the little-endian values of a GGUF file one after the other, a chunk of the file at a time; throws a Refusal where the file ends
 * before its values do, or has more of them than any model.
 */
export class GgufReader {
  readonly #file: number;
  readonly #path: string;
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Where the bytes after the chunk are in the file. */
  #next = 0;

  constructor(file: number, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#next - this.#chunk.length + this.#at;
  }

  bytes(count: number): Buffer {
    if (this.#chunk.length - this.#at < count) this.#fill(count);
    this.#at += count;
    return this.#chunk.subarray(this.#at - count, this.#at);
  }

  u32(): number {
    return this.bytes(4).readUInt32LE();
  }

  u64(): number {
    const bytes = this.bytes(8);
    return bytes.readUInt32LE() + bytes.readUInt32LE(4) * 2 ** 32;
  }

  key(): string {
    const length = this.u64();
    if (length > LONGEST_KEY) throw this.broken();
    return this.bytes(length).toString('utf8');
  }

  string(): string {
    return this.bytes(this.u64()).toString('utf8');
  }

  /** The number of a type that has numbers. */
  number(type: number): number {
    const [size, read] = this.#numbersOf(type);
    return read(this.bytes(size));
  }

  skipString(): void {
    this.bytes(this.u64());
  }

  /** Passes over an array; gives how many items it has. */
  skipArray(): number {
    const type = this.u32();
    const count = this.u64();
    // No key has arrays of arrays.
    if (type === ARRAY || (type === STRING && count > MOST_TEXTS)) throw this.broken();
    if (type === STRING) for (let left = count; left > 0; left -= 1) this.skipString();
    else this.bytes(count * this.#numbersOf(type)[0]);
    return count;
  }

  /** Reads what is said of a tensor; gives how many numbers it holds. */
  tensorSize(): number {
    this.key();
    const dimensions = this.u32();
    if (dimensions > MOST_DIMENSIONS) throw this.broken();
    let size = 1;
    for (let left = dimensions; left > 0; left -= 1) size *= this.u64();
    // Its type and where its numbers are.
    this.bytes(12);
    return size;
  }

  broken(): Refusal {
    return new Refusal(`${this.#path} is broken or cut off within its metadata; fetch it again`);
  }

  #numbersOf(type: number): readonly [number, ReadNumber] {
    const known = numbers[type];
    if (known === undefined) throw this.broken();
    return known;
  }

  #fill(count: number): void {
    const rest = this.#chunk.subarray(this.#at);
    if (this.#next + count > MOST_BYTES) throw this.broken();
    const chunk = Buffer.alloc(Math.max(count - rest.length, CHUNK));
    const read = readSync(this.#file, chunk, 0, chunk.length, this.#next);
    this.#next += read;
    this.#chunk = Buffer.concat([rest, chunk.subarray(0, read)]);
    this.#at = 0;
    if (this.#chunk.length < count) throw this.broken();
  }
}
