import { count } from '../base/count.ts';
import type { Agreement, ScoreSummary } from '../runs/score-summary.ts';
import type { Note, Report } from './table.ts';

const MOST_SAMPLES = 5;

/** What score tells of samples. */
export function scoreReport({ benchmark, samples, passed, basePassed, faults, passAtK, said }: ScoreSummary): Report {
  const base = basePassed === null ? '' : ` (${basePassed} the base tests)`;
  const rates = Object.entries(passAtK).map(([k, value]) => `pass@${k} ${(100 * value).toFixed(1)} %`);
  const judged = count(samples - faults, faults > 0 ? 'judged sample' : 'sample');
  return [
    {
      notes: [
        ...(2 * faults > samples
          ? [`most samples faulted: ${faults} of ${samples} were not judged and are excluded from rates`]
          : []),
        `${benchmark.name}: ${passed} of ${judged} pass${base}, ${count(faults, 'fault')}`,
        ...(rates.length === 0 ? [] : [`over ${count(benchmark.tasks, 'task')}: ${rates.join(', ')}`]),
        ...(said === null ? [] : [agreementNote(said)]),
      ],
    },
  ];
}

function agreementNote({ samples, passed, otherwise }: Agreement): Note {
  const places = otherwise.slice(0, MOST_SAMPLES).map(({ taskId, draw, passed: ours }) => {
    return `${taskId}#${draw} (${ours ? 'passes' : 'fails'} here)`;
  });
  const rest = otherwise.length > places.length ? ` and ${otherwise.length - places.length} more` : '';
  const differs = otherwise.length === 0 ? 'none differs' : `otherwise: ${places.join(', ')}${rest}`;
  return `its file says that ${passed} of ${count(samples, 'sample')} pass; ${differs}`;
}
