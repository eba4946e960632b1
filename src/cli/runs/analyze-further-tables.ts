import type { Analysis } from '../../analysis/analyze-run.ts';
import type { PipelineCost, Price } from '../../analysis/costs.ts';
import type { RepairResult } from '../../analysis/repair-results.ts';
import { compact, pointsText, shareText, signed } from '../terminal/number-text.ts';
import { grouped, label, listed, titled } from './analyze-layout.ts';
import { chosenCounts } from './analyze-main-tables.ts';

const MOST_TASKS = 20;
const MOST_IN_NOTE = 5;

/** How far the best of some single runs is above the mean of all. */
export function bestOfRunsTable({ bestOfRuns, run }: Analysis): string | null {
  const counts = chosenCounts(run.repeats).slice(1);
  const rows = bestOfRuns.map(({ pipeline, mean, curve }) => [
    pipeline,
    mean.toFixed(1),
    ...counts.map((runs) => excessText(curve[runs - 1]?.excess ?? null)),
  ]);
  const header = ['pipeline', 'mean', ...counts.map((runs) => `of ${runs}`)];
  const meaning = 'the best of 2, 3, ... of these repeats, averaged over all choices of so many';
  return titled('What the best of several single runs overstates, % of the mean', header, rows, [meaning]);
}

/** Tasks that were never solved: how many by each pipeline, which by none. */
export function neverSolvedTable({ run, neverSolved: { byPipeline, byNone } }: Analysis): string | null {
  const isKnown = byPipeline.some(({ of }) => of === run.benchmark.tasks);
  const header = ['pipeline', 'never solved', 'of tasks', 'solved by another'];
  const rows = byPipeline.map(({ pipeline, tasks, of, solvedByOthers }) => [
    pipeline,
    ...[tasks.length, of, solvedByOthers].map(String),
  ]);
  const byAll = titled(
    'Tasks never solved',
    header,
    rows,
    byNone.length === 0 && isKnown ? ['every task was solved by one pipeline at least'] : [],
  );
  const list = titled(
    `Never solved by any pipeline: ${byNone.length}`,
    ['task', 'trials', 'most frequent error'],
    byNone.slice(0, MOST_TASKS).map(({ taskId, trials, error }) => [taskId, String(trials), error ?? '-']),
    byNone.length > MOST_TASKS ? [`and ${byNone.length - MOST_TASKS} more (--json has all)`] : [],
  );
  return list === null ? byAll : `${byAll}\n\n${list}`;
}

/** What static repairs gained and lost. */
export function repairTable({ repairs }: Analysis): string | null {
  const header = ['static repair', 'applied', 'gained', 'lost', 'at the end [95 %]', 'tasks gained'];
  const rows = [...Map.groupBy(repairs, ({ pipeline }) => pipeline)].flatMap(([pipeline, own]) =>
    grouped(
      pipeline,
      own.map(({ repair, applied, gained, lost, net, gainedTasks }) => [
        repair,
        ...[applied, gained, lost].map(String),
        pointsText(net),
        String(gainedTasks.length),
      ]),
    ),
  );
  const meaning = 'applied, gained and lost are attempts; at the end: points of all trials, by their last attempts';
  return titled('Static repairs, which cost no tokens', header, rows, [meaning, ...repairs.flatMap(lostNote)]);
}

function lostNote({ pipeline, repair, lostTasks }: RepairResult): string[] {
  return lostTasks.length === 0 ? [] : [`${label(pipeline)}: ${repair} lost ${listed(lostTasks, MOST_IN_NOTE)}`];
}

/** What a solved task costs, and which pipelines are worth their price. */
export function costTable({ costs }: Analysis): string | null {
  const header = ['pipeline', 'pass@1 %', 'tokens [95 %]', 'seconds', 'calls', 'best by'];
  const rows = costs.map((cost) => [
    cost.pipeline,
    shareText(cost.share, null),
    cost.tokens === null ? '-' : priceText(cost.tokens),
    numberText(cost.seconds.perSolved),
    numberText(cost.calls.perSolved),
    frontierText(cost.onFrontier),
  ]);
  const meaning =
    'best by: no other pipeline solves as much for fewer tokens (seconds) a task, or more for as few; trials that broke are paid too';
  return titled('Cost of a solved task', header, rows, [meaning]);
}

function priceText({ perSolved, perSolvedInterval }: Price): string {
  if (perSolved === null) return '-';
  const tokens = compact(Math.round(perSolved));
  if (perSolvedInterval === null) return tokens;
  const [low, high] = [perSolvedInterval.low, perSolvedInterval.high].map((value) =>
    compact(Math.max(0, Math.round(value))),
  );
  return `${tokens} [${low}, ${high}]`;
}

function frontierText({ tokens, seconds }: PipelineCost['onFrontier']): string {
  if (tokens && seconds) return 'both';
  return tokens ? 'tokens' : seconds ? 'seconds' : '-';
}

function numberText(value: number | null): string {
  return value === null ? '-' : value.toFixed(1);
}

function excessText(excess: number | null): string {
  return excess === null ? '-' : signed(100 * excess);
}
