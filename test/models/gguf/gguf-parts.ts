/**
 * Takes a GGUF file apart and puts it together again, so that a test can change any part of it. The parts are those of the format that
 * tiny-gguf.ts describes.
 */

/** A metadata entry: its key, its type's number and the bytes of its value. */
export interface Entry {
  key: Buffer;
  type: number;
  value: Buffer;
}

/** What the file says of a tensor: its name, sizes, type's number and offset into the data. */
export interface TensorInfo {
  name: Buffer;
  sizes: bigint[];
  type: number;
  offset: bigint;
}

export interface GgufParts {
  version: number;
  entries: Entry[];
  tensors: TensorInfo[];
  data: Buffer;
}

const SIZES: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
const STRING = 8;
const ARRAY = 9;
const ALIGNMENT = 32;

export function takeApart(bytes: Buffer): GgufParts {
  let at = 4;
  const take = (count: number) => {
    at += count;
    return bytes.subarray(at - count, at);
  };
  const u32 = () => take(4).readUInt32LE();
  const u64 = () => take(8).readBigUInt64LE();
  const text = () => take(Number(u64()));
  const skip = (type: number): void => {
    if (type === STRING) text();
    else if (type === ARRAY) {
      const item = u32();
      for (let left = Number(u64()); left > 0; left -= 1) skip(item);
    } else take(SIZES[type] ?? 0);
  };
  const version = u32();
  const tensorCount = Number(u64());
  const entryCount = Number(u64());
  const entries = Array.from({ length: entryCount }, () => {
    const key = text();
    const type = u32();
    const start = at;
    skip(type);
    return { key, type, value: bytes.subarray(start, at) };
  });
  const tensors = Array.from({ length: tensorCount }, () => {
    const name = text();
    const sizes = Array.from({ length: u32() }, u64);
    return { name, sizes, type: u32(), offset: u64() };
  });
  return { version, entries, tensors, data: bytes.subarray(Math.ceil(at / ALIGNMENT) * ALIGNMENT) };
}

export function putTogether({ version, entries, tensors, data }: GgufParts): Buffer {
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(version),
    u64(BigInt(tensors.length)),
    u64(BigInt(entries.length)),
    ...entries.flatMap(({ key, type, value }) => [text(key), u32(type), value]),
    ...tensors.flatMap(({ name, sizes, type, offset }) => [
      text(name),
      u32(sizes.length),
      ...sizes.map(u64),
      u32(type),
      u64(offset),
    ]),
  ]);
  return Buffer.concat([head, Buffer.alloc(-head.length & (ALIGNMENT - 1)), data]);
}

/** An entry that is a whole number of 32 bits. */
export function entryOf(key: string, type: number, value: number): Entry {
  return { key: Buffer.from(key), type, value: u32(value) };
}

/** A text as the format has it. */
export function text(content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([u64(BigInt(bytes.length)), bytes]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}
