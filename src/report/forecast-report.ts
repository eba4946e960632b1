import type { Forecast } from '../analysis/forecast.ts';
import { count } from '../base/count.ts';
import { countColumn, idColumn, type Report, row, textColumn } from './table.ts';

/** What is going to be measured. */
export interface Planned {
  readonly benchmark: string;
  readonly tasks: number;
  readonly repeats: number;
  /** Requests at once, which share the hours. */
  readonly slots: number;
}

/** What a run will take. */
export function forecastReport(forecasts: readonly Forecast[], { benchmark, tasks, repeats, slots }: Planned): Report {
  return [
    {
      title: `${benchmark}: ${count(tasks, 'task')} x ${count(repeats, 'repeat')}, ${count(slots, 'slot')}`,
      columns: [
        textColumn('pipeline'),
        countColumn('trials', 'trials'),
        countColumn('calls', 'calls'),
        { name: 'tokens', kind: 'tokens', unit: 'tokens' },
        { name: 'hours', kind: 'hours', unit: 'hours' },
        idColumn('as in run'),
      ],
      rows: forecasts.map(({ pipeline, trials, calls, tokens, seconds, run }) =>
        row(pipeline, trials, calls, tokens, seconds === null ? null : seconds / 3600 / slots, run),
      ),
      notes: ['cached answers are not requested again; pipelines with the same generator share their drafts'],
    },
  ];
}
