import type { Analysis } from '../analysis/analyze-run.ts';
import type { FirstErrorLine } from '../analysis/first-errors.ts';
import type { PaperNumbers } from '../analysis/paper.ts';
import type { PaperResult } from '../analysis/paper-results.ts';
import { publishedResult, publishedRow } from './published.ts';
import {
  type Cell,
  countColumn,
  grouped,
  type Note,
  type Row,
  row,
  shareColumn,
  type Table,
  textColumn,
} from './table.ts';

const MOST_ERRORS = 12;

/** What became of failed drafts, by their first error. */
export function firstErrorTable({ firstErrors }: Analysis, paper: PaperNumbers | null): Table {
  const hasOverflows = firstErrors.some(({ lines }) => lines.some(({ overflows }) => overflows > 0));
  return {
    title: 'What became of failed drafts',
    columns: [
      textColumn('first error'),
      countColumn('drafts', 'trials'),
      countColumn('fixed', 'trials'),
      shareColumn('fixed'),
      countColumn('same error', 'trials'),
      countColumn('other error', 'trials'),
      countColumn('fails hidden', 'trials'),
      ...(hasOverflows ? [countColumn('context overflow', 'trials')] : []),
    ],
    rows: firstErrors
      .filter(({ lines }) => lines.length > 0)
      .flatMap(({ pipeline, lines }) =>
        grouped(
          pipeline,
          lines
            .slice(0, MOST_ERRORS)
            .flatMap((line) => [
              errorRow(line, hasOverflows),
              ...publishedErrors(line, publishedResult(paper, pipeline)),
            ]),
        ),
      ),
    notes: [
      'The columns after "drafts" are about the final answer. fixed: it passes the grading tests. same error, other error: it fails like the draft, or in another way. fails hidden: it passes the visible checks only.',
      ...firstErrors.flatMap(rareNote),
    ],
  };
}

function rareNote({ pipeline: about, lines }: Analysis['firstErrors'][number]): Note[] {
  const rare = lines.length - MOST_ERRORS;
  return rare > 0 ? [{ about, text: `${rare} rarer errors (the JSON output has all)` }] : [];
}

function errorRow(line: FirstErrorLine, hasOverflows: boolean): Row {
  const { error, group, drafts, fixed, sameError, otherError, failsHidden, overflows } = line;
  return row(
    error ?? group ?? '',
    drafts,
    fixed === null ? null : fixed.hits,
    fixed === null ? null : (fixed.share ?? fixed.hits / fixed.of),
    sameError,
    otherError,
    failsHidden,
    ...(hasOverflows ? [overflows] : []),
  );
}

function publishedErrors({ error }: FirstErrorLine, paper: Partial<PaperResult> | undefined): Row[] {
  const fixes =
    error === null || !Object.hasOwn(paper?.firstErrors ?? {}, error) ? undefined : paper?.firstErrors?.[error];
  const untyped = error === 'AssertionError' ? paper?.untypedErrors : undefined;
  return [
    ...(fixes === undefined ? [] : [publishedRow(fixCells(fixes))]),
    ...(untyped === undefined ? [] : [publishedRow(fixCells(untyped), 'paper, no type')]),
  ];
}

function fixCells([drafts, fixed]: readonly [number, number]): Cell[] {
  return [drafts, fixed, fixed / drafts];
}
