import { Refusal } from '../../base/errors.ts';
import { refuseOddTemplate } from './chat-template-limits.ts';

/** What a GGUF file says of its model. */
export interface GgufHeader {
  readonly architecture: string;
  readonly texts: ReadonlyMap<string, string>;
  readonly numbers: ReadonlyMap<string, number>;
  /** Of arrays. */
  readonly lengths: ReadonlyMap<string, number>;
  /** Bytes before the padding that the weights follow. */
  readonly bytes: number;
}

/** Whole numbers that llama.cpp asserts or multiplies without a look, and where they lie in models that it runs. */
const ranges: Readonly<Record<string, readonly [least: number, most: number]>> = {
  block_count: [1, 512],
  context_length: [0, 2 ** 31 - 1],
  embedding_length: [1, 2 ** 24],
  'attention.head_count': [0, 2 ** 16],
  'attention.head_count_kv': [0, 2 ** 16],
  expert_count: [0, 2 ** 16],
};
/** llama.cpp's own alignment of weights in memory, and what the format falls back on. */
const ALIGNMENT = 32;

/** Throws a Refusal that names the fact where llama.cpp is known to crash at one, or makes nothing of the model. */
export function refuseOddHeader(header: GgufHeader, path: string): void {
  const { numbers, texts, lengths, architecture } = header;
  for (const [key, [least, most]] of Object.entries(ranges)) {
    const value = numbers.get(`${architecture}.${key}`);
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) continue;
    throw odd(path, `${architecture}.${key}`, value, `a whole number from ${least} to ${most}`);
  }
  for (const [key, value] of numbers) {
    if (Number.isNaN(value)) throw odd(path, key, value, 'a number');
    if (key.endsWith('_epsilon') && !(value >= 0 && value < 1)) throw odd(path, key, value, 'a number from 0 to 1');
  }
  refuseOddAlignment(header, path);
  refuseOddExperts(header, path);
  const tokens = lengths.get('tokenizer.ggml.tokens') ?? 0;
  for (const key of ['tokenizer.ggml.token_type', 'tokenizer.ggml.scores']) {
    const length = lengths.get(key) ?? tokens;
    if (length < tokens) throw odd(path, `the length of ${key}`, length, `one for each of the ${tokens} tokens`);
  }
  refuseOddTemplate(texts.get('tokenizer.chat_template') ?? '', path);
}

function refuseOddAlignment({ numbers, bytes }: GgufHeader, path: string): void {
  const alignment = numbers.get('general.alignment') ?? ALIGNMENT;
  const isPowerOfTwo = Number.isInteger(Math.log2(alignment));
  const start = Math.ceil(bytes / alignment) * alignment;
  if (!isPowerOfTwo || alignment > 2 ** 20 || start % ALIGNMENT !== 0)
    throw odd(path, 'general.alignment', alignment, `a power of two, ${ALIGNMENT} or more`);
}

function refuseOddExperts({ numbers, architecture }: GgufHeader, path: string): void {
  const experts = numbers.get(`${architecture}.expert_count`) ?? 0;
  const used = numbers.get(`${architecture}.expert_used_count`);
  if (experts === 0 || used === undefined || (used >= 1 && used <= experts)) return;
  throw odd(path, `${architecture}.expert_used_count`, used, `1 to ${experts}, which is the number of experts`);
}

function odd(path: string, what: string, value: number, expected: string): Refusal {
  return new Refusal(
    `${path} is broken: ${what} is ${value}; expected ${expected}; fetch it again, or use another file`,
  );
}
