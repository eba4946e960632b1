import { countTrials } from '../runs/plan.ts';
import type { RunListing } from '../runs/run-store.ts';
import { countColumn, idColumn, listColumn, type Report, row, textColumn } from './table.ts';

/** How many trials a kept run has; `planned` is null of one that another version of greenloop wrote. */
export interface TrialCounts {
  readonly planned: number | null;
  readonly ended: number;
  readonly passed: number;
  readonly faults: number;
}

/** Counts the trials of a kept run. */
export function trialCounts({ plan, state, outcomes }: RunListing): TrialCounts {
  const { passed = 0, 'not-passed': notPassed = 0, fault: faults = 0 } = outcomes;
  const ended = passed + notPassed + faults;
  const isAll = state === 'complete' && plan?.untilClear !== undefined;
  return { planned: isAll ? ended : plan && countTrials(plan), ended, passed, faults };
}

/** The kept runs, in the order in which they are given; without a column of faults where no run has any. */
export function runList(runs: readonly RunListing[]): Report {
  const hasFaults = runs.some((run) => trialCounts(run).faults > 0);
  return [
    {
      title: 'Runs, the newest first',
      columns: [
        idColumn('run'),
        textColumn('state'),
        countColumn('trials', 'trials'),
        countColumn('passed', 'trials'),
        ...(hasFaults ? [countColumn('faults', 'trials')] : []),
        textColumn('benchmark'),
        listColumn('pipelines'),
      ],
      rows: runs.map((run) => {
        const { planned, ended, passed, faults } = trialCounts(run);
        const { id, state, plan } = run;
        const names = plan?.pipelines.map(({ name }) => name).join(', ');
        const trials = planned === null || planned === ended ? ended : { hits: ended, of: planned };
        const counts = hasFaults ? [trials, passed, faults] : [trials, passed];
        return row(id, state, ...counts, plan?.benchmark.name ?? null, names ?? null);
      }),
      notes: runs.some(({ plan }) => plan === null) ? ['-: written by another version of greenloop'] : [],
    },
  ];
}
