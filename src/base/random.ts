import { createHash } from 'node:crypto';

/** A seed in 0..2^31-1 that depends on every part and on nothing else (servers take signed 32-bit seeds). */
export function deriveSeed(...parts: readonly (string | number)[]): number {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  return digest.readUInt32BE(0) & 0x7fffffff;
}
