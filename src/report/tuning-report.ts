import type { PipelineSummary } from '../analysis/summary.ts';
import type { Standing } from '../tune/race.ts';
import type { Tuning } from '../tune/tune.ts';
import { countColumn, type Report, reportOf, row, shareColumn, type Table, textColumn } from './table.ts';

/** What tuning tried, and what the best of it is worth on tasks that did not choose it. */
export function tuningReport(tuning: Tuning): Report {
  return reportOf([{ notes: [tuningSentence(tuning)] }, standingsTable(tuning.standings), heldOutTable(tuning)]);
}

/** One sentence: what is best, how much better than the best model alone and how sure that is, and what it costs. */
export function tuningSentence({ best, alone, comparison, heldOut, heldOutTasks }: Tuning): string {
  const on = `on ${heldOutTasks} held-out tasks`;
  if (comparison === null) {
    const rate = heldOut[0]?.passRate;
    return `${best.name} is best: nothing tried was ahead of it (${rate ? `solved ${percent(rate.mean)} % ` : ''}${on})`;
  }
  const { difference, verdict } = comparison;
  const points =
    difference === null
      ? ''
      : ` ${signed(difference.mean)} points [${signed(difference.low)}, ${signed(difference.high)}]`;
  const sure = verdict === 'better' ? '' : ', which is not shown to be better';
  const tokens = tokensPerTrial(heldOut[1]) / Math.max(1, tokensPerTrial(heldOut[0]));
  if (best.name === alone.name)
    return `${best.name} is best: ${comparison.pipeline} led on the tasks to choose by, but not ${on} (${points.trim()})`;
  return `${best.name}:${points} over ${alone.name} ${on}, ${tokens.toFixed(1)}x the tokens${sure}`;
}

/** The candidates of a part as they stand. */
function standingsTable(standings: readonly Standing[]): Table {
  return {
    title: 'What was tried, on the tasks to choose by',
    columns: [
      textColumn('pipeline'),
      shareColumn('solved', null),
      countColumn('tasks', 'tasks'),
      { name: 'tokens', kind: 'tokens', unit: 'tokens' },
      textColumn('race'),
    ],
    rows: standings.map(({ spec, passed, trials, tokens, isOut }) =>
      row(spec.name, trials === 0 ? null : passed / trials, trials, tokens, isOut ? 'left behind' : null),
    ),
    notes: ['tokens: prompt and new tokens of one task. left behind: too far behind the leader to go on'],
  };
}

function heldOutTable({ heldOut, heldOutTasks }: Tuning): Table {
  return {
    title: `On ${heldOutTasks} held-out tasks`,
    columns: [textColumn('pipeline'), shareColumn('solved'), { name: 'tokens', kind: 'tokens', unit: 'tokens' }],
    rows: heldOut.map((one) => row(one.name, one.passRate ?? one.passShare, tokensPerTrial(one))),
    notes: [],
  };
}

function tokensPerTrial(summary: PipelineSummary | undefined): number {
  if (summary === undefined) return 0;
  return (summary.tokens.prompt + summary.tokens.completion) / Math.max(1, summary.trials);
}

function percent(share: number): number {
  return Math.round(100 * share);
}

function signed(share: number): string {
  const points = percent(share);
  return points > 0 ? `+${points}` : `${points}`;
}
