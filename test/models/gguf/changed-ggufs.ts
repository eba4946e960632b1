import fc from 'fast-check';
import { type Entry, type GgufParts, putTogether, type TensorInfo, takeApart, text } from './gguf-parts.ts';

/** A changed copy of a file, and what was changed. */
export interface ChangedGguf {
  readonly what: string;
  readonly bytes: Buffer;
}

/** Templates that loop, nest, grow or refuse. */
export const HOSTILE_TEMPLATES: readonly string[] = [
  '{% macro a(x) %}{{ a(x) }}{% endmacro %}{{ a(1) }}',
  '{% macro a(x) %}{{ b(x) }}{% endmacro %}{% macro b(x) %}{{ a(x) }}{% endmacro %}{{ a(1) }}',
  `{{ ${'('.repeat(50_000)}1${')'.repeat(50_000)} }}`,
  `{{ ${'['.repeat(50_000)}${']'.repeat(50_000)} }}`,
  `{{ ${'not '.repeat(100_000)}1 }}`,
  `{{ ${'-'.repeat(100_000)}1 }}`,
  `{{ messages${'[0]'.repeat(20_000)} }}`,
  `{{ messages${'.a'.repeat(20_000)} }}`,
  `{{ messages${' | list'.repeat(20_000)} }}`,
  `{{ 1${' + 1'.repeat(50_000)} }}`,
  `${'{% if true %}'.repeat(20_000)}${'{% endif %}'.repeat(20_000)}`,
  `${'{% for i in [1] %}'.repeat(20_000)}${'{% endfor %}'.repeat(20_000)}`,
  '{% for i in range(1000000000) %}x{% endfor %}',
  '{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}',
  "{% set ns = namespace(s='x') %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}",
  `{{ 'x' * 1000000000000 }}`,
  '{{ messages[99999999999] }}{{ messages[-5] }}{{ 1 / 0 }}{{ 1 % 0 }}',
  "{{ raise_exception('no') }}",
  '{{',
  '{% endif %}',
  '',
  'x'.repeat(3_000_000),
  '\0\ufffd{{ messages }}',
];

const ODD_INTEGERS = [0n, 1n, 3n, 7n, 2n ** 16n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 60n, 2n ** 64n - 1n];
const ODD_FLOATS = [Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 1e-40, 3e38, -0.000001];
const FLOAT = 6;
const STRING = 8;
const ARRAY = 9;

/** Changed copies of a file: one thing in its metadata, tensors, template, bytes or length. */
export function changedGgufs(original: Buffer): fc.Arbitrary<ChangedGguf> {
  const parts = takeApart(original);
  const headBytes = original.length - parts.data.length;
  return fc.oneof(
    { weight: 5, arbitrary: changedEntry(parts) },
    { weight: 3, arbitrary: changedTensor(parts) },
    { weight: 2, arbitrary: fc.constantFrom(...HOSTILE_TEMPLATES).map((template) => withTemplate(original, template)) },
    { weight: 2, arbitrary: flippedBytes(original, headBytes) },
    { weight: 1, arbitrary: flippedBytes(original, original.length) },
    { weight: 1, arbitrary: fc.nat(original.length - 1).map((length) => cutOff(original, length)) },
    { weight: 1, arbitrary: fc.nat(headBytes).map((length) => cutOff(original, length)) },
  );
}

/** The same file with another chat template. */
export function withTemplate(original: Buffer, template: string): ChangedGguf {
  const parts = takeApart(original);
  const isTemplate = ({ key }: Entry) => key.toString() === 'tokenizer.chat_template';
  const entries = parts.entries.map((entry) => (isTemplate(entry) ? { ...entry, value: text(template) } : entry));
  return { what: `template ${template.slice(0, 60)}`, bytes: putTogether({ ...parts, entries }) };
}

/** The same file with another entry, or several, in place of the one with a key. */
export function withEntry(original: Buffer, key: string, change: (entry: Entry) => Entry | Entry[]): ChangedGguf {
  const parts = takeApart(original);
  const entries = parts.entries.flatMap((entry) => (entry.key.toString() === key ? change(entry) : entry));
  return { what: key, bytes: putTogether({ ...parts, entries }) };
}

function cutOff(original: Buffer, length: number): ChangedGguf {
  return { what: `first ${length} bytes`, bytes: original.subarray(0, length) };
}

