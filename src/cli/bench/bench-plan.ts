import { existsSync } from 'node:fs';
import { type Forecast, forecast, measuredBefore } from '../../analysis/forecast.ts';
import type { PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import type { Benchmark } from '../../tasks/task.ts';
import { EXIT, type Surroundings } from '../command.ts';
import { withKeptRuns } from '../runs/kept-runs.ts';
import { compact } from '../terminal/number-text.ts';
import { count, print, printableLines, printJson } from '../terminal/output.ts';
import { formatTable, TABLE_WIDTH } from '../terminal/table.ts';

/** What a run will take, before anything is asked: trials, calls, tokens and hours. */
export async function planBench(
  pipelines: readonly PipelineSpec[],
  { benchmark, repeats }: { readonly benchmark: Benchmark; readonly repeats: number },
  surroundings: Surroundings,
): Promise<number> {
  const trials = benchmark.tasks.length * repeats;
  const earlier = existsSync(surroundings.ledger) ? await withKeptRuns(surroundings, measuredBefore) : [];
  const forecasts = forecast(pipelines, { trials, earlier });
  const slots = surroundings.settings.slots ?? 1;
  if (surroundings.isJson) await printJson({ tasks: benchmark.tasks.length, repeats, slots, pipelines: forecasts });
  else await print(`${printableLines(planText(forecasts, { benchmark, repeats, slots }))}\n`);
  return EXIT.ok;
}

interface Planned {
  readonly benchmark: Benchmark;
  readonly repeats: number;
  readonly slots: number;
}

function planText(forecasts: readonly Forecast[], { benchmark, repeats, slots }: Planned): string {
  const rows = forecasts.map(({ pipeline, trials, calls, tokens, seconds, run }) => [
    pipeline,
    String(trials),
    calls.least === calls.most ? String(calls.most) : `${calls.least}-${calls.most}`,
    tokens === null ? '-' : compact(tokens),
    seconds === null ? '-' : (seconds / 3600 / slots).toFixed(2),
    run ?? '-',
  ]);
  return [
    `${benchmark.name}: ${count(benchmark.tasks.length, 'task')} x ${count(repeats, 'repeat')}, ${count(slots, 'slot')}`,
    '',
    formatTable(['pipeline', 'trials', 'calls', 'tokens', 'hours', 'as in run'], rows, TABLE_WIDTH),
    '',
    'what the ledger has is not asked for again, and drafts that pipelines share once',
  ].join('\n');
}
