import { html } from 'hono/html';
import { placesIn } from '../../runs/plan.ts';
import type { ReadableRun } from '../../runs/read-run.ts';
import type { TrialRow } from '../../runs/run-store.ts';
import type { TrialCount } from '../../runs/run-views.ts';
import { trialOutcomeSchema } from '../../runs/trial.ts';
import type { Html } from '../document.ts';
import { shown } from '../shown.ts';
import { outcomeBadge } from '../trace/outcome-badge.ts';
import { runAddress, type TrialList, trialAddress, withoutFrom } from './addresses.ts';
import { pagerHtml, selectField } from './parts.ts';

/** Trials on one page. */
export const TRIALS_SHOWN = 50;

/** Rows of a list, from where its page begins. */
export interface ListedTrials {
  readonly rows: readonly TrialRow[];
  /** All trials of the list; of a search all that it looks through. */
  readonly total: number;
  /** Where a search goes on; null where it has seen all, and of a list that is no search. */
  readonly next: number | null;
}

export interface TrialSectionParts {
  readonly run: ReadableRun;
  readonly counts: readonly TrialCount[];
  readonly list: TrialList;
  readonly trials: ListedTrials;
}

/** The trials of a run that a list chooses, with the form that chooses others. */
export function trialSection(parts: TrialSectionParts): Html {
  const { run, list, trials } = parts;
  return html`<section id="trials-of-run">
<h2>Trials</h2>
${filterForm(parts)}
<div id="trials" data-live>
${trials.rows.length === 0 ? '' : trialTable(run, list, trials.rows)}
${list.text === undefined ? pageLinks(run.id, list, trials) : searchLinks(run.id, list, trials)}
</div>
</section>`;
}

function filterForm({ run: { id, plan }, counts, list }: TrialSectionParts): Html {
  const { pipeline, taskId, outcome, error, text, sort, isDescending } = list;
  const named = (values: readonly string[]) => values.map((value) => ({ value, text: shown(value) }));
  const errors = [...new Set(counts.flatMap((one) => one.error ?? []))].toSorted();
  const task = taskId === undefined ? '' : html`<label>task <input name="task" value="${taskId}"></label>`;
  return html`<form class="filters" method="get" action="${runAddress(id)}">
${selectField({ name: 'pipeline', label: 'pipeline', chosen: pipeline ?? null, none: 'all', choices: named(plan.pipelines.map(({ name }) => name)) })}
${selectField({ name: 'outcome', label: 'outcome', chosen: outcome ?? null, none: 'all', choices: named(trialOutcomeSchema.options) })}
${selectField({ name: 'error', label: 'error', chosen: error ?? null, none: 'all', choices: named(errors) })}
${task}
<label>text <input type="search" name="text" value="${text ?? ''}" placeholder="in answers, code and errors"></label>
${selectField({ name: 'sort', label: 'sort by', chosen: sort ?? null, none: 'order of the run', choices: named(['seconds', 'tokens']) })}
${selectField({ name: 'order', label: 'order', chosen: isDescending ? 'down' : null, none: 'up', choices: named(['down']) })}
<button>Show</button> <a href="${runAddress(id)}">all trials</a>
</form>`;
}

function trialTable({ id, plan }: ReadableRun, list: TrialList, rows: readonly TrialRow[]): Html {
  const placeOf = placesIn(plan);
  const numbered = (sort: 'seconds' | 'tokens') => sortHeading(id, list, sort);
  return html`<div class="wide" tabindex="0" role="region" aria-label="Trials">
<table>
<thead><tr><th scope="col">task</th><th scope="col">pipeline</th><th scope="col">repeat</th><th scope="col">outcome</th><th scope="col">error</th>${numbered('seconds')}${numbered('tokens')}</tr></thead>
<tbody>${rows.map((row) => trialRow(id, list, row, placeOf(row.pipeline, row.taskId, row.repeat)))}</tbody>
</table>
</div>`;
}

/** Sorts by the column; once more, the other way. */
function sortHeading(run: string, list: TrialList, sort: 'seconds' | 'tokens'): Html {
  const isSorted = list.sort === sort;
  const isDescending = !isSorted || list.isDescending !== true;
  const { isDescending: _, ...rest } = withoutFrom(list);
  const href = runAddress(run, { ...rest, sort, ...(isDescending && { isDescending }) });
  const state = isSorted ? (list.isDescending ? 'descending' : 'ascending') : 'none';
  const mark = isSorted ? (list.isDescending ? ' ↓' : ' ↑') : '';
  return html`<th scope="col" class="count" aria-sort="${state}"><a href="${href}">${sort}${mark}</a></th>`;
}

function trialRow(run: string, list: TrialList, row: TrialRow, place: number | null): Html {
  const { taskId, pipeline, repeat, outcome, error, seconds, tokens } = row;
  const name = place === null ? shown(taskId) : html`<a href="${trialAddress(run, place, list)}">${shown(taskId)}</a>`;
  return html`<tr>
<th scope="row" class="name">${name}</th>
<td class="name">${shown(pipeline)}</td>
<td class="count">${repeat}</td>
<td>${outcomeBadge(outcome)}</td>
<td class="name">${error === null ? '' : shown(error)}</td>
<td class="count">${seconds.toFixed(1)}</td>
<td class="count">${tokens}</td>
</tr>`;
}

function pageLinks(run: string, list: TrialList, { rows, total }: ListedTrials): Html {
  const from = list.from ?? 0;
  const at = (first: number) => runAddress(run, { ...list, from: Math.max(0, first) });
  return pagerHtml({
    ...{ first: from + 1, last: from + rows.length, total, noun: 'trials' },
    previous: from === 0 ? null : at(from - TRIALS_SHOWN),
    next: from + rows.length < total ? at(from + TRIALS_SHOWN) : null,
  });
}

/** A search is looked through part by part, so that each part is there at once. */
function searchLinks(run: string, list: TrialList, { rows, total, next }: ListedTrials): Html {
  const seen = `looked through ${next ?? total} of ${total} trials`;
  const start = list.from ? html`<a href="${runAddress(run, withoutFrom(list))}">from the beginning</a>` : '';
  const found = rows.length === 0 ? html`<span>no match</span>` : '';
  if (next === null) return html`<nav class="pager" aria-label="Pages">${found} <span>${seen}</span> ${start}</nav>`;
  const goOn = html`<a href="${runAddress(run, { ...list, from: next })}" rel="next" ${rows.length === 0 ? html`data-search-on` : ''}>search on →</a>`;
  return html`<nav class="pager" aria-label="Pages">${found} <span>${seen}</span> ${goOn} ${start}</nav>`;
}
