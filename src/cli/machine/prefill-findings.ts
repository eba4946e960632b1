import { GreenloopError } from '../../base/errors.ts';
import { printable } from '../../base/printable.ts';
import { continuesAnswers } from '../../models/prefill-probe.ts';
import { openModels, settingsFor } from '../../wiring/models.ts';
import type { Settings } from '../../wiring/settings.ts';
import { canChat } from '../options/default-model.ts';
import type { Finding } from './finding.ts';
import type { FoundServer } from './found-server.ts';
import { isBundled } from './models.ts';

/** A model that takes longer to load and answer is not waited for. */
const LONGEST_SECONDS = 30;

/** Asks one model of each server for a few tokens: does it go on with an answer that was begun for it (`prefill`)? */
export async function examinePrefill(
  servers: readonly FoundServer[],
  settings: Settings,
  signal: AbortSignal,
): Promise<Finding[]> {
  const asked = servers.filter((server) => /^https?:/.test(server.url) && !isBundled(server));
  const findings = asked.map((server) => examineServer(server, settingsFor(server, settings), signal));
  return (await Promise.all(findings)).filter((finding) => finding !== null);
}

async function examineServer(
  { models, serverName }: FoundServer,
  settings: Settings,
  signal: AbortSignal,
): Promise<Finding | null> {
  const model = models?.find(({ name }) => canChat(name))?.name;
  if (model === undefined) return null;
  const name = serverName === null ? model : `${model}@${serverName}`;
  const finding = { what: 'answer prefill', isNeeded: false };
  const limit = AbortSignal.timeout(LONGEST_SECONDS * 1000);
  try {
    const all = AbortSignal.any([signal, limit]);
    const open = await openModels([name], settings, all);
    const isGood = await continuesAnswers(open(name), all);
    const does = isGood ? 'continues a prefilled answer' : 'starts anew instead of continuing a prefilled answer';
    return { ...finding, isGood, detail: `${printable(name)} ${does}` };
  } catch (error) {
    signal.throwIfAborted();
    if (!limit.aborted && !(error instanceof GreenloopError)) throw error;
    const why = error instanceof GreenloopError ? error.message : `no answer within ${LONGEST_SECONDS} s`;
    return { ...finding, isGood: false, detail: `${printable(name)}: ${why}` };
  }
}
