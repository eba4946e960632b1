import type { Note, Paragraph, Table } from '../../report/table.ts';
import type { Chart } from '../charts/chart.ts';

/** Text to be copied as it is: a command, a file. */
export interface Listing {
  readonly caption: string;
  readonly text: string;
}

/** Boxes that follow each other, such as the steps of a pipeline. */
export interface Steps {
  readonly caption: string;
  readonly steps: readonly { readonly title: string; readonly details: readonly string[] }[];
}

export type ReportPart = Table | Paragraph | Chart | Listing | Steps;

/** A part of a report under a heading. */
export interface ReportSection {
  readonly title: string;
  readonly parts: readonly ReportPart[];
}

/** A whole report, whatever it is written as. */
export interface ReportPage {
  readonly title: string;
  /** What to know first. */
  readonly lead: readonly Note[];
  readonly sections: readonly ReportSection[];
}

/** Whether a part is a chart. */
export function isChart(part: ReportPart): part is Chart {
  return 'spec' in part;
}

/** Whether a part is text to be copied. */
export function isListing(part: ReportPart): part is Listing {
  return 'text' in part;
}

/** Whether a part is boxes that follow each other. */
export function isSteps(part: ReportPart): part is Steps {
  return 'steps' in part;
}

/** A page of the parts that there are: an absent chart, a table without rows, a paragraph without sentences and then an empty section are left out. */
export function pageOf(title: string, lead: readonly Note[], sections: readonly SectionDraft[]): ReportPage {
  const whole = sections.map(({ title: own, parts }) => ({ title: own, parts: parts.filter(isThere) }));
  return { title, lead, sections: whole.filter(({ parts }) => parts.length > 0) };
}

interface SectionDraft {
  readonly title: string;
  readonly parts: readonly (ReportPart | null)[];
}

function isThere(part: ReportPart | null): part is ReportPart {
  if (part === null) return false;
  if (isChart(part) || isListing(part) || isSteps(part)) return true;
  return 'columns' in part ? part.rows.length > 0 : part.notes.length > 0;
}
