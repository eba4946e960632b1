import { Refusal } from '../../base/errors.ts';
import { printable } from '../../base/printable.ts';
import { serverText } from '../named-server.ts';
import type { ModelSource } from './model-source.ts';

const DIGEST_CHARACTERS = 12;

/** What a server told of a model. */
export type Sample = Pick<ModelSource, 'server' | 'traits'>;

/** A Refusal where two servers, or one at two times, do not have the same model, so that an answer would depend on the server; else null. */
export function differenceOf(name: string, one: Sample, other: Sample): Refusal | null {
  const [first, second] = [one.traits, other.traits];
  if (one.server === other.server) return changeOf(name, one, other);
  const ways = `or name one server, such as ${name}@${one.server.name}`;
  const places = [serverText(one.server), serverText(other.server)] as const;
  if (differ(first?.digest, second?.digest)) {
    const [mine, theirs] = [first?.digest, second?.digest].map(shortDigest);
    const what = `${name} has other weights at ${places[0]}, digest ${mine}, than at ${places[1]}, digest ${theirs}`;
    return new Refusal(`${what}: fetch it anew where it is old, ${ways}`);
  }
  if (!differ(first?.contextTokens, second?.contextTokens)) return null;
  const [mine, theirs] = [first?.contextTokens, second?.contextTokens];
  const what = `${name} has a context of ${mine} tokens at ${places[0]}, and of ${theirs} at ${places[1]}`;
  return new Refusal(`${what}: start both with the same, ${ways}`);
}

function changeOf(name: string, before: Sample, now: Sample): Refusal | null {
  const [first, second] = [before.traits, now.traits];
  const isSame = !differ(first?.digest, second?.digest) && !differ(first?.contextTokens, second?.contextTokens);
  return isSame
    ? null
    : new Refusal(`${name} at ${serverText(now.server)} is another one than before; begin anew with it`);
}

/** What to know where servers do not tell whether their weights are the same; null where all do, or there is one. */
export function assumedSame(name: string, sources: readonly Sample[]): string | null {
  if (sources.length < 2 || sources.every(({ traits }) => traits?.digest != null)) return null;
  const silent = sources.filter(({ traits }) => traits?.digest == null).map(({ server }) => server.name);
  const names = sources.map(({ server }) => server.name).join(', ');
  return `${name} is asked at ${names}: the same weights are assumed, as no digest comes from ${silent.join(', ')}`;
}

function differ<Value>(one: Value | null | undefined, other: Value | null | undefined): boolean {
  return one != null && other != null && one !== other;
}

/** As much of a digest as Ollama shows. */
export function shortDigest(digest: string | null | undefined): string {
  return printable((digest ?? 'unknown').replace(/^sha256:/, '').slice(0, DIGEST_CHARACTERS));
}
