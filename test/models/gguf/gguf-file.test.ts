import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { Refusal } from '../../../src/base/errors.ts';
import { type GgufFile, readGgufFile } from '../../../src/models/gguf/gguf-file.ts';
import { changedGgufs, withEntry } from './changed-ggufs.ts';
import { type Entry, entryOf, takeApart } from './gguf-parts.ts';

const starter = join(import.meta.dirname, '../../../starter');
const original = readFileSync(join(starter, 'xs.gguf'));
const folder = mkdtempSync(join(tmpdir(), 'greenloop-header-'));
after(() => rmSync(folder, { recursive: true }));

function read(bytes: Buffer): GgufFile {
  const path = join(folder, 'changed.gguf');
  writeFileSync(path, bytes);
  return readGgufFile(path);
}

function assertRefused(bytes: Buffer, says: RegExp): void {
  assert.throws(
    () => read(bytes),
    (error: Error) => {
      assert.ok(error instanceof Refusal, String(error));
      assert.ok(error.message.includes('changed.gguf') && !error.message.includes('\n'), error.message);
      assert.match(error.message, says);
      return true;
    },
  );
}

const number =
  (value: number, size: 4 | 8 | 'float' = 4) =>
  (entry: Entry): Entry => {
    const bytes = Buffer.alloc(8);
    if (size === 'float') bytes.writeFloatLE(value);
    else bytes.writeBigUInt64LE(BigInt(value));
    return { ...entry, value: bytes.subarray(0, size === 8 ? 8 : 4) };
  };

test('what the starter models say of themselves', () => {
  const { architecture, contextTokens, layers, width, parameters, quantization } = readGgufFile(
    join(starter, 'xs.gguf'),
  );
  assert.deepEqual([architecture, contextTokens, layers, width, quantization], ['llama', 1024, 3, 96, 'F16']);
  assert.ok(parameters > 400_000 && parameters < 500_000);
  for (const name of ['s', 'fixer']) assert.equal(readGgufFile(join(starter, `${name}.gguf`)).architecture, 'llama');
});

for (const [key, change, says] of [
  ['llama.block_count', number(0), /llama\.block_count is 0; expected a whole number from 1 to 512/],
  ['llama.block_count', number(513), /llama\.block_count is 513/],
  ['llama.block_count', number(2 ** 32 - 1), /llama\.block_count is 4294967295/],
  ['llama.context_length', number(2 ** 31), /llama\.context_length is 2147483648/],
  ['llama.embedding_length', number(0), /llama\.embedding_length is 0/],
  ['llama.attention.head_count', number(2 ** 31), /head_count is 2147483648/],
  ['llama.attention.head_count_kv', number(2 ** 32 - 1), /head_count_kv is 4294967295/],
  ['llama.attention.layer_norm_rms_epsilon', number(-1, 'float'), /epsilon is -1; expected a number from 0 to 1/],
  ['llama.attention.layer_norm_rms_epsilon', number(Number.NaN, 'float'), /epsilon is NaN; expected a number/],
  ['llama.attention.layer_norm_rms_epsilon', number(Number.POSITIVE_INFINITY, 'float'), /epsilon is Infinity/],
  ['llama.rope.freq_base', number(Number.NaN, 'float'), /freq_base is NaN/],
  ['general.alignment', number(0), /general\.alignment is 0; expected a power of two, 32 or more/],
  ['general.alignment', number(1), /general\.alignment is 1;/],
  ['general.alignment', number(48), /general\.alignment is 48;/],
  ['general.alignment', number(2 ** 31), /general\.alignment is 2147483648;/],
] as const) {
  test(`a file whose ${key} is wrong is refused in one line: ${says.source.slice(0, 50)}`, () => {
    assertRefused(withEntry(original, key, change).bytes, says);
  });
}

test('a list for each token that is shorter than the tokens is refused', () => {
  const shorter = withEntry(original, 'tokenizer.ggml.token_type', (entry) => {
    const value = Buffer.from(entry.value.subarray(0, 12 + 4 * 1023));
    value.writeBigUInt64LE(1023n, 4);
    return { ...entry, value };
  });
  assertRefused(
    shorter.bytes,
    /length of tokenizer\.ggml\.token_type is 1023; expected one for each of the 1024 tokens/,
  );
});

