import type { Analysis } from '../../analysis/analyze-run.ts';
import type { FirstErrorLine } from '../../analysis/first-errors.ts';
import type { ForcedIteration } from '../../analysis/forced.ts';
import type { ForcedIterations, StoppedIterations } from '../../analysis/iterations.ts';
import type { PaperNumbers } from '../../analysis/paper.ts';
import type { PaperForced, PaperResult } from '../../analysis/paper-results.ts';
import { pointsText, shareText } from '../terminal/number-text.ts';
import { grouped, label, paperRow, titled } from './analyze-layout.ts';

const MOST_ERRORS = 12;

/** What failed drafts came to, by the first error. */
export function firstErrorTable({ firstErrors }: Analysis, paper: PaperNumbers | null): string | null {
  const hasOverflows = firstErrors.some(({ lines }) => lines.some(({ overflows }) => overflows > 0));
  const header = ['first error', 'drafts', 'fixed', '% [95 %]', 'same', 'other', 'hidden', 'overflow'];
  const shown = hasOverflows ? header : header.slice(0, -1);
  const rows = firstErrors
    .filter(({ lines }) => lines.length > 0)
    .flatMap(({ pipeline, lines }) =>
      grouped(
        pipeline,
        lines
          .slice(0, MOST_ERRORS)
          .flatMap((line) => [errorRow(line).slice(0, shown.length), ...paperErrors(line, paperOf(paper, pipeline))]),
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

function paperErrors({ error }: FirstErrorLine, paper: Partial<PaperResult> | undefined): string[][] {
  const fixes =
    error === null || !Object.hasOwn(paper?.firstErrors ?? {}, error) ? undefined : paper?.firstErrors?.[error];
  const untyped = error === 'AssertionError' ? paper?.untypedErrors : undefined;
  return [
    ...(fixes === undefined ? [] : [paperRow(fixCells(fixes))]),
    ...(untyped === undefined ? [] : [paperRow(fixCells(untyped), 'paper, no type')]),
  ];
}

function fixCells([drafts, fixed]: readonly [number, number]): string[] {
  return [String(drafts), String(fixed), shareText(fixed / drafts, null)];
}

function paperOf(paper: PaperNumbers | null, pipeline: string): Partial<PaperResult> | undefined {
  return paper?.results.find((result) => result.pipeline === pipeline);
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
export function iterationTable({ iterations }: Analysis, paper: PaperNumbers | null): string | null {
  const rows = iterations.flatMap(({ pipeline, trials, iterations: own }) =>
    grouped(
      pipeline,
      own.flatMap((line, at) => [
        iterationRow(line, at, trials),
        ...paperIteration(paperOf(paper, pipeline)?.forced?.everPassed, at, paper?.tasks ?? 0),
      ]),
    ),
  );
  const header = ['iterations', 'solved trials', '% [95 %]', 'more than the draft [95 %]'];
  return titled('Solved by iteration, with early stop', header, rows);
}

function paperIteration(solved: readonly number[] | undefined, at: number, tasks: number): string[][] {
  const own = solved?.[at];
  return own === undefined ? [] : [paperRow([`${own} of ${tasks}`, shareText(own / tasks, null)])];
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
export function forcedTable({ forced }: Analysis, paper: PaperNumbers | null): string | null {
  const header = ['iterations', 'pass', 'ever', 'new', 'lost', 'net', 'net, points [95 %]', 'raw'];
  const rows = forced.flatMap((pipeline) =>
    grouped(pipeline.pipeline, forcedRows(pipeline, paperOf(paper, pipeline.pipeline)?.forced)),
  );
  const meaning =
    'net is new fixes (first passes) less passes lost, as the paper counts; raw is the change of all passes. What passed before and comes back is no new fix.';
  return titled('Forced iterations: the loop goes on after a pass', header, rows, [
    ...forced.map((pipeline) => brokenNote(pipeline, paperOf(paper, pipeline.pipeline)?.forced)),
    meaning,
  ]);
}

function forcedRows({ iterations, net }: ForcedIterations, paper: PaperForced | undefined): string[][] {
  const [draft, ...later] = iterations;
  if (draft === undefined) return [];
  const rows = later.flatMap((line, index) => [
    [
      iterationName(index + 1),
      String(line.passes),
      String(line.everPassed),
      ...changeCells(line.newFixes, line.regressions),
      pointsText(line.net),
      whole(line.passes - (iterations[index]?.passes ?? 0)),
    ],
    ...paperForced(paper, index + 1),
  ]);
  const sum = (value: (line: ForcedIteration) => number) => later.reduce((total, line) => total + value(line), 0);
  const changes = changeCells(
    sum(({ newFixes }) => newFixes),
    sum(({ regressions }) => regressions),
  );
  const raw = (later.at(-1) ?? draft).passes - draft.passes;
  return [
    [iterationName(0), String(draft.passes), String(draft.everPassed)],
    ...paperForced(paper, 0),
    ...rows,
    ['all', '', '', ...changes, pointsText(net), whole(raw)],
  ];
}

function paperForced(paper: PaperForced | undefined, at: number): string[][] {
  const passes = paper?.passes[at];
  if (paper === undefined || passes === undefined) return [];
  const cells = [passes, paper.everPassed[at] ?? 0].map(String);
  if (at === 0) return [paperRow(cells)];
  const changes = changeCells(paper.newFixes[at] ?? 0, paper.regressions[at] ?? 0);
  return [paperRow([...cells, ...changes, '', whole(passes - (paper.passes[at - 1] ?? 0))])];
}

function changeCells(newFixes: number, regressions: number): string[] {
  return [String(newFixes), String(regressions), whole(newFixes - regressions)];
}

function brokenNote({ pipeline, broken }: ForcedIterations, paper: PaperForced | undefined): string {
  const { hits, of, share } = broken;
  const rate = of === 0 ? '' : `, ${shareText(hits / of, share)} %`;
  const known = paper === undefined ? '' : ` (paper: ${paper.broken} of ${paper.passes[0]})`;
  return `${label(pipeline)}: broke ${hits} of ${of} right drafts at least once${rate}${known}`;
}

function iterationName(at: number): string {
  return at === 0 ? 'draft' : String(at);
}

function whole(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}
