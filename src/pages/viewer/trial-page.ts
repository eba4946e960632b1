import { html } from 'hono/html';
import type { ReadableRun } from '../../runs/read-run.ts';
import type { StoredTrial } from '../../runs/run-store.ts';
import { shown } from '../shown.ts';
import { traceHtml, traceTitle } from '../trace/trace.ts';
import { runAddress, stepAddress, type TrialList } from './addresses.ts';
import { viewerPage } from './frame.ts';

export interface TrialPageParts {
  readonly run: ReadableRun;
  /** Of the trial in the plan. */
  readonly place: number;
  readonly stored: StoredTrial;
  readonly list: TrialList;
  /** Where the trial stands in the list; null of a search, and of a trial that is not in it. */
  readonly position: { readonly at: number; readonly of: number } | null;
  /** At which end of the list the reader tried to go further. */
  readonly end: 'first' | 'last' | null;
}

/** The trace of a stored trial, with links to the one before and after it in the list. */
export function trialPage({ run, place, stored, list, position, end }: TrialPageParts): Promise<string> {
  const detail = run.plan.pipelines.find(({ name }) => name === stored.trial.pipeline)?.feedback.detail ?? 'values';
  const isFirst = position?.at === 0;
  const isLast = position !== null && position.at === position.of - 1;
  const previous = isFirst
    ? ''
    : html`<a href="${stepAddress(run.id, place, list, 'previous')}" rel="prev">← previous</a>`;
  const next = isLast ? '' : html`<a href="${stepAddress(run.id, place, list, 'next')}" rel="next">next →</a>`;
  const at = position === null ? '' : html`<span>trial ${position.at + 1} of ${position.of}</span>`;
  const ended = end === null ? '' : html`<p class="badge" role="status">This is the ${end} trial of the list.</p>`;
  const main = html`<p class="crumbs"><a href="/">All runs</a> › <a href="${runAddress(run.id, list)}" rel="up">Run ${shown(run.id)}</a></p>
<nav class="pager" aria-label="Trials">${previous} ${at} ${next}</nav>
${ended}
${traceHtml(stored, detail)}`;
  return viewerPage({ title: traceTitle(stored), main });
}
