import { html } from 'hono/html';
import { type Html, htmlDocument } from '../document.ts';
import { shown } from '../shown.ts';

export const STYLE_ADDRESS = '/style.css';
export const SCRIPT_ADDRESS = '/viewer.js';

export interface FrameParts {
  readonly title: string;
  readonly main: Html;
  /** Where the script hears that the page has changed; null of one that does not change. */
  readonly events?: string | null;
}

const KEYS: readonly (readonly [key: string, what: string])[] = [
  ['j or →', 'next trial, or next page of a list'],
  ['k or ←', 'previous trial, or previous page'],
  ['u', 'up: from a trial to its list, from a run to all runs'],
  ['/', 'search'],
  ['?', 'these keys'],
];

/** A page of the viewer: its frame around the main part. */
export function viewerPage({ title, main, events = null }: FrameParts): Promise<string> {
  const body = html`<div class="viewer">
<header class="top">
<a href="/" class="home">greenloop</a>
<nav aria-label="Main"><a href="/">Runs</a> <a href="/compare">Compare</a></nav>
<button type="button" id="show-keys" hidden>Keys <kbd>?</kbd></button>
</header>
<main ${events === null ? '' : html`data-events="${events}"`}>
${main}
</main>
<dialog id="keys" aria-labelledby="keys-title">
<h2 id="keys-title">Keys</h2>
<dl>${KEYS.map(([key, what]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${what}</dd></div>`)}</dl>
<form method="dialog"><button>Close</button></form>
</dialog>
</div>`;
  return htmlDocument({ title: `${title} · greenloop`, body, style: { href: STYLE_ADDRESS }, script: SCRIPT_ADDRESS });
}

/** A page that says why there is no other. */
export function messagePage(title: string, message: string): Promise<string> {
  return viewerPage({ title, main: html`<h1>${title}</h1><p>${shown(message)}</p><p><a href="/">All runs</a></p>` });
}
