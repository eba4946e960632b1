import type { Place, WorkerInfo } from './protocol.ts';

type NamedModel = WorkerInfo['models'][number];

/** Why work of one place would not come to the same at another, in a few words; null where it does. */
export function differenceOfPlaces(own: Place, other: Place): string | null {
  if (own.greenloop !== other.greenloop || own.protocol !== other.protocol)
    return `greenloop is ${own.greenloop} here and ${other.greenloop} there`;
  if (own.sandbox !== other.sandbox) return `code runs in ${own.sandbox} here and in ${other.sandbox} there`;
  return own.judge === other.judge ? null : 'the judge has other files there';
}

/** Which of the wanted models are not among these, or have other weights; null where all are here. */
export function missingModel(models: readonly NamedModel[], wanted: readonly NamedModel[]): string | null {
  for (const { name, identity } of wanted) {
    const own = models.find((model) => model.name === name);
    if (own === undefined) return `no model ${name}`;
    if (haveOtherWeights(own.identity, identity)) return `${name} has other weights`;
  }
  return null;
}

/** True where both say by a digest what the weights are, and it is not the same. Addresses tell nothing of weights. */
export function haveOtherWeights(one: string | null, other: string | null): boolean {
  return isDigest(one) && isDigest(other) && one !== other;
}

/** Whether an identity tells the weights, and not only where they are. */
export function isDigest(identity: string | null): boolean {
  return identity !== null && DIGEST.test(identity);
}

const DIGEST = /[0-9a-f]{64}/;
