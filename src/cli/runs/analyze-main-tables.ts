import type { Analysis } from '../../analysis/analyze-run.ts';
import type { PaperNumbers } from '../../analysis/paper.ts';
import type { PassAtK, PipelineResult } from '../../analysis/pipeline-results.ts';
import type { Separation } from '../../analysis/separations.ts';
import { type FaultCounts, faultNotes } from '../bench/fault-notes.ts';
import { chanceText, pointsText, shareText, signed, solvedText } from '../terminal/number-text.ts';
import { count } from '../terminal/output.ts';
import { grouped, label, paperRow, titled } from './analyze-layout.ts';

const MOST_COLUMNS = 8;

/** Solved tasks, one draw, all draws, and what broke. */
export function resultTable({ results, run }: Analysis, paper: PaperNumbers | null): string | null {
  const hasRepeats = run.repeats > 1;
  const header = ['pipeline', 'feedback', 'solved', 'pass@1 % [95 %]', `pass@${run.repeats} % [95 %]`, 'faults'];
  const rows = results.flatMap(({ pipeline, feedback, solved, passAtK, faults }) => {
    const passes = [passText(passAtK[0]), ...(hasRepeats ? [passText(passAtK.at(-1))] : [])];
    const own = [pipeline, feedback, solvedText(solved), ...passes, String(faults)];
    const known = paper?.results.find((result) => result.pipeline === pipeline)?.solved;
    return known === undefined || paper === null
      ? [own]
      : [own, paperRow(['tests', solvedText(known), shareText(known.mean / paper.tasks, null)])];
  });
  const shown = header.filter((_, column) => hasRepeats || column !== 4);
  return titled('Tasks solved', shown, rows, [
    ...results.map(faultCounts).flatMap(faultNotes),
    ...bootstrapNote(results),
  ]);
}

/** How far the ends of the intervals are from those of tasks drawn anew. */
function bootstrapNote(results: readonly PipelineResult[]): string[] {
  const distances = results.flatMap(({ bootstrap, passAtK: [first] }) =>
    bootstrap === null || first?.interval == null
      ? []
      : [Math.abs(bootstrap.low - first.interval.low), Math.abs(bootstrap.high - first.interval.high)],
  );
  if (distances.length === 0) return [];
  const most = (100 * Math.max(...distances)).toFixed(1);
  return [`bootstrap over tasks: the ends of pass@1 are at most ${most} points elsewhere (--json has them)`];
}

/** The chance that one of k draws passes, for k in between. */
export function passAtKTable({ results, run }: Analysis): string | null {
  if (run.repeats < 3) return null;
  const ks = chosenCounts(run.repeats);
  const rows = results.map(({ pipeline, passAtK }) => [
    pipeline,
    ...ks.map((k) => shareText(passAtK[k - 1]?.mean ?? null, null)),
  ]);
  return titled('Chance that one of k draws passes, %', ['pipeline', ...ks.map((k) => `k=${k}`)], rows);
}

/** In how many of their repeats tasks were solved. */
export function consistencyTable({ results, run }: Analysis, paper: PaperNumbers | null): string | null {
  const { repeats } = run;
  if (repeats < 2) return null;
  const isWide = repeats > MOST_COLUMNS;
  const header = isWide
    ? ['in none', 'in some', 'in all']
    : Array.from({ length: repeats + 1 }, (_, index) => String(index));
  const rows = results.flatMap(({ pipeline, consistency: { tasks } }) => {
    const [none = 0, ...others] = tasks;
    const some = others.slice(0, -1).reduce((sum, own) => sum + own, 0);
    const known = paper?.results.find((result) => result.pipeline === pipeline)?.consistency;
    return [
      [pipeline, ...(isWide ? [none, some, others.at(-1) ?? 0] : tasks).map(String)],
      ...(known?.length === tasks.length ? [paperRow(known.map(String))] : []),
    ];
  });
  const notes = results
    .filter(({ consistency }) => consistency.leftOut > 0)
    .map(
      ({ pipeline, consistency }) =>
        `${label(pipeline)}: ${count(consistency.leftOut, 'task')} left out, with a trial that does not count`,
    );
  return titled(`Tasks by how many of their ${repeats} repeats solved them`, ['pipeline', ...header], rows, notes);
}

/** Passes of what was seen that fail what was not. */
export function falsePassTable({ results }: Analysis): string | null {
  const rows = results
    .filter(({ falsePasses }) => falsePasses.of > 0)
    .map(({ pipeline, feedback, falsePasses: { of, hits, share } }) => [
      pipeline,
      feedback,
      String(of),
      String(hits),
      shareText(hits / of, share),
    ]);
  const notes = results
    .filter(({ unchecked }) => unchecked > 0)
    .map(
      ({ pipeline, unchecked }) =>
        `${label(pipeline)}: ${count(unchecked, 'trial')} had nothing to see but that the code loads`,
    );
  const header = ['pipeline', 'feedback', 'passed what they saw', 'false', '% [95 %]'];
  return titled('False passes: right in all that was shown, wrong in what was not', header, rows, notes);
}

/** Every pipeline against each one before it. */
export function separationTable({ separations }: Analysis, paper: PaperNumbers | null): string | null {
  const header = ['pipeline', 'solved', 'points [95 %]', 'p', 'p (Holm)', 'sigma'];
  const rows = [...Map.groupBy(separations, ({ baseline }) => baseline)].flatMap(([baseline, own]) =>
    grouped(
      `against ${baseline}`,
      own.flatMap((separation) => [separationRow(separation), ...paperSeparation(separation, paper)]),
    ),
  );
  const sigma = `sigma is the paper's: difference of the means over the root of the runs' summed variances, an effect size and no test; p is of the exact sign-flip test over tasks`;
  return titled('Separations, on the same tasks and repeats', header, rows, [sigma, ...leftOutNotes(separations)]);
}

function paperSeparation({ pipeline, baseline }: Separation, paper: PaperNumbers | null): string[][] {
  const known = paper?.separations.find((own) => own.pipeline === pipeline && own.baseline === baseline);
  if (known === undefined) return [];
  return [paperRow([signed(known.solvedDifference), '', '', '', known.paperSigma.toFixed(1)])];
}

function separationRow({ pipeline, solvedDifference, difference, p, correctedP, paperSigma }: Separation): string[] {
  return [
    pipeline,
    solvedDifference === null ? '-' : signed(solvedDifference),
    pointsText(difference),
    chanceText(p),
    chanceText(correctedP),
    paperSigma === null ? '-' : paperSigma.toFixed(1),
  ];
}

function leftOutNotes(separations: readonly Separation[]): string[] {
  const [worst] = separations.toSorted((a, b) => b.leftOut - a.leftOut);
  if (worst === undefined || worst.leftOut === 0) return [];
  return [`pairs of which one broke are left out, ${worst.leftOut} of ${worst.pairs + worst.leftOut} at most`];
}

/** The counts of a result as the notes take them. */
export function faultCounts({ pipeline: name, trials, faults, overflows }: PipelineResult): FaultCounts {
  return { name, trials, faults, counted: trials - faults + overflows };
}

function passText(estimate: PassAtK | undefined): string {
  return estimate === undefined ? '-' : shareText(estimate.mean, estimate.interval);
}

/** All of 1, 2, ... up to the most, or some of them and the last. */
export function chosenCounts(most: number): number[] {
  const all = Array.from({ length: most }, (_, index) => index + 1);
  if (most <= MOST_COLUMNS) return all;
  return [...[1, 2, 3, 5, 10, 20, 50].filter((k) => k < most), most];
}
