/**
 * Writes GGUF files that llama.cpp runs: a llama model of 64 dimensions, 2 layers and 271 tokens (0.3 MB),
 * with weights from a seed: matrices of 16-bit numbers, vectors of 32-bit ones.
 *
 * The format, version 3, little-endian: `GGUF`, u32 version, u64 number of tensors, u64 number of metadata entries; the entries
 * (key as string, u32 type, value); for each tensor its name, u32 number of dimensions, u64 sizes (the fastest first), u32 type (0: 32 bits, 1: 16 bits),
 * u64 offset into the data; zeros up to a multiple of 32; the data, each tensor padded to a multiple of 32. A string is its u64 length
 * in bytes and its UTF-8. An array is the u32 type of its items, their u64 number and the items.
 */
/// <reference lib="esnext.float16" />
import { writeFileSync } from 'node:fs';

export interface TinyModel {
  /**
   * Tokens that the model writes one after the other, each following from the one before by its weights; the last is followed by the
   * end, or by itself where `isEndless`. Without an answer it babbles.
   */
  readonly answer?: readonly string[];
  readonly isEndless?: boolean;
  readonly seed?: number;
  readonly architecture?: string;
  /** False makes a model without a token for the beginning, as some are. */
  readonly hasBos?: boolean;
  /** `gemma4` spells spaces and bytes otherwise than the vocabulary does, which llama.cpp counts as the same kind. */
  readonly tokenizer?: 'gpt2' | 'gemma4';
  /** Null leaves it out. */
  readonly template?: string | null;
}

type Value =
  | { readonly type: 'u32' | 'f32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'i32s'; readonly value: readonly number[] };

type Numbers = Float32Array | Float16Array;

interface Tensor {
  readonly name: string;
  /** Rows, then columns; a vector has columns alone. */
  readonly shape: readonly number[];
  readonly data: Numbers;
}

const codes = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 };
const ALIGNMENT = 32;
const WIDTH = 64;
const LAYERS = 2;
const HEADS = 2;
const HIDDEN = 128;
const NO_TOKEN = 2 ** 32 - 1;
export const TINY_CONTEXT = 1024;

const specials = ['<|bos|>', '<|endoftext|>', '<|system|>', '<|user|>', '<|assistant|>', '<|pad|>'];
const merges = ['p a', 's s', 'pa ss', 'r e', 't u', 'r n', 're tu', 'retu rn', 'd e'];
const vocabulary = [...byteLetters(), ...merges.map((merge) => merge.replace(' ', '')), ...specials];

/** Roles as tokens, and nothing for a system prompt without text. */
const TEMPLATE =
  "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'assistant' %}{{ '<|assistant|>' + m['content'] + eos_token }}" +
  "{% else %}{{ '<|' + m['role'] + '|>' + m['content'] }}{% endif %}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

/** Writes the model that is described to a file; equal descriptions give equal bytes. */
export function writeTinyGguf(path: string, model: TinyModel = {}): void {
  writeFileSync(path, tinyGguf(model));
}

function tinyGguf(model: TinyModel): Buffer {
  const tensors = makeTensors(model);
  const entries = Object.entries(metadata(model));
  const head = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(entries.length)];
  for (const [key, value] of entries) head.push(string(key), encode(value));
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    head.push(
      string(name),
      u32(shape.length),
      ...shape.toReversed().map(u64),
      u32(data instanceof Float16Array ? 1 : 0),
      u64(offset),
    );
    offset += padded(data.byteLength);
  }
  return Buffer.concat([pad(Buffer.concat(head)), ...tensors.map(({ data }) => pad(Buffer.from(data.buffer)))]);
}

function metadata({
  architecture = 'llama',
  template = TEMPLATE,
  hasBos = true,
  tokenizer = 'gpt2',
}: TinyModel): Record<string, Value> {
  const u32Of = (value: number) => ({ type: 'u32', value }) as const;
  const token = (name: string) => u32Of(vocabulary.indexOf(name));
  return {
    'general.architecture': { type: 'string', value: architecture },
    'general.alignment': u32Of(ALIGNMENT),
    'general.file_type': u32Of(1),
    [`${architecture}.block_count`]: u32Of(LAYERS),
    [`${architecture}.context_length`]: u32Of(TINY_CONTEXT),
    [`${architecture}.embedding_length`]: u32Of(WIDTH),
    [`${architecture}.feed_forward_length`]: u32Of(HIDDEN),
    [`${architecture}.attention.head_count`]: u32Of(HEADS),
    [`${architecture}.attention.layer_norm_rms_epsilon`]: { type: 'f32', value: 1e-5 },
    [`${architecture}.rope.dimension_count`]: u32Of(WIDTH / HEADS),
    [`${architecture}.vocab_size`]: u32Of(vocabulary.length),
    'tokenizer.ggml.model': { type: 'string', value: tokenizer },
    'tokenizer.ggml.pre': { type: 'string', value: tokenizer === 'gpt2' ? 'gpt-2' : tokenizer },
    'tokenizer.ggml.tokens': { type: 'strings', value: vocabulary },
    // 1 is an ordinary token, 3 a control token.
    'tokenizer.ggml.token_type': { type: 'i32s', value: vocabulary.map((name) => (specials.includes(name) ? 3 : 1)) },
    'tokenizer.ggml.merges': { type: 'strings', value: merges },
    'tokenizer.ggml.bos_token_id': hasBos ? token('<|bos|>') : u32Of(NO_TOKEN),
    'tokenizer.ggml.eos_token_id': token('<|endoftext|>'),
    'tokenizer.ggml.padding_token_id': token('<|pad|>'),
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: hasBos },
    ...(template !== null && { 'tokenizer.chat_template': { type: 'string', value: template } }),
  };
}

