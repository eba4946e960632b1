import type { Analysis } from '../analysis/analyze-run.ts';
import type { ForcedIteration } from '../analysis/forced.ts';
import type { ForcedIterations, StoppedIterations } from '../analysis/iterations.ts';
import type { PaperNumbers } from '../analysis/paper.ts';
import type { PaperForced } from '../analysis/paper-results.ts';
import type { Interval } from '../statistics/interval.ts';
import { cellText } from './cell-text.ts';
import { publishedResult, publishedRow } from './published.ts';
import {
  type Cell,
  type Column,
  countColumn,
  grouped,
  type Note,
  pointsColumn,
  type Row,
  row,
  shareColumn,
  type Table,
  textColumn,
} from './table.ts';

/** Solved after each iteration by pipelines that stop at their first pass. */
export function iterationTable({ iterations }: Analysis, paper: PaperNumbers | null): Table {
  return {
    title: 'Solved by iteration, with early stop',
    columns: [
      textColumn('iterations'),
      countColumn('solved trials', 'trials'),
      shareColumn('solved'),
      pointsColumn('gain over the draft,'),
    ],
    rows: iterations.flatMap(({ pipeline, trials, iterations: own }) =>
      grouped(
        pipeline,
        own.flatMap((line, at) => [
          iterationRow(line, at, trials),
          ...publishedIteration(publishedResult(paper, pipeline)?.forced?.everPassed, at, paper?.tasks ?? 0),
        ]),
      ),
    ),
    notes: [],
  };
}

function publishedIteration(solved: readonly number[] | undefined, at: number, tasks: number): Row[] {
  const own = solved?.[at];
  return own === undefined ? [] : [publishedRow([{ hits: own, of: tasks }, own / tasks])];
}

function iterationRow(
  { solved, share, gain }: StoppedIterations['iterations'][number],
  at: number,
  trials: number,
): Row {
  const rate = share ?? (trials === 0 ? null : solved / trials);
  return row(iterationName(at), { hits: solved, of: trials }, rate, at === 0 ? undefined : gain);
}

/** What each iteration is worth where a pass does not stop the loop. */
export function forcedTable({ forced }: Analysis, paper: PaperNumbers | null): Table {
  return {
    title: 'Forced iterations: the loop continues after a pass',
    columns: [
      textColumn('iterations'),
      countColumn('passing', 'trials'),
      countColumn('ever passed', 'trials'),
      countColumn('new fixes', 'trials'),
      countColumn('passes lost', 'trials'),
      changeColumn('net'),
      pointsColumn('net,'),
      changeColumn('change'),
    ],
    rows: forced.flatMap((pipeline) =>
      grouped(pipeline.pipeline, forcedRows(pipeline, publishedResult(paper, pipeline.pipeline)?.forced)),
    ),
    notes: [
      ...forced.map((pipeline) => brokenNote(pipeline, publishedResult(paper, pipeline.pipeline)?.forced)),
      'net: new fixes minus lost passes, as in the paper. change: change in the number of passing trials. A trial that passes again after an earlier pass is not a new fix.',
    ],
  };
}

function changeColumn(name: string): Column {
  return { name, kind: 'change', unit: 'trials' };
}

function forcedRows({ iterations, net }: ForcedIterations, paper: PaperForced | undefined): Row[] {
  const [draft, ...later] = iterations;
  if (draft === undefined) return [];
  const sum = (value: (line: ForcedIteration) => number) => later.reduce((total, line) => total + value(line), 0);
  const all = {
    newFixes: sum(({ newFixes }) => newFixes),
    regressions: sum(({ regressions }) => regressions),
    net,
    change: (later.at(-1) ?? draft).passes - draft.passes,
  };
  return [
    row(iterationName(0), draft.passes, draft.everPassed),
    ...publishedForced(paper, 0),
    ...later.flatMap((line, index) => [
      row(
        iterationName(index + 1),
        line.passes,
        line.everPassed,
        ...changeCells({ ...line, change: line.passes - (iterations[index]?.passes ?? 0) }),
      ),
      ...publishedForced(paper, index + 1),
    ]),
    row('all', undefined, undefined, ...changeCells(all)),
  ];
}

function publishedForced(paper: PaperForced | undefined, at: number): Row[] {
  const passes = paper?.passes[at];
  if (paper === undefined || passes === undefined) return [];
  const cells = [passes, paper.everPassed[at] ?? 0];
  if (at === 0) return [publishedRow(cells)];
  const changes = changeCells({
    newFixes: paper.newFixes[at] ?? 0,
    regressions: paper.regressions[at] ?? 0,
    net: undefined,
    change: passes - (paper.passes[at - 1] ?? 0),
  });
  return [publishedRow([...cells, ...changes])];
}

interface Change {
  readonly newFixes: number;
  readonly regressions: number;
  readonly net: Interval | null | undefined;
  readonly change: number;
}

function changeCells({ newFixes, regressions, net, change }: Change): Cell[] {
  return [newFixes, regressions, newFixes - regressions, net, change];
}

function brokenNote({ pipeline: about, broken }: ForcedIterations, paper: PaperForced | undefined): Note {
  const { hits, of, share } = broken;
  const rate = of === 0 ? '' : `, ${cellText(share ?? hits / of, shareColumn('broken'))} %`;
  const known = paper === undefined ? '' : ` (paper: ${paper.broken} of ${paper.passes[0]})`;
  return { about, text: `${hits} of ${of} passing drafts were broken by a later iteration${rate}${known}` };
}

function iterationName(at: number): string {
  return at === 0 ? 'draft' : String(at);
}
