// Runs in the children.
import type { EmscriptenFiles } from './emscripten.ts';

/** What Python reads from and writes to a file of /dev. Nothing is read where there is no `read`. */
export interface Device {
  /** Called with every open(). */
  open?(): void;
  /** Puts bytes into the array and says how many; 0 is the end of the file. Blocks until there are some. */
  read?(into: Uint8Array): number;
  write?(bytes: Buffer): void;
}

const MAJOR = 200;
let minor = 0;

/** Makes a character device. */
export function addDevice(files: EmscriptenFiles, path: string, device: Device): void {
  const number = files.makedev(MAJOR, minor++);
  files.registerDevice(number, {
    open: () => device.open?.(),
    close: () => {},
    read: (_stream, heap, offset, length) => device.read?.(new Uint8Array(heap.buffer, offset, length)) ?? 0,
    write: (_stream, heap, offset, length) => {
      device.write?.(Buffer.from(heap.buffer as ArrayBuffer, offset, length));
      return length;
    },
  });
  files.mkdev(path, number);
}
