import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { Refusal } from '../../base/errors.ts';
import { quote } from '../../base/printable.ts';
import { type GgufHeader, refuseOddHeader } from './gguf-checks.ts';
import { ARRAY, GgufReader, STRING } from './gguf-reader.ts';

/** What greenloop reads of a GGUF file. */
export interface GgufFile {
  readonly architecture: string;
  /** The Jinja template that makes text of messages; null where the file has none. */
  readonly chatTemplate: string | null;
  /** The longest conversation that it was trained for; null where the file does not say. */
  readonly contextTokens: number | null;
  /** Null where the file does not say. */
  readonly layers: number | null;
  /** Numbers in the state of one token; null where the file does not say. */
  readonly width: number | null;
  readonly parameters: number;
  /** How most of its weights are stored, e.g. Q4_K_M; null where the file does not say, or says what is not known here. */
  readonly quantization: string | null;
}

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
/** Several times what the largest models have. */
const MOST_ENTRIES = 1 << 16;
const KEPT_TEXTS = new Set(['general.architecture', 'tokenizer.chat_template']);

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
    // The other end of a pipe is not waited for.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
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
  const entries = readEntries(reader, reader.u64());
  const { texts, numbers } = entries;
  const architecture = texts.get('general.architecture');
  if (architecture === undefined) throw new Refusal(`${path} does not name its architecture; is it a model?`);
  const parameters = countParameters(reader, tensors);
  refuseOddHeader({ ...entries, architecture, bytes: reader.position }, path);
  return {
    architecture,
    chatTemplate: texts.get('tokenizer.chat_template') ?? null,
    contextTokens: numbers.get(`${architecture}.context_length`) ?? null,
    layers: numbers.get(`${architecture}.block_count`) ?? null,
    width: numbers.get(`${architecture}.embedding_length`) ?? null,
    parameters,
    quantization: fileTypes[numbers.get('general.file_type') ?? -1] ?? null,
  };
}

/** Values by their keys: numbers, texts that are wanted, and the lengths of arrays. */
function readEntries(reader: GgufReader, count: number): Pick<GgufHeader, 'texts' | 'numbers' | 'lengths'> {
  if (count > MOST_ENTRIES) throw reader.broken();
  const texts = new Map<string, string>();
  const numbers = new Map<string, number>();
  const lengths = new Map<string, number>();
  for (let left = count; left > 0; left -= 1) {
    const key = reader.key();
    const type = reader.u32();
    if (type === ARRAY) lengths.set(key, reader.skipArray());
    else if (type !== STRING) numbers.set(key, reader.number(type));
    else if (KEPT_TEXTS.has(key)) texts.set(key, reader.string());
    else reader.skipString();
  }
  return { texts, numbers, lengths };
}

function countParameters(reader: GgufReader, tensors: number): number {
  if (tensors > MOST_ENTRIES) throw reader.broken();
  let parameters = 0;
  for (let left = tensors; left > 0; left -= 1) parameters += reader.tensorSize();
  return parameters;
}
