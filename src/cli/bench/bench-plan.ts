import { existsSync } from 'node:fs';
import { forecast, measuredBefore } from '../../analysis/forecast.ts';
import { modelsOf, type PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import { forecastReport } from '../../report/forecast-report.ts';
import type { Benchmark } from '../../tasks/task.ts';
import { slotsFor } from '../../wiring/asked-servers.ts';
import { EXIT, type Surroundings } from '../command.ts';
import { withKeptRuns } from '../runs/kept-runs.ts';
import { printJson, printReport } from '../terminal/output.ts';

interface BenchSize {
  readonly pipelines: readonly PipelineSpec[];
  readonly benchmark: Benchmark;
  readonly repeats: number;
}

/** What a run will take, before anything is asked: trials, calls, tokens and hours. */
export async function planBench(
  { pipelines, benchmark: { name, tasks }, repeats }: BenchSize,
  surroundings: Surroundings,
): Promise<number> {
  const trials = tasks.length * repeats;
  const earlier = existsSync(surroundings.ledger) ? await withKeptRuns(surroundings, measuredBefore) : [];
  const forecasts = forecast(pipelines, { trials, earlier });
  const slots = slotsFor(pipelines.flatMap(modelsOf), surroundings.settings);
  if (surroundings.isJson) await printJson({ tasks: tasks.length, repeats, slots, pipelines: forecasts });
  else await printReport(forecastReport(forecasts, { benchmark: name, tasks: tasks.length, repeats, slots }));
  return EXIT.ok;
}
