// Runs in the candidate's child.
import type { EmscriptenModule, FileStream } from './emscripten.ts';

/** A descriptor that programs are given, and what they may change of it; its position, which every read and write moves, is put back. */
interface Descriptor {
  readonly stream: FileStream | null;
  readonly position: number;
  readonly state: readonly unknown[];
}

/** Python's whole memory at one moment, and what belongs to it: put back, it is as if no later run had been. */
export class MemoryImage {
  readonly #module: EmscriptenModule;
  readonly #bytes: Uint8Array;
  readonly #length: number;
  readonly #tableLength: number;
  readonly #stack: number;
  readonly #folder: string;
  readonly #descriptors: readonly Descriptor[];

  constructor(module: EmscriptenModule) {
    this.#module = module;
    this.#bytes = module.HEAPU8.slice(0, module._sbrk(0));
    this.#length = module.HEAPU8.length;
    this.#tableLength = module.wasmTable.length;
    this.#stack = module.stackSave();
    this.#folder = module.FS.cwd();
    this.#descriptors = module.FS.streams.map((value) => {
      const stream = (value ?? null) as FileStream | null;
      return { stream, position: stream?.position ?? 0, state: stateOf(stream) };
    });
  }

  /** Why the state of this moment cannot be had again; null where it can. */
  doubt(): string | null {
    const { HEAPU8, wasmTable, FS } = this.#module;
    if (HEAPU8.length !== this.#length) return 'its memory grew';
    if (wasmTable.length !== this.#tableLength) return 'its function table grew';
    if (this.#module._sbrk(0) < this.#bytes.length) return 'its memory shrank';
    if (this.#descriptors.some(({ stream }, number) => (FS.streams[number] ?? null) !== stream))
      return 'it closed what it was given';
    return this.#descriptors.every(({ stream, state }) => isSame(state, stateOf(stream)))
      ? null
      : 'it changed what it was given';
  }

  /** Whether all but what lies in memory is as it was; memory that grew is no hindrance to a process that may keep it. */
  canBeRestored(): boolean {
    return this.#module.wasmTable.length === this.#tableLength;
  }

  restore(): void {
    const { HEAPU8, FS } = this.#module;
    HEAPU8.fill(0, this.#bytes.length, this.#module._sbrk(0));
    HEAPU8.set(this.#bytes);
    this.#module.stackRestore(this.#stack);
    FS.chdir(this.#folder);
    FS.streams.length = this.#descriptors.length;
    for (const { stream, position } of this.#descriptors) if (stream !== null) stream.position = position;
  }
}

function stateOf(stream: FileStream | null): readonly unknown[] {
  return stream === null ? [] : [stream.flags, stream.seekable, stream.node, stream.stream_ops, stream.tty];
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => Object.is(value, other[index]));
}
