import { html } from 'hono/html';
import { count } from '../../base/count.ts';
import { trialCounts } from '../../report/run-list.ts';
import { repeatsText } from '../../report/run-report.ts';
import type { ReadableRun } from '../../runs/read-run.ts';
import type { TrialCount } from '../../runs/run-views.ts';
import type { Html } from '../document.ts';
import { shown } from '../shown.ts';
import { compareAddress, eventsAddress, runAddress, type TrialList, withoutFrom } from './addresses.ts';
import { viewerPage } from './frame.ts';
import { bar, percent, stateBadge, timeText } from './parts.ts';
import { type ListedTrials, trialSection } from './trial-table.ts';

export interface RunPageParts {
  readonly run: ReadableRun;
  readonly counts: readonly TrialCount[];
  readonly list: TrialList;
  readonly trials: ListedTrials;
}

/** A run: how far it is, what each pipeline came to, errors by kind, and its trials. */
export function runPage({ run, counts, list, trials }: RunPageParts): Promise<string> {
  const main = html`<p class="crumbs"><a href="/" rel="up">All runs</a></p>
<h1>Run ${shown(run.id)}</h1>
${progressSection(run)}
${factsOf(run)}
<div class="columns">
${pipelineSection(run, counts)}
${errorSection(run, counts, list)}
</div>
${trialSection({ run, counts, list, trials })}`;
  return viewerPage({
    title: `Run ${run.id}`,
    main,
    events: run.state === 'running' ? eventsAddress(run.id) : null,
  });
}

function progressSection(run: ReadableRun): Html {
  const { planned, ended, passed, faults } = trialCounts(run);
  const whole = planned ?? ended;
  const broken = faults === 0 ? '' : `, ${count(faults, 'fault')}`;
  return html`<div id="progress" data-live class="lead">${stateBadge(run.state)}
<progress max="${whole}" value="${ended}" aria-label="Trials that have ended"></progress>
<span>${ended} of ${count(whole, 'trial')}; ${passed} passed (${percent(passed, ended) || '0 %'})${broken}</span></div>`;
}

function factsOf({ plan, started }: ReadableRun): Html {
  const { benchmark, tasks, seed, models, sandbox, timeoutSeconds } = plan;
  const facts: readonly (readonly [string, Html | string])[] = [
    ['benchmark', shown(benchmark.name)],
    ['tasks', `${tasks.length} × ${repeatsText(plan)}`],
    ['models', shown(models.map(({ name }) => name).join(', '))],
    ['seed', `${seed}`],
    ['sandbox', shown(`${sandbox}, ${timeoutSeconds} s a run`)],
    ['begun', timeText(started)],
  ];
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function pipelineSection({ id, plan }: ReadableRun, counts: readonly TrialCount[]): Html {
  const names = plan.pipelines.map(({ name }) => name);
  const rows = names.map((name) => pipelineRow(id, name, counts));
  const [first, second] = names;
  const comparing = {
    a: first === undefined ? null : { run: id, pipeline: first },
    b: second === undefined ? null : { run: id, pipeline: second },
  };
  return html`<section>
<h2>Pipelines</h2>
<div class="wide" id="pipelines" data-live tabindex="0" role="region" aria-label="Pipelines">
<table>
<thead><tr><th scope="col">pipeline</th><th scope="col">trials</th><th scope="col" colspan="2">passed</th><th scope="col">faults</th></tr></thead>
<tbody>${rows}</tbody>
</table>
</div>
<p><a href="${compareAddress(comparing)}">Compare pipelines task by task</a></p>
</section>`;
}

function pipelineRow(run: string, pipeline: string, counts: readonly TrialCount[]): Html {
  const own = counts.filter((one) => one.pipeline === pipeline);
  const of = (outcome: TrialCount['outcome']) => sum(own.filter((one) => one.outcome === outcome));
  const [trials, passed, faults] = [sum(own), of('passed'), of('fault')];
  return html`<tr>
<th scope="row"><a class="name" href="${runAddress(run, { pipeline })}">${shown(pipeline)}</a></th>
<td class="count">${trials}</td>
<td class="count">${passed}</td>
<td>${bar(passed, trials, 'passed')} <span class="quiet">${percent(passed, trials)}</span></td>
<td class="count">${faults}</td>
</tr>`;
}

/** Errors of the pipeline that is chosen, or of all. */
function errorSection({ id }: ReadableRun, counts: readonly TrialCount[], list: TrialList): Html {
  const own = counts.filter(({ pipeline }) => pipeline === (list.pipeline ?? pipeline));
  const kinds = errorCounts(own);
  const all = sum(own);
  const rows = kinds.map(
    ({ error, trials }) => html`<tr>
<th scope="row"><a class="name" href="${runAddress(id, { ...withoutFrom(list), error })}">${shown(error)}</a></th>
<td class="count">${trials}</td>
<td>${bar(trials, all, 'failed')} <span class="quiet">${percent(trials, all)}</span></td>
</tr>`,
  );
  const table = html`<table>
<thead><tr><th scope="col">error</th><th scope="col">trials</th><th scope="col">share of trials</th></tr></thead>
<tbody>${rows}</tbody>
</table>`;
  return html`<section>
<h2>Errors${list.pipeline === undefined ? '' : html` of <span class="name">${shown(list.pipeline)}</span>`}</h2>
<div class="wide" id="errors" data-live tabindex="0" role="region" aria-label="Errors">
${rows.length === 0 ? html`<p>No trial has failed.</p>` : table}
</div>
</section>`;
}

/** Errors by kind, the most frequent first. */
function errorCounts(counts: readonly TrialCount[]): { readonly error: string; readonly trials: number }[] {
  const byError = Map.groupBy(counts, ({ error }) => error);
  return [...byError]
    .flatMap(([error, own]) => (error === null ? [] : [{ error, trials: sum(own) }]))
    .toSorted((one, other) => other.trials - one.trials || (one.error < other.error ? -1 : 1));
}

function sum(counts: readonly TrialCount[]): number {
  return counts.reduce((total, { trials }) => total + trials, 0);
}
