/** The parts of Pyodide's Emscripten module that the hosts use; Pyodide does not publish its type. */
export interface EmscriptenModule {
  readonly HEAPU8: Uint8Array;
  readonly FS: EmscriptenFiles;
  readonly wasmTable: { readonly length: number };
  _sbrk(increment: number): number;
  _PyRun_SimpleString(address: number): number;
  stringToNewUTF8(text: string): number;
  stackSave(): number;
  stackRestore(address: number): void;
  growMemory(size: number): number | undefined;
}

export interface DeviceOperations {
  open?(): void;
  close?(): void;
  read?(stream: unknown, buffer: Uint8Array, offset: number, length: number): number;
  write?(stream: unknown, buffer: Uint8Array, offset: number, length: number): number;
}

export interface FileStream {
  readonly flags: number;
  position: number;
  readonly seekable?: boolean;
  readonly node: { readonly mode: number };
  readonly stream_ops: unknown;
  readonly tty?: unknown;
}

type Write = (
  stream: FileStream,
  heap: Uint8Array,
  offset: number,
  length: number,
  position?: number,
  ...rest: unknown[]
) => number;

export interface EmscriptenFiles {
  readonly streams: unknown[];
  readonly ErrnoError: new (code: number) => Error;
  write: Write;
  truncate: (path: unknown, size: number, ...rest: unknown[]) => void;
  ftruncate: (descriptor: number, size: number) => void;
  mknod: (path: string, mode: number, device: number) => unknown;
  isFile(mode: number): boolean;
  isFIFO(mode: number): boolean;
  isDir(mode: number): boolean;
  stat(path: string): { readonly mode: number };
  makedev(major: number, minor: number): number;
  registerDevice(device: number, operations: DeviceOperations): void;
  mkdev(path: string, device: number): void;
  mkdirTree(path: string): void;
  writeFile(path: string, content: string): void;
  unlink(path: string): void;
  rmdir(path: string): void;
  chmod(path: string, mode: number): void;
  readonly root: { readonly contents: Record<string, unknown> };
  lookupPath(path: string): { readonly node: unknown };
  hashRemoveNode(node: unknown): void;
  readdir(path: string): string[];
  open(path: string, flags: number): { readonly fd: number };
  chdir(path: string): void;
  cwd(): string;
}

/** The functions that WebAssembly code may call, by name. */
export type Imports = Record<string, unknown>;
export type ImportedFunction = ((...parameters: never[]) => unknown) & { sig?: string };

/** What Pyodide gives to the function that makes its module. */
export interface ModuleSettings {
  instantiateWasm(imports: { env: Imports }, onInstance: unknown): unknown;
}
