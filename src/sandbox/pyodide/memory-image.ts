// Runs in the candidate's child.
import type { EmscriptenModule } from './emscripten.ts';

/** Python's whole memory at one moment, and what belongs to it: put back, it is as if no later run had been. */
export class MemoryImage {
  readonly #module: EmscriptenModule;
  readonly #bytes: Uint8Array;
  readonly #length: number;
  readonly #tableLength: number;
  readonly #stack: number;
  readonly #streams: unknown[];

  constructor(module: EmscriptenModule) {
    this.#module = module;
    this.#bytes = module.HEAPU8.slice(0, module._sbrk(0));
    this.#length = module.HEAPU8.length;
    this.#tableLength = module.wasmTable.length;
    this.#stack = module.stackSave();
    this.#streams = [...module.FS.streams];
  }

  /** Why the state of this moment cannot be had again; null where it can. */
  doubt(): string | null {
    const { HEAPU8, wasmTable, FS } = this.#module;
    if (HEAPU8.length !== this.#length) return 'its memory grew';
    if (wasmTable.length !== this.#tableLength) return 'its function table grew';
    if (this.#module._sbrk(0) < this.#bytes.length) return 'its memory shrank';
    return this.#streams.every((stream, number) => FS.streams[number] === stream)
      ? null
      : 'it closed what it was given';
  }

  restore(): void {
    const { HEAPU8, FS } = this.#module;
    HEAPU8.fill(0, this.#bytes.length, this.#module._sbrk(0));
    HEAPU8.set(this.#bytes);
    this.#module.stackRestore(this.#stack);
    FS.streams.length = this.#streams.length;
  }
}
