// Runs in the candidate's child.
import { Script } from 'node:vm';
import type { BlockingChannel } from './blocking-channel.ts';
import { addDevice } from './devices.ts';
import type { EmscriptenModule } from './emscripten.ts';
import { capFiles } from './file-limits.ts';
import { CHANNEL, Lock } from './lock.ts';
import { MemoryImage } from './memory-image.ts';
import { isOrphan, type NodeRights, TOO_DEEP } from './node-rights.ts';
import type { Role } from './role.ts';
import type { RunEnd } from './tagged-frames.ts';

const MOST_BYTES = 256 << 20;
// Room that most programs never leave, so that their memory can be put back.
const READY_BYTES = 64 << 20;
const RUNS_BEFORE_RECYCLING = 2000;
const PIECE_BYTES = 1 << 20;
const [SIGKILL, SIGSEGV, SIGSYS] = [9, 11, 31];

/** Thrown through WebAssembly to end a run; the memory is put back after it. */
class EndOfRun extends Error {}

/** Serves one run after another to the judge, each from the same memory; ends itself on any doubt that it is the same. */
export class CandidateHost implements Role {
  readonly mostBytes = MOST_BYTES;
  readonly lock: Lock;
  readonly #channel: BlockingChannel;
  readonly #rights: NodeRights;
  #received: Buffer = Buffer.alloc(0);
  #isHungUp = false;
  #reads = 0;
  #cpuBefore = 0;

  constructor(channel: BlockingChannel, rights: NodeRights) {
    this.#channel = channel;
    this.#rights = rights;
    this.lock = new Lock({
      onExit: (code) => (this.#isHungUp ? this.#endRun() : this.#endProcess((code & 255) << 8, 'it ended')),
      onMissing: (what) => this.#giveUp(what),
      onForbidden: (name) => this.#endProcess(SIGSYS, `it reached for ${name}`),
    });
    const looksForParent = isOrphan(rights);
    this.lock.signal = () => (looksForParent() ? rights.leave(0) : 0);
  }

  addDevices({ FS }: EmscriptenModule): void {
    capFiles(FS);
    addDevice(FS, '/dev/judge', {
      read: (into) => this.#read(into),
      write: (bytes) => this.#tell(bytes),
    });
    addDevice(FS, '/dev/unsupported', { write: (bytes) => this.#giveUp(bytes.toString()) });
    if (FS.open('/dev/judge', 2).fd !== CHANNEL) throw new Error(`the judge has to be descriptor ${CHANNEL}`);
  }

  serve(module: EmscriptenModule, startServing: () => number): never {
    if (module.HEAPU8.length < READY_BYTES) module.growMemory(READY_BYTES);
    const image = new MemoryImage(module);
    const serveRun = new Script('serveRun()');
    Object.defineProperty(globalThis, 'serveRun', { value: startServing });
    this.#channel.send('r', Buffer.alloc(0));
    for (let runs = 1; ; runs += 1) {
      const mostSeconds = this.#waitForRun();
      // The time-out ends a run that greenloop is no longer there to end.
      this.#serveRun(() => serveRun.runInThisContext({ timeout: Math.ceil(mostSeconds * 1000) }));
      const worn = runs >= RUNS_BEFORE_RECYCLING ? 'it has served many runs' : null;
      const doubt = image.doubt() ?? (this.lock.hasLeft ? 'it left something behind' : worn);
      this.#tellEnd({ status: SIGKILL, doubt });
      if (doubt !== null) this.#rights.leave(0);
      image.restore();
    }
  }

  /** Waits for a run; how many seconds it may take at most. */
  #waitForRun(): number {
    for (;;) {
      const { tag, body } = this.#channel.receive();
      if (tag !== 'n') continue;
      this.#beginRun();
      return Number(body.toString());
    }
  }

  #beginRun(): void {
    this.#received = Buffer.alloc(0);
    this.#reads = 0;
    this.#isHungUp = false;
    this.#cpuBefore = this.#rights.cpuSeconds();
    this.lock.hasLeft = false;
  }

  #serveRun(serve: () => number): void {
    try {
      serve();
    } catch (error) {
      if (error instanceof EndOfRun) return;
      if (error instanceof RangeError) this.#giveUp(TOO_DEEP);
      this.#endProcess(SIGSEGV, String(error));
    }
    this.#endProcess(1 << 8, 'it ended without an answer');
  }

  #read(into: Uint8Array): number {
    while (this.#received.length === 0) {
      if (this.#isHungUp) return 0;
      const { tag, body } = this.#channel.receive();
      if (tag === 'c') {
        this.#received = body;
        this.#reads += 1;
      } else this.#isHungUp = tag === 'h';
    }
    const count = Math.min(into.length, this.#received.length);
    into.set(this.#received.subarray(0, count));
    this.#received = this.#received.subarray(count);
    return count;
  }

  /** In pieces, so that greenloop holds no more than a piece at a time, however much a program writes at once. */
  #tell(bytes: Buffer): void {
    for (let start = 0; start < bytes.length; start += PIECE_BYTES)
      this.#channel.send('c', bytes.subarray(start, start + PIECE_BYTES));
  }

  #endRun(): never {
    throw new EndOfRun();
  }

  #endProcess(status: number, doubt: string): never {
    this.#tellEnd({ status, doubt });
    return this.#rights.leave(0);
  }

  #giveUp(what: string): never {
    this.#channel.send('p', Buffer.from(what.slice(0, 200)));
    return this.#endProcess(SIGSYS, 'it wanted what is not here');
  }

  #tellEnd(end: Omit<RunEnd, 'cpuSeconds' | 'reads'>): void {
    const told: RunEnd = { ...end, reads: this.#reads, cpuSeconds: this.#rights.cpuSeconds() - this.#cpuBefore };
    this.#channel.send('u', Buffer.from(JSON.stringify(told)));
  }
}
