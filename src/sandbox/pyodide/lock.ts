// Runs in the children.
import { EXITS, REFUSAL, ruleOf } from './allowed-imports.ts';
import type { ImportedFunction, Imports } from './emscripten.ts';

/** What a host does when a program reaches a border. None of these returns. */
export interface Borders {
  readonly onExit: (code: number) => never;
  readonly onMissing: (what: string) => never;
  readonly onForbidden: (name: string) => never;
}

type Call = (...parameters: unknown[]) => unknown;
type OwnFunction = (original: Call, parameters: unknown[]) => unknown;
const WRITES = 3;
const CREATES_OR_EMPTIES = 0o100 | 0o1000;
const NOBODY = 65534;
const NAME_NOT_KNOWN = -2;
/** Operations of fcntl and ioctl that change nothing: F_GETFD, F_SETFD (which does nothing here), F_GETFL, F_GETLK; TCGETS, TIOCGWINSZ, FIONREAD. */
const HARMLESS_FCNTL = new Set([1, 2, 3, 12]);
const HARMLESS_IOCTL = new Set([0x5401, 0x5413, 0x541b]);
/** Makes any number of descriptors, where Emscripten sets no limit. */
const F_DUPFD = 0;
const MOST_DUPLICATES = 100_000;

/** Descriptor of the candidate's conversation with the judge: what is written there leaves nothing behind. */
export const CHANNEL = 3;

/** The list of allowed functions, put between WebAssembly code and Emscripten; open until `close()`. */
export class Lock {
  #isClosed = false;
  #duplicates = 0;
  readonly #borders: Borders;
  readonly #own: Readonly<Record<string, OwnFunction>>;
  /** Whether anything was called whose effect stays when memory is put back. */
  hasLeft = false;
  /** Signal for Python to see at its next step; 0 is none. */
  signal: () => number = () => 0;

  constructor(borders: Borders) {
    this.#borders = borders;
    this.#own = this.#ownFunctions();
  }

  close(): void {
    this.#isClosed = true;
  }

  replaceImports(imports: Imports): void {
    for (const [name, value] of Object.entries(imports)) {
      if (typeof value !== 'function') continue;
      const original = value as ImportedFunction;
      const replaced = this.#replacementOf(name, original as Call) as ImportedFunction;
      if (replaced === original) continue;
      if (original.sig !== undefined) replaced.sig = original.sig;
      imports[name] = replaced;
    }
  }

  #replacementOf(name: string, original: Call): Call {
    const own = this.#own[name];
    if (own !== undefined)
      return (...parameters) => (this.#isClosed ? own(original, parameters) : original(...parameters));
    const rule = ruleOf(name);
    if (rule === 'allowed') return original;
    return this.#guarded(original, () => {
      if (rule === 'leaving') this.hasLeft = true;
      else if (rule === 'refused') return REFUSAL;
      else if (rule === 'forbidden') this.#borders.onForbidden(name);
      else this.#borders.onMissing(rule.missing);
      return null;
    });
  }

  #guarded(original: Call, look: () => number | null): Call {
    return (...parameters) => (this.#isClosed ? look() : null) ?? original(...parameters);
  }

  #ownFunctions(): Record<string, OwnFunction> {
    const exit: OwnFunction = (_original, [code]) => this.#borders.onExit(Number(code));
    return {
      ...Object.fromEntries(EXITS.map((name) => [name, exit])),
      _Py_CheckEmscriptenSignals_Helper: () => this.signal(),
      __syscall_getuid32_js: () => NOBODY,
      // Asked by time.sleep(), which then waits in WebAssembly.
      can_run_sync_js: () => 0,
      getaddrinfo: () => NAME_NOT_KNOWN,
      getnameinfo: () => NAME_NOT_KNOWN,
      __syscall_fcntl64: (original, parameters) => this.#fcntl(original, parameters),
      __syscall_ioctl: (original, parameters) => {
        if (!HARMLESS_IOCTL.has(Number(parameters[1]))) this.hasLeft = true;
        return original(...parameters);
      },
      fd_seek: (original, parameters) => {
        if (Number(parameters[0]) <= CHANNEL) this.hasLeft = true;
        return original(...parameters);
      },
      fd_write: (original, parameters) => {
        if (parameters[0] !== CHANNEL) this.hasLeft = true;
        return original(...parameters);
      },
      __syscall_openat: (original, parameters) => {
        if ((Number(parameters[2]) & (WRITES | CREATES_OR_EMPTIES)) !== 0) this.hasLeft = true;
        return original(...parameters);
      },
    };
  }

  /** Flags of a descriptor lie in JavaScript and are not put back with memory. */
  #fcntl(original: Call, parameters: unknown[]): unknown {
    const operation = Number(parameters[1]);
    if (operation === F_DUPFD && ++this.#duplicates > MOST_DUPLICATES) return REFUSAL;
    if (!HARMLESS_FCNTL.has(operation)) this.hasLeft = true;
    return original(...parameters);
  }
}
