import type { Analysis } from '../experiment/analysis/analyze-run.ts';
import type { FirstErrorLine } from '../experiment/analysis/first-errors.ts';
import type { ForcedIteration } from '../experiment/analysis/forced.ts';
import type { ForcedIterations, StoppedIterations } from '../experiment/analysis/iterations.ts';
import { grouped, label, titled } from './analyze-layout.ts';
import { pointsText, shareText } from './number-text.ts';

const MOST_ERRORS = 12;

/** What failed drafts came to, by the first error. */
export function firstErrorTable({ firstErrors }: Analysis): string | null {
  const hasOverflows = firstErrors.some(({ lines }) => lines.some(({ overflows }) => overflows > 0));
  const header = ['first error', 'drafts', 'fixed', '% [95 %]', 'same', 'other', 'hidden', 'overflow'];
  const shown = hasOverflows ? header : header.slice(0, -1);
  const rows = firstErrors
    .filter(({ lines }) => lines.length > 0)
    .flatMap(({ pipeline, lines }) =>
      grouped(
        pipeline,
        lines.slice(0, MOST_ERRORS).map((line) => errorRow(line).slice(0, shown.length)),
      ),
    );
  const rare = firstErrors.flatMap(({ pipeline, lines }) =>
    lines.length > MOST_ERRORS
      ? [`${label(pipeline)}: ${lines.length - MOST_ERRORS} rarer errors (--json has all)`]
      : [],
  );
  const meaning =
    'at the end: fixed passes the grading tests, same and other fail as at first or otherwise, hidden passes what it saw and fails what it did not';
  return titled('What failed drafts came to', shown, rows, [meaning, ...rare]);
}

function errorRow({
  error,
  group,
  drafts,
  fixed,
  sameError,
  otherError,
  failsHidden,
  overflows,
}: FirstErrorLine): string[] {
  return [
    error ?? group ?? '',
    String(drafts),
    fixed === null ? '-' : String(fixed.hits),
    fixed === null ? '-' : shareText(fixed.hits / fixed.of, fixed.share),
    ...[sameError, otherError, failsHidden, overflows].map(String),
  ];
}

/** Solved after each iteration by those that stop at their first pass. */
export function iterationTable({ iterations }: Analysis): string | null {
  const rows = iterations.flatMap(({ pipeline, trials, iterations: own }) =>
    grouped(
      pipeline,
      own.map((line, at) => iterationRow(line, at, trials)),
    ),
  );
  const header = ['iterations', 'solved trials', '% [95 %]', 'more than the draft [95 %]'];
  return titled('Solved by iteration, with early stop', header, rows);
}

function iterationRow(
  { solved, share, gain }: StoppedIterations['iterations'][number],
  at: number,
  trials: number,
): string[] {
  return [
    iterationName(at),
    `${solved} of ${trials}`,
    shareText(trials === 0 ? null : solved / trials, share),
    at === 0 ? '' : pointsText(gain),
  ];
}

/** What each iteration is worth where a pass does not stop the loop. */
export function forcedTable({ forced }: Analysis): string | null {
  const header = ['iterations', 'pass', 'ever', 'new', 'lost', 'net', 'net, points [95 %]', 'raw'];
  const rows = forced.flatMap((pipeline) => grouped(pipeline.pipeline, forcedRows(pipeline)));
  const meaning =
    'net is new fixes (first passes) less passes lost, as the paper counts; raw is the change of all passes. What passed before and comes back is no new fix.';
  return titled('Forced iterations: the loop goes on after a pass', header, rows, [...forced.map(brokenNote), meaning]);
}

function forcedRows({ iterations, net }: ForcedIterations): string[][] {
  const [draft, ...later] = iterations;
  if (draft === undefined) return [];
  const rows = later.map((line, index) => [
    iterationName(index + 1),
    String(line.passes),
    String(line.everPassed),
    ...changeCells(line.newFixes, line.regressions),
    pointsText(line.net),
    whole(line.passes - (iterations[index]?.passes ?? 0)),
  ]);
  const sum = (value: (line: ForcedIteration) => number) => later.reduce((total, line) => total + value(line), 0);
  const changes = changeCells(
    sum(({ newFixes }) => newFixes),
    sum(({ regressions }) => regressions),
  );
  const raw = (later.at(-1) ?? draft).passes - draft.passes;
  return [
    [iterationName(0), String(draft.passes), String(draft.everPassed)],
    ...rows,
    ['all', '', '', ...changes, pointsText(net), whole(raw)],
  ];
}

function changeCells(newFixes: number, regressions: number): string[] {
  return [String(newFixes), String(regressions), whole(newFixes - regressions)];
}

function brokenNote({ pipeline, broken: { hits, of, share } }: ForcedIterations): string {
  return `${label(pipeline)}: broke ${hits} of ${of} right drafts at least once${of === 0 ? '' : `, ${shareText(hits / of, share)} %`}`;
}

function iterationName(at: number): string {
  return at === 0 ? 'draft' : String(at);
}

function whole(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}