function flippedBytes(original: Buffer, below: number): fc.Arbitrary<ChangedGguf> {
  const flips = fc.array(fc.tuple(fc.nat(below - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 });
  return flips.map((all) => {
    const bytes = Buffer.from(original);
    for (const [at, mask] of all) bytes[at] = (bytes[at] ?? 0) ^ mask;
    return { what: `bytes flipped at ${all.map(([at, mask]) => `${at}^${mask}`).join(', ')}`, bytes };
  });
}

function changedEntry(parts: GgufParts): fc.Arbitrary<ChangedGguf> {
  const index = fc.nat(parts.entries.length - 1);
  return fc.tuple(index, fc.nat(), fc.boolean()).map(([at, choice, isGone]) => {
    const entry = parts.entries[at] as Entry;
    const isLeftOut = isGone && choice % 4 === 0;
    const changed = isLeftOut ? [] : [otherEntry(entry, choice)];
    const entries = parts.entries.toSpliced(at, 1, ...changed);
    const what = `${entry.key} ${isLeftOut ? 'left out' : `is ${describe(changed[0] as Entry)}`}`;
    return { what, bytes: putTogether({ ...parts, entries }) };
  });
}

function describe({ type, value }: Entry): string {
  return `type ${type} ${value.subarray(0, 24).toString('hex')}`;
}

function otherEntry(entry: Entry, choice: number): Entry {
  const { type } = entry;
  if (type === STRING)
    return { ...entry, value: text(['', 'x', '\0', 'llama', 'bert', 'x'.repeat(70_000)][choice % 6] ?? '') };
  if (type === ARRAY) return { ...entry, value: otherArray(entry.value, choice) };
  if (choice % 5 === 4) return { ...entry, type: choice % 13 };
  return { ...entry, value: oddNumber(type, entry.value.length, choice) };
}

function oddNumber(type: number, bytes: number, choice: number): Buffer {
  const value = Buffer.alloc(8);
  if (type === FLOAT) value.writeFloatLE(ODD_FLOATS[choice % ODD_FLOATS.length] ?? 0);
  else value.writeBigUInt64LE(ODD_INTEGERS[choice % ODD_INTEGERS.length] ?? 0n);
  return value.subarray(0, bytes);
}

/** Another count than items, other items, or fewer of them. */
function otherArray(value: Buffer, choice: number): Buffer {
  const changed = Buffer.from(value);
  const count = Number(changed.readBigUInt64LE(4));
  if (choice % 3 === 0) changed.writeBigUInt64LE(ODD_INTEGERS[choice % ODD_INTEGERS.length] ?? 0n, 4);
  else if (choice % 3 === 1)
    changed.fill(choice % 256, 12 + (choice % (changed.length - 12)), 12 + (choice % (changed.length - 12)) + 8);
  else return shorter(changed, count, choice);
  return changed;
}

/** With the items that are numbers cut to the first few. */
function shorter(value: Buffer, count: number, choice: number): Buffer {
  const type = value.readUInt32LE();
  const size = type === STRING ? null : (value.length - 12) / count;
  const kept = choice % count;
  value.writeBigUInt64LE(BigInt(kept), 4);
  return size === null ? value : value.subarray(0, 12 + size * kept);
}

function changedTensor(parts: GgufParts): fc.Arbitrary<ChangedGguf> {
  return fc
    .tuple(fc.nat(parts.tensors.length - 1), fc.nat(5), fc.nat(ODD_INTEGERS.length - 1))
    .map(([at, kind, odd]) => {
      const tensor = parts.tensors[at] as TensorInfo;
      const changed = otherTensor(tensor, kind, ODD_INTEGERS[odd] ?? 0n);
      const tensors = parts.tensors.toSpliced(at, 1, ...changed);
      return {
        what: `tensor ${tensor.name}: ${['gone', 'size', 'type', 'offset', 'name', 'flat'][kind]} ${odd}`,
        bytes: putTogether({ ...parts, tensors }),
      };
    });
}

function otherTensor(tensor: TensorInfo, kind: number, odd: bigint): TensorInfo[] {
  switch (kind) {
    case 0:
      return [];
    case 1:
      return [{ ...tensor, sizes: [odd, ...tensor.sizes.slice(1)] }];
    case 2:
      return [{ ...tensor, type: Number(odd % 40n) }];
    case 3:
      return [{ ...tensor, offset: odd }];
    case 4:
      return [{ ...tensor, name: Buffer.from('x') }];
    default:
      return [{ ...tensor, sizes: [tensor.sizes.reduce((product, size) => product * size, 1n)] }];
  }
}
