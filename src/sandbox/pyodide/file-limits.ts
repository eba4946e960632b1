// Runs in the candidate's child.
import type { EmscriptenFiles } from './emscripten.ts';

const MOST_BYTES_A_FILE = 1 << 20;
const MOST_BYTES = 64 << 20;
const [EFBIG, ENOSPC] = [22, 51];

/** Files lie in JavaScript's memory, not in Python's: bounds each and what is written in all. */
export function capFiles(files: EmscriptenFiles): void {
  const { write, truncate, ftruncate } = files;
  let left = MOST_BYTES;
  const refuse = (size: number) => {
    if (size > MOST_BYTES_A_FILE) throw new files.ErrnoError(EFBIG);
  };
  files.write = (stream, heap, offset, length, position, ...rest) => {
    if (files.isFile(stream.node.mode)) {
      refuse((position ?? stream.position) + length);
      left -= length;
      if (left < 0) throw new files.ErrnoError(ENOSPC);
    }
    return write.call(files, stream, heap, offset, length, position, ...rest);
  };
  files.truncate = (path, size, ...rest) => {
    refuse(size);
    truncate.call(files, path, size, ...rest);
  };
  files.ftruncate = (descriptor, size) => {
    refuse(size);
    ftruncate.call(files, descriptor, size);
  };
}
