// Runs in the judge's child.
import type { BlockingChannel } from './blocking-channel.ts';
import { addDevice } from './devices.ts';
import type { EmscriptenModule } from './emscripten.ts';
import { Lock } from './lock.ts';
import { MemoryImage } from './memory-image.ts';
import { isOrphan, type NodeRights, TOO_DEEP } from './node-rights.ts';
import type { Role } from './role.ts';
import type { RunEnd, TaggedFrame } from './tagged-frames.ts';

const MOST_BYTES = 1 << 30;
// A judge that has grown so large is replaced: memory is never given back.
const WORN_BYTES = 256 << 20;
const SIGALRM = 14;
const MILLISECONDS_BETWEEN_RINGS = 50;
const END_BYTES = 28;

/** Serves the judge: conversation with greenloop, a candidate, a clock, each as a device. */
export class JudgeHost implements Role {
  readonly mostBytes = MOST_BYTES;
  readonly lock: Lock;
  readonly #channel: BlockingChannel;
  readonly #rights: NodeRights;
  readonly #received: Record<string, Buffer> = { r: Buffer.alloc(0), c: Buffer.alloc(0) };
  #module: EmscriptenModule | undefined;
  #isReady = false;
  #isHungUp = true;
  #end: RunEnd | null = null;
  #deadline = Number.POSITIVE_INFINITY;
  #nextRing = 0;
  #hasRung = false;

  constructor(channel: BlockingChannel, rights: NodeRights) {
    this.#channel = channel;
    this.#rights = rights;
    this.lock = new Lock({
      onExit: (code) => rights.leave(code & 255),
      onMissing: (what) => {
        this.#report(what);
        return rights.leave(1);
      },
      onForbidden: () => rights.leave(1),
    });
    const looksForParent = isOrphan(rights);
    this.lock.signal = () => (looksForParent() ? rights.leave(0) : this.#ring());
  }

  addDevices(module: EmscriptenModule): void {
    this.#module = module;
    const { FS } = module;
    addDevice(FS, '/dev/greenloop', {
      read: (into) => this.#read('r', into),
      write: (bytes) => this.#channel.send('v', bytes),
    });
    addDevice(FS, '/dev/candidate', {
      open: () => this.#takeCandidate(),
      read: (into) => this.#read('c', into),
      write: (bytes) => this.#channel.send('c', bytes),
    });
    addDevice(FS, '/dev/clock', { read: (into) => this.#readClock(into), write: (bytes) => this.#setClock(bytes) });
    addDevice(FS, '/dev/control', { read: (into) => this.#readEnd(into), write: () => this.#endCandidate() });
    addDevice(FS, '/dev/cpu', { read: (into) => put(doubles(this.#rights.cpuSeconds()), into) });
    addDevice(FS, '/dev/unsupported', { write: (bytes) => this.#report(bytes.toString()) });
  }

  /** Serves runs from one memory, which is put back whenever something of a program's may be left in it. */
  serve(module: EmscriptenModule, startServing: () => number): never {
    const image = new MemoryImage(module);
    this.#channel.send('r', Buffer.alloc(0));
    while (this.#hasServed(startServing) && image.canBeRestored()) image.restore();
    return this.#rights.leave(1);
  }

  #hasServed(serve: () => number): boolean {
    try {
      return serve() === 0;
    } catch (error) {
      if (error instanceof RangeError) this.#report(TOO_DEEP);
      return false;
    }
  }

  #report(what: string): void {
    this.#channel.send('p', Buffer.from(what.slice(0, 200)));
  }

  #takeCandidate(): void {
    this.#isReady = false;
    this.#channel.send('n', Buffer.alloc(0));
    while (!this.#isReady) this.#sort(this.#channel.receive());
  }

  #beginRun(): void {
    this.#isReady = true;
    this.#received.c = Buffer.alloc(0);
    this.#isHungUp = false;
    this.#end = null;
    this.#hasRung = false;
  }

  #endCandidate(): void {
    if ((this.#module?.HEAPU8.length ?? 0) > WORN_BYTES) this.#channel.send('m', Buffer.alloc(0));
    this.#channel.send('x', Buffer.alloc(0));
    while (this.#end === null) this.#sort(this.#channel.receive());
  }

  /** Status, CPU seconds of user and system, peak memory, as the zygote tells them. */
  #readEnd(into: Uint8Array): number {
    const { status, cpuSeconds } = this.#end ?? { status: 0, cpuSeconds: 0 };
    const bytes = Buffer.alloc(END_BYTES);
    bytes.writeInt32LE(status, 0);
    bytes.writeDoubleLE(cpuSeconds, 4);
    return put(bytes, into);
  }

  #read(device: 'r' | 'c', into: Uint8Array): number {
    while (this.#received[device]!.length === 0) {
      if (device === 'c' && this.#isHungUp) return 0;
      this.#sort(this.#channel.receive());
    }
    const bytes = this.#received[device]!;
    const count = put(bytes, into);
    this.#received[device] = bytes.subarray(count);
    return count;
  }

  #sort({ tag, body }: TaggedFrame): void {
    if (tag === 'r' || tag === 'c') this.#received[tag] = Buffer.concat([this.#received[tag]!, body]);
    else if (tag === 'n') this.#beginRun();
    else if (tag === 'u') this.#end = JSON.parse(body.toString()) as RunEnd;
    else if (tag === 'h') {
      this.#isHungUp = true;
      this.#hasRung ||= body.toString() === 'deadline';
    }
  }

  /** `2.5` starts the clock, `<0.3` lets it ring no later than that; greenloop has the same clock for the candidate. */
  #setClock(bytes: Buffer): void {
    const text = bytes.toString();
    const isShortened = text.startsWith('<');
    const deadline = this.#rights.now() + Number(text.replace('<', '')) * 1000;
    this.#deadline = isShortened ? Math.min(deadline, this.#deadline) : deadline;
    if (!isShortened) this.#hasRung = false;
    this.#channel.send('t', Buffer.from(String(Math.max(this.#deadline - this.#rights.now(), 0))));
  }

  #readClock(into: Uint8Array): number {
    const hasRung = this.#hasRung || this.#rights.now() >= this.#deadline;
    this.#deadline = Number.POSITIVE_INFINITY;
    return put(Buffer.from(hasRung ? '1' : '0'), into);
  }

  #ring(): number {
    const now = this.#rights.now();
    if (now < this.#deadline || now < this.#nextRing) return 0;
    this.#nextRing = now + MILLISECONDS_BETWEEN_RINGS;
    return SIGALRM;
  }
}

function doubles(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

function put(bytes: Buffer, into: Uint8Array): number {
  const count = Math.min(bytes.length, into.length);
  into.set(bytes.subarray(0, count));
  return count;
}
