import { html } from 'hono/html';
import { trialCounts } from '../../report/run-list.ts';
import type { RunListing } from '../../runs/run-store.ts';
import type { Html } from '../document.ts';
import { shown } from '../shown.ts';
import { eventsAddress, runAddress, runsAddress } from './addresses.ts';
import { viewerPage } from './frame.ts';
import { bar, pagerHtml, percent, stateBadge, timeText } from './parts.ts';

/** Runs on one page. */
export const RUNS_SHOWN = 50;

/** The list of runs, the newest first, from one on. */
export function runsPage(runs: readonly RunListing[], from: number): Promise<string> {
  const own = runs.slice(from, from + RUNS_SHOWN);
  const isLive = own.some(({ state }) => state === 'running');
  const main = html`<h1>Runs</h1>
${runs.length === 0 ? html`<p>There are no runs yet.</p>` : runTable(own)}
${pagerHtml({
  ...{ first: from + 1, last: from + own.length, total: runs.length, noun: 'runs' },
  previous: from === 0 ? null : runsAddress(Math.max(0, from - RUNS_SHOWN)),
  next: from + own.length < runs.length ? runsAddress(from + RUNS_SHOWN) : null,
})}`;
  return viewerPage({ title: 'Runs', main, events: isLive ? eventsAddress(null) : null });
}

function runTable(runs: readonly RunListing[]): Html {
  return html`<div class="wide" id="runs" data-live tabindex="0" role="region" aria-label="Runs">
<table>
<thead><tr><th scope="col">run</th><th scope="col">state</th><th scope="col">trials</th><th scope="col" colspan="2">passed</th><th scope="col">faults</th><th scope="col">benchmark</th><th scope="col">pipelines</th><th scope="col">begun</th></tr></thead>
<tbody>${runs.map(runRow)}</tbody>
</table>
</div>`;
}

function runRow(run: RunListing): Html {
  const { id, state, plan, started } = run;
  const { planned, ended, passed, faults } = trialCounts(run);
  const name = plan === null ? shown(id) : html`<a href="${runAddress(id)}">${shown(id)}</a>`;
  const pipelines = plan?.pipelines.map((spec) => spec.name).join(', ') ?? 'written by another version of greenloop';
  return html`<tr>
<th scope="row" class="id">${name}</th>
<td>${stateBadge(state)}</td>
<td class="count">${ended}${planned === null || planned === ended ? '' : ` of ${planned}`}</td>
<td class="count">${passed}</td>
<td>${bar(passed, ended, 'passed')} <span class="quiet">${percent(passed, ended)}</span></td>
<td class="count">${faults}</td>
<td class="name">${shown(plan?.benchmark.name ?? '')}</td>
<td class="name names">${shown(pipelines)}</td>
<td>${timeText(started)}</td>
</tr>`;
}
