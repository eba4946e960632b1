import { html, raw } from 'hono/html';
import { printable } from '../../base/printable.ts';
import { renderHtml } from '../../report/render-html.ts';
import type { Note } from '../../report/table.ts';
import type { Chart } from '../charts/chart.ts';
import { renderSvg } from '../charts/render-svg.ts';
import { type Html, htmlDocument } from '../document.ts';
import {
  isChart,
  isListing,
  isSteps,
  type Listing,
  type ReportPage,
  type ReportPart,
  type ReportSection,
  type Steps,
} from './report-page.ts';

/** Widths of each chart in CSS pixels: one for desks and paper, one for phones; the style sheet shows one of them. */
const WIDTHS = { desk: 760, phone: 330 } as const;
const LONGEST_ALTERNATIVE = 1200;

/** A report as one HTML page that loads nothing. */
export async function pageHtml(page: ReportPage): Promise<string> {
  const sections: Html[] = [];
  // One by one: a drawing takes memory while it is made.
  for (const [index, section] of page.sections.entries()) sections.push(await sectionHtml(section, index));
  const title = printable(page.title);
  const [first, ...others] = page.lead;
  return htmlDocument({
    title: `greenloop report: ${title}`,
    style: 'inline',
    script: null,
    body: html`<main class="report">
<header>
<h1>${title}</h1>
${first === undefined ? '' : html`<p class="lead">${noteHtml(first)}</p>`}
<ul class="notes">${others.map((note) => html`<li>${noteHtml(note)}</li>\n`)}</ul>
</header>
<nav aria-label="Sections"><ul>${page.sections.map(({ title: own }, index) => html`<li><a href="#section-${index + 1}">${printable(own)}</a></li>\n`)}</ul></nav>
${sections}
</main>`,
  });
}

async function sectionHtml({ title, parts }: ReportSection, index: number): Promise<Html> {
  const own: Html[] = [];
  for (const part of parts) own.push(await partHtml(part));
  return html`<section id="section-${index + 1}">
<h2>${printable(title)}</h2>
${own}
</section>
`;
}

function partHtml(part: ReportPart): Html | Promise<Html> {
  if (isChart(part)) return chartHtml(part);
  if (isListing(part)) return listingHtml(part);
  if (isSteps(part)) return stepsHtml(part);
  return html`${raw(renderHtml([part]))}`;
}

async function chartHtml({ name, title, says, reading, spec }: Chart): Promise<Html> {
  const whole = printable(`${title}. ${says}`);
  const alternative = whole.length > LONGEST_ALTERNATIVE ? `${whole.slice(0, LONGEST_ALTERNATIVE)}…` : whole;
  const drawing = async (kind: keyof typeof WIDTHS) =>
    html`<div class="${kind}" role="img" aria-label="${alternative}">${raw(await renderSvg(spec(WIDTHS[kind])))}</div>`;
  return html`<figure id="chart-${name}">
<h3>${printable(title)}</h3>
${await drawing('desk')}
${await drawing('phone')}
<figcaption>${reading}</figcaption>
</figure>
`;
}

function listingHtml({ caption, text }: Listing): Html {
  const shown = text.replace(/[^\n\t]+/g, printable);
  return html`<figure class="listing">
<figcaption>${printable(caption)}</figcaption>
<pre tabindex="0"><code>${shown}</code></pre>
</figure>
`;
}

function stepsHtml({ caption, steps }: Steps): Html {
  return html`<figure class="steps">
<figcaption>${printable(caption)}</figcaption>
<ol>${steps.map(({ title, details }) => html`<li><b>${printable(title)}</b>${details.map((line) => html`<span>${printable(line)}</span>`)}</li>\n`)}</ol>
</figure>
`;
}

function noteHtml(note: Note): Html {
  return typeof note === 'string'
    ? html`${printable(note)}`
    : html`<b>${printable(note.about)}</b>: ${printable(note.text)}`;
}
