import { html } from 'hono/html';
import { count } from '../../base/count.ts';
import { type CellPair, leadOf, type PairedCells } from '../../runs/paired-cells.ts';
import { placesIn } from '../../runs/plan.ts';
import type { ReadableRun } from '../../runs/read-run.ts';
import type { TaskCell } from '../../runs/run-views.ts';
import type { Html } from '../document.ts';
import { shown } from '../shown.ts';
import {
  type Comparing,
  compareAddress,
  type PipelineOfRun,
  pipelineValue,
  runAddress,
  trialAddress,
} from './addresses.ts';
import { viewerPage } from './frame.ts';
import { optionHtml, pagerHtml, percent } from './parts.ts';

/** Tasks on one page. */
const TASKS_SHOWN = 100;

/** Two sides that are compared. */
export interface Compared {
  readonly a: Side;
  readonly b: Side;
  readonly cells: PairedCells;
}

export interface Side extends PipelineOfRun {
  readonly plan: ReadableRun['plan'];
}

export interface ComparePageParts {
  readonly comparing: Comparing;
  /** Whose pipelines can be chosen. */
  readonly runs: readonly ReadableRun[];
  /** Null until two pipelines are chosen. */
  readonly compared: Compared | null;
}

/** Two pipelines, of one run or of two, task by task. */
export function comparePage({ comparing, runs, compared }: ComparePageParts): Promise<string> {
  const main = html`<h1>Compare</h1>
${chooser(comparing, runs)}
${compared === null ? html`<p>Choose two pipelines.</p>` : comparison(comparing, compared)}`;
  return viewerPage({ title: 'Compare', main });
}

function chooser({ a, b, tasks }: Comparing, runs: readonly ReadableRun[]): Html {
  const all = tasks === 'all';
  return html`<form class="filters" method="get" action="/compare">
${pipelineField('a', 'A', a, runs)}
${pipelineField('b', 'B', b, runs)}
<label>tasks <select name="tasks">${optionHtml({ value: 'different', text: 'only different' }, all ? null : 'different')}${optionHtml({ value: 'all', text: 'all' }, all ? 'all' : null)}</select></label>
<button>Compare</button>
</form>`;
}

function pipelineField(name: string, label: string, chosen: PipelineOfRun | null, runs: readonly ReadableRun[]): Html {
  const value = chosen === null ? null : pipelineValue(chosen);
  const groups = runs.map(({ id, plan }) => {
    const options = plan.pipelines.map((spec) =>
      optionHtml({ value: pipelineValue({ run: id, pipeline: spec.name }), text: shown(spec.name) }, value),
    );
    return html`<optgroup label="${shown(`${id} ${plan.benchmark.name}`)}">${options}</optgroup>`;
  });
  return html`<label>${label} <select name="${name}"><option value="">choose</option>${groups}</select></label>`;
}

function comparison(comparing: Comparing, { a, b, cells }: Compared): Html {
  const chosen = comparing.tasks === 'all' ? cells.pairs : cells.pairs.filter((pair) => leadOf(pair) !== 0);
  const own = chosen.slice(comparing.from, comparing.from + TASKS_SHOWN);
  const at = (from: number) => compareAddress({ ...comparing, from: Math.max(0, from) });
  const table = own.length === 0 ? '' : pairTable(own, a, b);
  const noun = comparing.tasks === 'all' ? 'tasks' : 'different tasks';
  return html`${summary({ a, b, cells })}
${table}
${pagerHtml({
  ...{ first: comparing.from + 1, last: comparing.from + own.length, total: chosen.length, noun },
  previous: comparing.from === 0 ? null : at(comparing.from - TASKS_SHOWN),
  next: comparing.from + own.length < chosen.length ? at(comparing.from + TASKS_SHOWN) : null,
})}`;
}

function summary({ a, b, cells: { pairs, better, alike, alone } }: Compared): Html {
  const single = alone === 0 ? '' : ` Only one of them has trials of ${count(alone, 'task')}.`;
  const twoRuns = a.run !== b.run;
  const isOther = a.plan.benchmark.sha256 !== b.plan.benchmark.sha256;
  return html`<ul class="sides">
<li><b>A</b> ${sideName(a, twoRuns)}: ${totalOf(pairs.flatMap((pair) => pair.a ?? []))}</li>
<li><b>B</b> ${sideName(b, twoRuns)}: ${totalOf(pairs.flatMap((pair) => pair.b ?? []))}</li>
</ul>
<p>A passes more trials on ${count(better.a, 'task')}, B on ${count(better.b, 'task')}; on ${count(alike, 'task')} they are equal.${single}</p>
${isOther ? html`<p class="badge faulted">The tasks or their tests differ between these runs: only the ids are the same.</p>` : ''}`;
}

function sideName({ run, pipeline }: Side, withRun: boolean): Html {
  const of = withRun ? html` <span class="quiet">of <a href="${runAddress(run)}">${shown(run)}</a></span>` : '';
  return html`<a class="name" href="${runAddress(run, { pipeline })}">${shown(pipeline)}</a>${of}`;
}

function totalOf(cells: readonly TaskCell[]): string {
  const passed = cells.reduce((total, cell) => total + cell.passed, 0);
  const trials = cells.reduce((total, cell) => total + cell.trials, 0);
  return `${passed} of ${count(trials, 'trial')} passed ${trials === 0 ? '' : `(${percent(passed, trials)})`}`;
}

const LEADS = { '-1': 'A', '0': '', '1': 'B', null: '' } as const;

function pairTable(pairs: readonly CellPair[], a: Side, b: Side): Html {
  const [cellOfA, cellOfB] = [cellWriter(a), cellWriter(b)];
  const rows = pairs.map(
    (pair) =>
      html`<tr><th scope="row" class="name">${shown(pair.taskId)}</th>${cellOfA(pair)(pair.a)}${cellOfB(pair)(pair.b)}<td>${LEADS[`${leadOf(pair)}`]}</td></tr>`,
  );
  return html`<div class="wide" tabindex="0" role="region" aria-label="Tasks">
<table class="matrix">
<thead><tr><th scope="col">task</th><th scope="col">A <span class="name">${shown(a.pipeline)}</span></th><th scope="col">B <span class="name">${shown(b.pipeline)}</span></th><th scope="col">better</th></tr></thead>
<tbody>${rows}</tbody>
</table>
</div>`;
}

/** Writes the cells of one side: passed of all repeats, leading to the trials. */
function cellWriter({ run, pipeline, plan }: Side) {
  const placeOf = placesIn(plan);
  return ({ taskId }: CellPair) =>
    (cell: TaskCell | null): Html => {
      if (cell === null) return html`<td class="quiet">no trial</td>`;
      const place = plan.repeats === 1 ? placeOf(pipeline, taskId, 0) : null;
      const href = place === null ? runAddress(run, { pipeline, taskId }) : trialAddress(run, place, { pipeline });
      return html`<td><a class="badge ${cellStyle(cell)}" href="${href}">${cell.passed}/${cell.trials}</a>${faultText(cell)}</td>`;
    };
}

function cellStyle({ passed, trials }: TaskCell): string {
  if (passed === trials) return 'passed';
  return passed === 0 ? 'failed' : 'faulted';
}

function faultText({ faults }: TaskCell): Html {
  return faults === 0 ? html`` : html` <span class="quiet">${count(faults, 'fault')}</span>`;
}