test('more experts are used than there are: refused; as many: taken', () => {
  const experts = (count: number, used: number) =>
    withEntry(original, 'general.name', () => [
      entryOf('llama.expert_count', 4, count),
      entryOf('llama.expert_used_count', 4, used),
    ]).bytes;
  assertRefused(experts(8, 9), /expert_used_count is 9; expected 1 to 8/);
  assertRefused(experts(8, 0), /expert_used_count is 0; expected 1 to 8/);
  assert.equal(read(experts(8, 8)).architecture, 'llama');
  assert.equal(read(experts(0, 0)).architecture, 'llama');
});

test('honest numbers are taken: a larger alignment, no heads (as of state space models), a count in 64 bits', () => {
  const change = (key: string, edit: (entry: Entry) => Entry) => read(withEntry(original, key, edit).bytes);
  assert.equal(change('general.alignment', number(64)).architecture, 'llama');
  assert.equal(change('llama.attention.head_count', number(0)).layers, 3);
  assert.equal(
    change('llama.block_count', (entry) => ({ ...entry, type: 10, value: number(3, 8)(entry).value })).layers,
    3,
  );
  assert.equal(change('llama.attention.layer_norm_rms_epsilon', number(0, 'float')).layers, 3);
});

const count = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
};
/** The same bytes with others in a place. */
const over = (at: number, bytes: Buffer): Buffer => {
  const changed = Buffer.from(original);
  bytes.copy(changed, at);
  return changed;
};
const TENSORS_AT = 8;
const ENTRIES_AT = 16;
const FIRST_KEY_AT = 24;

test('counts and lengths that no file has are refused without being gone through', () => {
  for (const huge of [2n ** 64n - 1n, 2n ** 60n, 2n ** 32n, 2n ** 27n]) {
    for (const at of [TENSORS_AT, ENTRIES_AT, FIRST_KEY_AT]) assertRefused(over(at, count(huge)), /broken or cut off/);
    for (const { key, type } of takeApart(original).entries.filter((entry) => entry.type === 8 || entry.type === 9)) {
      const longer = (entry: Entry): Entry => {
        const value = Buffer.from(entry.value);
        count(huge).copy(value, type === 9 ? 4 : 0);
        return { ...entry, value };
      };
      assertRefused(withEntry(original, key.toString(), longer).bytes, /broken or cut off/);
    }
  }
});

test('a large file of nothing, or of empty texts, is given up early', () => {
  const head = Buffer.concat([original.subarray(0, 8), count(2n ** 16n), count(0n)]);
  const path = join(folder, 'sparse.gguf');
  execFileSync('truncate', ['--size', '20G', path]);
  writeFileSync(path, head, { flag: 'r+' });
  assert.throws(() => readGgufFile(path), /does not name its architecture/);
  writeFileSync(path, Buffer.concat([original.subarray(0, 8), count(2n ** 40n), count(0n)]), { flag: 'r+' });
  assert.throws(() => readGgufFile(path), Refusal);
  const texts = Buffer.concat([count(1n), Buffer.from('k'), Buffer.from([9, 0, 0, 0, 8, 0, 0, 0])]);
  const list = (length: bigint) => Buffer.concat([original.subarray(0, 8), count(0n), count(1n), texts, count(length)]);
  for (const length of [2n ** 60n, 2n ** 27n, 2n ** 23n]) {
    writeFileSync(path, list(length), { flag: 'r+' });
    assert.throws(() => readGgufFile(path), /broken or cut off/);
  }
});

test('arrays of arrays and types without a meaning are refused', () => {
  const nested = Buffer.concat([Buffer.from([9, 0, 0, 0]), count(1n), Buffer.from([9, 0, 0, 0]), count(1n)]);
  assertRefused(withEntry(original, 'tokenizer.ggml.merges', (entry) => ({ ...entry, value: nested })).bytes, /broken/);
  for (const type of [13, 255, 2 ** 31]) {
    assertRefused(withEntry(original, 'llama.block_count', (entry) => ({ ...entry, type })).bytes, /broken/);
  }
});

test('a pipe that nobody writes to is refused at once', () => {
  const path = join(folder, 'pipe.gguf');
  execFileSync('mkfifo', [path]);
  assert.throws(() => readGgufFile(path), /is a device, not a GGUF file/);
});

test('whatever is changed in a file, its header is read or refused in one line', () => {
  fc.assert(
    fc.property(changedGgufs(original), ({ bytes }) => {
      try {
        read(bytes);
      } catch (error) {
        assert.ok(error instanceof Refusal, String(error));
        assert.ok(!error.message.includes('\n'));
      }
    }),
    { numRuns: 300, seed: 1 },
  );
});
