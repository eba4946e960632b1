import { Refusal } from '../../base/errors.ts';
import { refuseUnwritable, writeText } from '../../base/write-file.ts';
import type { FeedbackDetail } from '../../pipeline/pipeline-spec.ts';
import type { StoredTrial } from '../../runs/run-store.ts';
import type { Surroundings } from '../command.ts';
import { say } from '../terminal/output.ts';
import { untilStopped } from '../terminal/show-page.ts';

/** How the attempts of a task are shown, besides what the terminal says. */
export interface TraceOptions {
  /** File for the page. */
  readonly html?: string;
  /** Serves the page until Ctrl-C. */
  readonly view?: boolean;
}

/** Refuses what cannot be shown, before anything is solved. */
export function refuseTrace({ html, view }: TraceOptions, { isJson }: Pick<Surroundings, 'isJson'>): void {
  if (html !== undefined) refuseUnwritable(html);
  if (view && isJson)
    throw new Refusal('--view shows a page until Ctrl-C, and --json ends with its value; give one of them');
}

/** Writes the trace of a trial to a file, and shows it until Ctrl-C, as far as it is wanted. */
export async function showTrace(
  stored: StoredTrial,
  detail: FeedbackDetail,
  { html: file, view }: TraceOptions,
  { signal, isJson }: Surroundings,
): Promise<void> {
  if (file === undefined && !view) return;
  // Few want pages.
  const { tracePage } = await import('../../pages/trace/trace-page.ts');
  if (file !== undefined) {
    writeText(file, await tracePage(stored, detail, 'inline'));
    if (!isJson) say(`trace: ${file}`);
  }
  if (!view) return;
  const { servePage, STYLE } = await import('../../view/serve-view.ts');
  const server = await servePage(await tracePage(stored, detail, STYLE), { host: '127.0.0.1', port: 0 });
  say(`trace: ${server.url}/ (Ctrl-C stops)`);
  await untilStopped(server, signal);
}
