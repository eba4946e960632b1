import { shortDigest } from '../../models/servers/same-model.ts';
import type { FoundServer } from './found-server.ts';

/** What is known of models that the same servers of the configuration have. */
interface SharedModels {
  /** False where the servers tell other weights, so that a request may go to one alone. */
  readonly isGood: boolean;
  readonly text: string;
}

/** One model at one server. */
interface Copy {
  readonly model: string;
  readonly server: string;
  readonly digest: string | null;
}

/** Whether the models that several servers of the configuration have are the same there, in a line for all of the same servers. */
export function sharedModels(servers: readonly FoundServer[]): SharedModels[] {
  const shared = [...Map.groupBy(servers.flatMap(copiesAt), ({ model }) => model).values()].filter(isShared);
  const different = shared.filter((copies) => digestsOf(copies).length > 1);
  const others = shared.filter((copies) => !different.includes(copies));
  const alike = Map.groupBy(others, (copies) => `${serversOf(copies)}: ${sameness(copies)}`);
  return [
    ...different.map((copies) => ({ isGood: false, text: difference(copies) })),
    ...[...alike].map(([what, list]) => ({ isGood: true, text: `${modelsOf(list)} at ${what}` })),
  ];
}

function copiesAt({ serverName, models }: FoundServer): Copy[] {
  if (serverName === null || models === null) return [];
  return models.map(({ name, digest }) => ({ model: name, server: serverName, digest }));
}

function isShared(copies: readonly Copy[]): boolean {
  return copies.length > 1;
}

function digestsOf(copies: readonly Copy[]): string[] {
  return [...new Set(copies.flatMap(({ digest }) => digest ?? []))];
}

function serversOf(copies: readonly Copy[]): string {
  return copies.map(({ server }) => server).join(', ');
}

function modelsOf(list: readonly (readonly Copy[])[]): string {
  return list.map(([first]) => first?.model).join(', ');
}

function sameness(copies: readonly Copy[]): string {
  const silent = copies.filter(({ digest }) => digest === null);
  if (silent.length === 0) return 'the same weights, by their digests';
  return `the same weights are assumed, as no digest comes from ${serversOf(silent)}`;
}

function difference(copies: readonly Copy[]): string {
  const [first] = copies;
  const digests = copies.map(({ server, digest }) => `${server} (digest ${shortDigest(digest)})`);
  return `${first?.model} has other weights at ${digests.join(' than at ')}; name one server, such as ${first?.model}@${first?.server}`;
}
