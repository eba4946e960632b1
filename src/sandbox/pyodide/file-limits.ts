// Runs in the candidate's child.
import type { EmscriptenFiles } from './emscripten.ts';

const MOST_BYTES_A_FILE = 1 << 20;
const MOST_BYTES = 64 << 20;
const MOST_FILES = 20_000;
const [EFBIG, ENOSPC] = [22, 51];

/**
 * Files and pipes lie in JavaScript's memory, not in Python's: bounds each file, the number of files and folders that are made, and
 * what is written in all, which making files longer counts as.
 */
export function capFiles(files: EmscriptenFiles): void {
  const { write, truncate, ftruncate, mknod } = files;
  let [bytesLeft, filesLeft] = [MOST_BYTES, MOST_FILES];
  const spend = (bytes: number) => {
    if (bytes > bytesLeft) throw new files.ErrnoError(ENOSPC);
    bytesLeft -= bytes;
  };
  const grow = (size: number) => {
    if (size > MOST_BYTES_A_FILE) throw new files.ErrnoError(EFBIG);
    spend(Math.max(size, 0));
  };
  files.write = (stream, heap, offset, length, position, ...rest) => {
    const { mode } = stream.node;
    if (files.isFile(mode)) {
      if ((position ?? stream.position) + length > MOST_BYTES_A_FILE) throw new files.ErrnoError(EFBIG);
      spend(length);
    } else if (files.isFIFO(mode)) spend(length);
    return write.call(files, stream, heap, offset, length, position, ...rest);
  };
  files.truncate = (path, size, ...rest) => {
    grow(size);
    truncate.call(files, path, size, ...rest);
  };
  files.ftruncate = (descriptor, size) => {
    grow(size);
    ftruncate.call(files, descriptor, size);
  };
  files.mknod = (path, mode, device) => {
    if (filesLeft <= 0) throw new files.ErrnoError(ENOSPC);
    filesLeft -= 1;
    return mknod.call(files, path, mode, device);
  };
}