function makeTensors(model: TinyModel): Tensor[] {
  const normal = normalNumbers(model.seed ?? 1);
  const random = (name: string, shape: readonly number[], scale: number): Tensor => ({
    name,
    shape,
    data: Float16Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () => scale * normal()),
  });
  const embedding = random('token_embd.weight', [vocabulary.length, WIDTH], 1);
  const output = random('output.weight', [vocabulary.length, WIDTH], 0.1);
  writeAnswer(output.data, embedding.data, model);
  const layers = Array.from({ length: LAYERS }, (_, layer) => makeLayer(`blk.${layer}`, random));
  return [embedding, output, ones('output_norm.weight'), ...layers.flat()];
}

function makeLayer(name: string, random: (name: string, shape: readonly number[], scale: number) => Tensor): Tensor[] {
  const attention = ['attn_q', 'attn_k', 'attn_v', 'attn_output'];
  return [
    ones(`${name}.attn_norm.weight`),
    ...attention.map((part) => random(`${name}.${part}.weight`, [WIDTH, WIDTH], 0.05)),
    ones(`${name}.ffn_norm.weight`),
    random(`${name}.ffn_gate.weight`, [HIDDEN, WIDTH], 0.05),
    random(`${name}.ffn_up.weight`, [HIDDEN, WIDTH], 0.05),
    random(`${name}.ffn_down.weight`, [WIDTH, HIDDEN], 0.05),
  ];
}

/** Makes the row of each token point to where the token before it is embedded, so that its logit is by far the highest there. */
function writeAnswer(output: Numbers, embedding: Numbers, { answer = [], isEndless = false }: TinyModel): void {
  const said = ['<|assistant|>', ...answer].map(tokenOf);
  const last = isEndless ? said.at(-1) : tokenOf('<|endoftext|>');
  for (const [index, token] of said.entries()) {
    const next = said[index + 1] ?? (answer.length > 0 ? last : undefined);
    if (next === undefined) continue;
    for (let column = 0; column < WIDTH; column += 1) {
      output[next * WIDTH + column] = 0.6 * (embedding[token * WIDTH + column] ?? 0);
    }
  }
}

function tokenOf(name: string): number {
  const token = vocabulary.indexOf(name);
  if (token < 0) throw new RangeError(`the tiny vocabulary has no token "${name}"`);
  return token;
}

function ones(name: string): Tensor {
  return { name, shape: [WIDTH], data: new Float32Array(WIDTH).fill(1) };
}

/** GPT-2's letters for the 256 bytes: printable ones stand for themselves, the others for code points from 256 on. */
function byteLetters(): string[] {
  const isPrintable = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let others = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : others++));
}

/** Normally distributed numbers from a seed (mulberry32, Box-Muller). */
function normalNumbers(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 1) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

function encode(entry: Value): Buffer {
  switch (entry.type) {
    case 'u32':
      return Buffer.concat([u32(codes.u32), u32(entry.value)]);
    case 'f32':
      return Buffer.concat([u32(codes.f32), f32(entry.value)]);
    case 'bool':
      return Buffer.concat([u32(codes.bool), Buffer.from([entry.value ? 1 : 0])]);
    case 'string':
      return Buffer.concat([u32(codes.string), string(entry.value)]);
    case 'strings':
      return array(codes.string, entry.value.map(string));
    case 'i32s':
      return array(codes.i32, entry.value.map(u32));
  }
}

function array(code: number, items: readonly Buffer[]): Buffer {
  return Buffer.concat([u32(codes.array), u32(code), u64(items.length), ...items]);
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function padded(size: number): number {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
}

function pad(bytes: Buffer): Buffer {
  return Buffer.concat([bytes], padded(bytes.length));
}
