/** A number in [0, 1) that depends on these whole numbers alone: the same trial always comes out the same. */
export function uniformOf(...numbers: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const number of numbers) hash = mixed(Math.imul(hash ^ mixed(number | 0), 0x85ebca6b));
  return (hash >>> 0) / 2 ** 32;
}

/** A whole number of 32 bits that depends on the text alone (FNV-1a). */
export function wordOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}

function mixed(word: number): number {
  const once = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return twice ^ (twice >>> 16);
}
