// Runs in the children.
import { constants, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { loadPyodide, PyodideAPI } from 'pyodide';
import type { EmscriptenModule, Imports, ModuleSettings } from './emscripten.ts';

export interface InterpreterOptions {
  /** Folder of the npm package, with a slash at its end. */
  readonly pyodide: string;
  readonly snapshot: Uint8Array | null;
  /** True to be able to take a snapshot. */
  readonly keepsSnapshot: boolean;
  readonly mostBytes: number;
  /** May replace functions that WebAssembly code will call, before there is any. */
  readonly replaceImports: (imports: Imports) => void;
}

const PAGE_BYTES = 1 << 16;
type MakeModule = (settings: ModuleSettings) => Promise<EmscriptenModule>;

export interface Interpreter {
  readonly python: PyodideAPI & { makeMemorySnapshot(): Uint8Array };
  readonly module: EmscriptenModule;
}

/** Starts Python, with no way to JavaScript's globals and none to more memory than it is given. */
export async function startInterpreter(options: InterpreterOptions): Promise<Interpreter> {
  prepareNode();
  capMemory(options.mostBytes);
  const folder = options.pyodide;
  const load = ((await importFile(`${folder}pyodide.mjs`)) as { loadPyodide: typeof loadPyodide }).loadPyodide;
  const makeModule = ((await importFile(`${folder}pyodide.asm.mjs`)) as { default: MakeModule }).default;
  let module: EmscriptenModule | undefined;
  const python = await load({
    indexURL: folder,
    jsglobals: {},
    env: { PYTHONHASHSEED: '0', LANG: 'C.UTF-8' },
    stdin: () => null,
    stdout: () => {},
    stderr: () => {},
    createPyodideModule: (async (settings: ModuleSettings) => {
      const instantiate = settings.instantiateWasm;
      settings.instantiateWasm = (imports, onInstance) => {
        options.replaceImports(imports.env);
        return instantiate(imports, onInstance);
      };
      module = await makeModule(settings);
      return module;
    }) as never,
    ...(options.keepsSnapshot && { _makeSnapshot: true }),
    ...(options.snapshot !== null && { _loadSnapshot: options.snapshot }),
  });
  return { python: python as Interpreter['python'], module: module! };
}

/** What Pyodide expects of Node: no more than this, so that it never loads modules for processes and sockets. */
function prepareNode(): void {
  const modules: Record<string, unknown> = { fs: { constants, readFileSync } };
  const globals = globalThis as unknown as { require?: (name: string) => unknown };
  globals.require = (name) => modules[name];
  Object.defineProperty(process, 'binding', { value: () => ({ fs: constants }) });
}

interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** TypeScript knows it only together with a browser. */
declare const WebAssembly: { readonly Memory: { readonly prototype: WebAssemblyMemory } };

function capMemory(mostBytes: number): void {
  const prototype = WebAssembly.Memory.prototype;
  const grow = prototype.grow;
  prototype.grow = function (this: WebAssemblyMemory, pages: number): number {
    if (this.buffer.byteLength + pages * PAGE_BYTES > mostBytes) throw new RangeError('no more memory');
    return grow.call(this, pages);
  };
}

function importFile(path: string): Promise<unknown> {
  return import(pathToFileURL(path).href);
}
