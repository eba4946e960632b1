import { html } from 'hono/html';
import type { FeedbackDetail } from '../../pipeline/pipeline-spec.ts';
import type { StoredTrial } from '../../runs/run-store.ts';
import { htmlDocument, type StyleSource } from '../document.ts';
import { traceHtml, traceTitle } from './trace.ts';

/** The trace of one trial as a page of its own, without links to others. */
export function tracePage(stored: StoredTrial, detail: FeedbackDetail, style: StyleSource): Promise<string> {
  const body = html`<main class="viewer">${traceHtml(stored, detail)}</main>`;
  return htmlDocument({ title: `${traceTitle(stored)} · greenloop`, body, style, script: null });
}
