import { printable } from '../../base/printable.ts';
import { renderCsv } from '../../report/render-csv.ts';
import { markdownText, renderMd } from '../../report/render-md.ts';
import type { Paragraph, Report, Table } from '../../report/table.ts';
import { isChart, isListing, isSteps, type ReportPage, type ReportPart } from './report-page.ts';

/** Width of the charts' specifications for other programs, in pixels. */
const CHART_WIDTH = 760;

/** A report as Markdown: its tables and listings, and of each chart what it shows in words. */
export function pageMd({ title, lead, sections }: ReportPage): string {
  const parts = sections.map(
    ({ title: own, parts: inside }) => `## ${markdownText(own)}\n\n${inside.map(partMd).join('\n')}`,
  );
  return `# ${markdownText(title)}\n\n${[renderMd([{ notes: lead }]), ...parts].join('\n')}`;
}

/** The tables of a report as CSV. */
export function pageCsv({ sections }: ReportPage): string {
  return renderCsv(sections.flatMap(({ parts }) => parts.filter(isOfReport)));
}

/** The specifications of all charts by their names, as one JSON value. */
export function pageVega({ sections }: ReportPage): string {
  const charts = sections.flatMap(({ parts }) => parts.filter(isChart));
  return `${JSON.stringify(Object.fromEntries(charts.map(({ name, spec }) => [name, spec(CHART_WIDTH)])))}\n`;
}

function isOfReport(part: ReportPart): part is Report[number] & (Table | Paragraph) {
  return !isChart(part) && !isListing(part) && !isSteps(part);
}

function partMd(part: ReportPart): string {
  if (isChart(part)) return `**${markdownText(part.title)}**\n\n${markdownText(part.says)}\n`;
  if (isListing(part)) return `${markdownText(part.caption)}:\n\n${fenced(part.text)}\n`;
  if (isSteps(part))
    return `**${markdownText(part.caption)}**\n\n${part.steps.map(({ title, details }, index) => `${index + 1}. ${[title, ...details].map(markdownText).join(', ')}\n`).join('')}`;
  return renderMd([part]);
}

/** A fence longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([own]) => own.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text.trimEnd().replace(/[^\n\t]+/g, printable)}\n${fence}`;
}
