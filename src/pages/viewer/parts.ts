import { html } from 'hono/html';
import type { RunListing } from '../../runs/run-store.ts';
import type { Html } from '../document.ts';

const BAR_WIDTH = 96;

/** A share as a bar; the number stands beside it, so that the bar itself is silent. */
export function bar(part: number, whole: number, style: string): Html {
  const width = whole === 0 ? 0 : (BAR_WIDTH * part) / whole;
  return html`<svg class="bar" width="${BAR_WIDTH}" height="8" aria-hidden="true"><rect class="track" width="${BAR_WIDTH}" height="8"/><rect class="${style}" width="${width.toFixed(1)}" height="8"/></svg>`;
}

/** A share in per cent; nothing of none. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`;
}

const STATE_STYLES: Readonly<Record<RunListing['state'], string>> = {
  running: 'running',
  stopped: 'faulted',
  complete: 'passed',
};

/** The state of a run in its colour. */
export function stateBadge(state: RunListing['state']): Html {
  return html`<span class="badge ${STATE_STYLES[state]}">${state}</span>`;
}

/** `2026-11-28 22:14 UTC`. */
export function timeText(iso: string): Html {
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

export interface Pager {
  /** Rows that are shown, counted from 1. */
  readonly first: number;
  readonly last: number;
  readonly total: number;
  readonly noun: string;
  /** Null where there are none. */
  readonly previous: string | null;
  readonly next: string | null;
}

/** Which rows of a list are shown, and where the others are. */
export function pagerHtml({ first, last, total, noun, previous, next }: Pager): Html {
  const link = (href: string | null, rel: string, text: string) =>
    href === null ? '' : html`<a href="${href}" rel="${rel}">${text}</a>`;
  const range = total === 0 ? `no ${noun}` : `${noun} ${first} to ${last} of ${total}`;
  return html`<nav class="pager" aria-label="Pages"><span>${range}</span> ${link(previous, 'prev', '← previous')} ${link(next, 'next', 'next →')}</nav>`;
}

export interface Choice {
  readonly value: string;
  readonly text: string;
}

export interface Select {
  readonly name: string;
  readonly label: string;
  /** Null chooses nothing. */
  readonly chosen: string | null;
  /** What the choice of nothing is called. */
  readonly none: string;
  readonly choices: readonly Choice[];
}

/** A field of a form in which one of several is chosen. */
export function selectField({ name, label, chosen, none, choices }: Select): Html {
  return html`<label>${label} <select name="${name}"><option value="">${none}</option>${choices.map((choice) => optionHtml(choice, chosen))}</select></label>`;
}

/** One choice of a field. */
export function optionHtml({ value, text }: Choice, chosen: string | null): Html {
  return html`<option value="${value}" ${value === chosen ? 'selected' : ''}>${text}</option>`;
}
