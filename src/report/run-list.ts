import type { RunListing } from '../runs/run-store.ts';
import { countColumn, idColumn, type Report, row, textColumn } from './table.ts';

/** How many trials a kept run has; `planned` is null of one that another version of greenloop wrote. */
export interface TrialCounts {
  readonly planned: number | null;
  readonly ended: number;
  readonly passed: number;
  readonly faults: number;
}

/** Counts the trials of a kept run. */
export function trialCounts({ plan, outcomes }: RunListing): TrialCounts {
  const { passed = 0, 'not-passed': notPassed = 0, fault: faults = 0 } = outcomes;
  const planned = plan && plan.pipelines.length * plan.tasks.length * plan.repeats;
  return { planned, ended: passed + notPassed + faults, passed, faults };
}

/** The kept runs, in the order in which they are given. */
export function runList(runs: readonly RunListing[]): Report {
  return [
    {
      title: 'Runs, the newest first',
      columns: [
        idColumn('run'),
        textColumn('state'),
        countColumn('trials', 'trials'),
        countColumn('passed', 'trials'),
        countColumn('faults', 'trials'),
        textColumn('benchmark'),
        textColumn('pipelines'),
      ],
      rows: runs.map((run) => {
        const { planned, ended, passed, faults } = trialCounts(run);
        const { id, state, plan } = run;
        const names = plan?.pipelines.map(({ name }) => name).join(', ');
        const trials = planned === null ? ended : { hits: ended, of: planned };
        return row(id, state, trials, passed, faults, plan?.benchmark.name ?? null, names ?? null);
      }),
      notes: runs.some(({ plan }) => plan === null) ? ['-: written by another version of greenloop'] : [],
    },
  ];
}
