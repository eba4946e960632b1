import type { ModelListing } from '../../models/model.ts';
import { modelServers, settingsFor } from '../../wiring/models.ts';
import type { Settings } from '../../wiring/settings.ts';
import type { Surroundings } from '../command.ts';
import { findServers } from '../machine/models.ts';
import { canChat } from '../options/default-model.ts';

/** A model that answers chats, and the settings under which its server is asked. */
export interface ChatModel extends ModelListing {
  readonly settings: Settings;
}

/** The models of all servers that answer, without those that only embed or rank text. */
export async function findChatModels({
  settings,
  signal,
}: Pick<Surroundings, 'settings' | 'signal'>): Promise<ChatModel[]> {
  const servers = await findServers(modelServers(settings), signal);
  return servers.flatMap((server) =>
    (server.models ?? [])
      .filter(({ name }) => canChat(name))
      .map((listing) => ({ ...listing, settings: settingsFor(server, settings) })),
  );
}
