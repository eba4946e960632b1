import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Refusal } from '../base/errors.ts';
import { quote } from '../base/printable.ts';

/** What greenloop reads of a GGUF file. */
export interface GgufFile {
  readonly architecture: string;
  /** The Jinja template that makes text of messages; null where the file has none. */
  readonly chatTemplate: string | null;
  /** The longest conversation that it was trained for; null where the file does not say. */
  readonly contextTokens: number | null;
  readonly parameters: number;
  /** How most of its weights are stored, e.g. Q4_K_M; null where the file does not say, or says what is not known here. */
  readonly quantization: string | null;
}

/** Bytes of a value by its type's number; strings are 8, arrays 9. */
const sizes: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
const UINT32 = 4;
const STRING = 8;
const ARRAY = 9;
const MOST_DIMENSIONS = 4;
const CHUNK = 1 << 20;
/** Names of llama.cpp for `general.file_type` (enum llama_ftype). */
const fileTypes: Readonly<Record<number, string>> = {
  ...{
    0: 'F32',
    1: 'F16',
    2: 'Q4_0',
    3: 'Q4_1',
    7: 'Q8_0',
    8: 'Q5_0',
    9: 'Q5_1',
    10: 'Q2_K',
    11: 'Q3_K_S',
    12: 'Q3_K_M',
  },
  ...{ 13: 'Q3_K_L', 14: 'Q4_K_S', 15: 'Q4_K_M', 16: 'Q5_K_S', 17: 'Q5_K_M', 18: 'Q6_K', 19: 'IQ2_XXS', 20: 'IQ2_XS' },
  ...{ 21: 'Q2_K_S', 22: 'IQ3_XS', 23: 'IQ3_XXS', 24: 'IQ1_S', 25: 'IQ4_NL', 26: 'IQ3_S', 27: 'IQ3_M', 28: 'IQ2_S' },
  ...{ 29: 'IQ2_M', 30: 'IQ4_XS', 31: 'IQ1_M', 32: 'BF16', 36: 'TQ1_0', 37: 'TQ2_0', 38: 'MXFP4' },
};
/** No key or template comes near this; a length beyond it is a broken file. */
const LONGEST_STRING = 1 << 26;

/** Reads a GGUF file up to its weights; throws a Refusal where it is missing, a folder, of another format or cut off. */
export function readGgufFile(path: string): GgufFile {
  const file = openFile(path);
  try {
    return readMetadata(new GgufReader(file, path), path);
  } finally {
    closeSync(file);
  }
}

function openFile(path: string): number {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Refusal(`${path} ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`}`, { cause });
  }
  const place = fstatSync(file);
  if (place.isFile()) return file;
  closeSync(file);
  throw new Refusal(`${path} is ${place.isDirectory() ? 'a folder' : 'a device'}, not a GGUF file`);
}

function readMetadata(reader: GgufReader, path: string): GgufFile {
  const magic = reader.bytes(4).toString('latin1');
  if (magic !== 'GGUF') throw new Refusal(`${path} is not a GGUF file: it begins with ${quote(magic)}`);
  const version = reader.u32();
  if (version < 2 || version > 3) throw new Refusal(`${path} is GGUF version ${version}; expected version 2 or 3`);
  const tensors = reader.u64();
  const texts = new Map<string, string>();
  const numbers = new Map<string, number>();
  for (let left = reader.u64(); left > 0; left -= 1) {
    const key = reader.string();
    const type = reader.u32();
    if (type === STRING) texts.set(key, reader.string());
    else if (type === UINT32) numbers.set(key, reader.u32());
    else reader.skipValue(type);
  }
  const architecture = texts.get('general.architecture');
  if (architecture === undefined) throw new Refusal(`${path} does not say its architecture; is it a model?`);
  return {
    architecture,
    chatTemplate: texts.get('tokenizer.chat_template') ?? null,
    contextTokens: numbers.get(`${architecture}.context_length`) ?? null,
    parameters: countParameters(reader, tensors),
    quantization: fileTypes[numbers.get('general.file_type') ?? -1] ?? null,
  };
}

function countParameters(reader: GgufReader, tensors: number): number {
  let parameters = 0;
  for (let left = tensors; left > 0; left -= 1) parameters += reader.tensorSize();
  return parameters;
}

/** Reads little-endian values one after the other, a chunk of the file at a time. */
class GgufReader {
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

  bytes(count: number): Buffer {
    if (this.#chunk.length - this.#at < count) this.#fill(count);
    this.#at += count;
    return this.#chunk.subarray(this.#at - count, this.#at);
  }

  u32(): number {
    return this.bytes(4).readUInt32LE();
  }

  u64(): number {
    return Number(this.bytes(8).readBigUInt64LE());
  }

  string(): string {
    const length = this.u64();
    if (length > LONGEST_STRING) throw this.#broken();
    return this.bytes(length).toString('utf8');
  }

  skipValue(type: number): void {
    if (type === STRING) this.string();
    else if (type === ARRAY) this.#skipArray();
    else this.bytes(this.#sizeOf(type));
  }

  /** Reads what is said of a tensor; gives how many numbers it holds. */
  tensorSize(): number {
    this.string();
    const dimensions = this.u32();
    if (dimensions > MOST_DIMENSIONS) throw this.#broken();
    let size = 1;
    for (let left = dimensions; left > 0; left -= 1) size *= this.u64();
    // Its type and where its numbers are.
    this.bytes(12);
    return size;
  }

  #skipArray(): void {
    const type = this.u32();
    const count = this.u64();
    // No key has arrays of arrays.
    if (type === ARRAY) throw this.#broken();
    if (type === STRING) {
      for (let left = count; left > 0; left -= 1) this.string();
      return;
    }
    const size = count * this.#sizeOf(type);
    if (size > LONGEST_STRING) throw this.#broken();
    this.bytes(size);
  }

  #sizeOf(type: number): number {
    const size = sizes[type];
    if (size === undefined) throw this.#broken();
    return size;
  }

  #fill(count: number): void {
    const rest = this.#chunk.subarray(this.#at);
    const chunk = Buffer.alloc(Math.max(count - rest.length, CHUNK));
    const read = readSync(this.#file, chunk, 0, chunk.length, this.#next);
    this.#next += read;
    this.#chunk = Buffer.concat([rest, chunk.subarray(0, read)]);
    this.#at = 0;
    if (this.#chunk.length < count) throw this.#broken();
  }

  #broken(): Refusal {
    return new Refusal(`${this.#path} is broken or cut off within its metadata; fetch it again`);
  }
}
