// Runs in the candidate's child.
import type { EmscriptenModule, FileStream } from './emscripten.ts';

/** What a program may change of a descriptor that it was given. */
interface Descriptor {
  readonly stream: unknown;
  readonly state: readonly unknown[];
}

/** Python's whole memory at one moment, and what belongs to it: put back, it is as if no later run had been. */
export class MemoryImage {
  readonly #module: EmscriptenModule;
  readonly #bytes: Uint8Array;
  readonly #length: number;
  readonly #tableLength: number;
  readonly #stack: number;
  readonly #descriptors: readonly Descriptor[];

  constructor(module: EmscriptenModule) {
    this.#module = module;
    this.#bytes = module.HEAPU8.slice(0, module._sbrk(0));
    this.#length = module.HEAPU8.length;
    this.#tableLength = module.wasmTable.length;
    this.#stack = module.stackSave();
    this.#descriptors = module.FS.streams.map((stream) => ({ stream, state: stateOf(stream) }));
  }

  /** Why the state of this moment cannot be had again; null where it can. */
  doubt(): string | null {
    const { HEAPU8, wasmTable, FS } = this.#module;
    if (HEAPU8.length !== this.#length) return 'its memory grew';
    if (wasmTable.length !== this.#tableLength) return 'its function table grew';
    if (this.#module._sbrk(0) < this.#bytes.length) return 'its memory shrank';
    if (this.#descriptors.some(({ stream }, number) => FS.streams[number] !== stream))
      return 'it closed what it was given';
    return this.#descriptors.every(({ stream, state }) => isSame(state, stateOf(stream)))
      ? null
      : 'it changed what it was given';
  }

  restore(): void {
    const { HEAPU8, FS } = this.#module;
    HEAPU8.fill(0, this.#bytes.length, this.#module._sbrk(0));
    HEAPU8.set(this.#bytes);
    this.#module.stackRestore(this.#stack);
    FS.streams.length = this.#descriptors.length;
  }
}

function stateOf(stream: unknown): readonly unknown[] {
  if (stream === null || stream === undefined) return [];
  const { flags, position, seekable, node, stream_ops: operations, tty } = stream as FileStream;
  return [flags, position, seekable, node, operations, tty];
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => Object.is(value, other[index]));
}
