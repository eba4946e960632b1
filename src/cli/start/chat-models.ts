import { modelServers } from '../../wiring/models.ts';
import type { Surroundings } from '../command.ts';
import { findServers } from '../machine/models.ts';
import { canChat } from '../options/default-model.ts';

/** Names of the models of all servers that answer, each once, without those that only embed or rank text. */
export async function findChatModels({
  settings,
  signal,
}: Pick<Surroundings, 'settings' | 'signal'>): Promise<string[]> {
  const servers = await findServers(modelServers(settings), signal);
  const names = servers.flatMap(({ models }) => models ?? []).map(({ name }) => name);
  return [...new Set(names.filter(canChat))];
}
