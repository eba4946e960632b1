import type { Analysis } from '../analysis/analyze-run.ts';
import type { PaperNumbers } from '../analysis/paper.ts';
import type { PassAtK, PipelineResult } from '../analysis/pipeline-results.ts';
import { count } from '../base/count.ts';
import { type FaultCounts, faultNotes, uncheckedNote } from './fault-notes.ts';
import { publishedResult, publishedRow } from './published.ts';
import {
  type Cell,
  countColumn,
  type Note,
  type Row,
  row,
  shareColumn,
  solvedColumn,
  type Table,
  textColumn,
} from './table.ts';

const MOST_COLUMNS = 8;

/** Solved tasks, one draw, all draws, and faults. */
export function resultTable({ results, run }: Analysis, paper: PaperNumbers | null): Table {
  const hasRepeats = run.repeats > 1;
  return {
    title: `Tasks solved (of ${run.benchmark.tasks})`,
    columns: [
      textColumn('pipeline'),
      textColumn('feedback'),
      solvedColumn('solved'),
      shareColumn('pass@1'),
      ...(hasRepeats ? [shareColumn(`pass@${run.repeats}`)] : []),
      countColumn('faults', 'trials'),
    ],
    rows: results.flatMap((result) => resultRows(result, hasRepeats, paper)),
    notes: [...results.map(faultCounts).flatMap(faultNotes), ...bootstrapNote(results)],
  };
}

function resultRows(result: PipelineResult, hasRepeats: boolean, paper: PaperNumbers | null): Row[] {
  const { pipeline, feedback, solved, passAtK, faults } = result;
  const passes = [passCell(passAtK[0]), ...(hasRepeats ? [passCell(passAtK.at(-1))] : [])];
  const own = row(pipeline, feedback, { mean: solved.mean, sd: solved.sd }, ...passes, faults);
  const known = publishedResult(paper, pipeline)?.solved;
  if (known === undefined || paper === null) return [own];
  return [own, publishedRow(['tests', known, known.mean / paper.tasks])];
}

function passCell(estimate: PassAtK | undefined): Cell {
  return estimate?.interval ?? estimate?.mean ?? null;
}

/** How far the ends of the intervals are from those of tasks drawn anew. */
function bootstrapNote(results: readonly PipelineResult[]): Note[] {
  const distances = results.flatMap(({ bootstrap, passAtK: [first] }) =>
    bootstrap === null || first?.interval == null
      ? []
      : [Math.abs(bootstrap.low - first.interval.low), Math.abs(bootstrap.high - first.interval.high)],
  );
  if (distances.length === 0) return [];
  const most = (100 * Math.max(...distances)).toFixed(1);
  return [`a bootstrap over tasks moves the ends of pass@1 by at most ${most} points (the JSON output has them)`];
}

/** The counts of a result as the notes take them. */
export function faultCounts({ pipeline: name, trials, faults, overflows }: PipelineResult): FaultCounts {
  return { name, trials, faults, counted: trials - faults + overflows };
}

/** The chance that one of k draws passes, for k in between; without a row of fewer than three repeats. */
export function passAtKTable({ results, run }: Analysis): Table {
  const ks = chosenCounts(run.repeats);
  return {
    title: 'pass@k: the chance that at least one of k draws passes',
    columns: [textColumn('pipeline'), ...ks.map((k) => shareColumn(`k=${k}`, null))],
    rows:
      run.repeats < 3
        ? []
        : results.map(({ pipeline, passAtK }) => row(pipeline, ...ks.map((k) => passAtK[k - 1]?.mean ?? null))),
    notes: [],
  };
}

/** In how many of their repeats tasks were solved; without a row of one repeat. */
export function consistencyTable({ results, run }: Analysis, paper: PaperNumbers | null): Table {
  const { repeats } = run;
  const isWide = repeats > MOST_COLUMNS;
  const names = isWide
    ? ['in none', 'in some', 'in all']
    : Array.from({ length: repeats + 1 }, (_, index) => String(index));
  return {
    title: `Tasks by the number of repeats (of ${repeats}) that solved them`,
    columns: [textColumn('pipeline'), ...names.map((name) => countColumn(name, 'tasks'))],
    rows: repeats < 2 ? [] : results.flatMap((result) => consistencyRows(result, isWide, paper)),
    notes: results.flatMap(({ pipeline: about, consistency: { leftOut } }) =>
      leftOut === 0
        ? []
        : [{ about, text: `${count(leftOut, 'task')} left out, because a trial faulted or is missing` }],
    ),
  };
}

function consistencyRows(
  { pipeline, consistency: { tasks } }: PipelineResult,
  isWide: boolean,
  paper: PaperNumbers | null,
): Row[] {
  const [none = 0, ...others] = tasks;
  const some = others.slice(0, -1).reduce((sum, own) => sum + own, 0);
  const known = publishedResult(paper, pipeline)?.consistency;
  return [
    row(pipeline, ...(isWide ? [none, some, others.at(-1) ?? 0] : tasks)),
    ...(known?.length === tasks.length ? [publishedRow(known)] : []),
  ];
}

/** Passes of the visible checks that fail the hidden tests. */
export function falsePassTable({ results }: Analysis): Table {
  return {
    title: 'False passes: passed the visible checks but failed the hidden tests',
    columns: [
      textColumn('pipeline'),
      textColumn('feedback'),
      countColumn('passed visible checks', 'trials'),
      countColumn('failed hidden tests', 'trials'),
      shareColumn('failed'),
    ],
    rows: results
      .filter(({ falsePasses }) => falsePasses.of > 0)
      .map(({ pipeline, feedback, falsePasses: { of, hits, share } }) =>
        row(pipeline, feedback, of, hits, share ?? hits / of),
      ),
    notes: results.flatMap(({ pipeline, unchecked }) => uncheckedNote(pipeline, unchecked)),
  };
}

/** All of 1, 2, ... up to the most, or some of them and the last: as many columns as a table has room for. */
export function chosenCounts(most: number): number[] {
  const all = Array.from({ length: most }, (_, index) => index + 1);
  if (most <= MOST_COLUMNS) return all;
  return [...[1, 2, 3, 5, 10, 20, 50].filter((k) => k < most), most];
}
