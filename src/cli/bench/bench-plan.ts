import { existsSync } from 'node:fs';
import { forecast, measuredBefore } from '../../analysis/forecast.ts';
import { modelsOf, type PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import { forecastReport } from '../../report/forecast-report.ts';
import type { Benchmark } from '../../tasks/task.ts';
import { slotsFor } from '../../wiring/asked-servers.ts';
import { EXIT, type Surroundings } from '../command.ts';
import { withKeptRuns } from '../runs/kept-runs.ts';
import { printJson, printReport } from '../terminal/output.ts';
import { plannedServersTable, planServers } from './planned-servers.ts';

interface BenchSize {
  readonly pipelines: readonly PipelineSpec[];
  readonly benchmark: Benchmark;
  readonly repeats: number;
}

/** What a run will take, before a model is asked: trials, calls, tokens and hours, and the servers of the configuration that it goes to. */
export async function planBench(
  { pipelines, benchmark: { name, tasks }, repeats }: BenchSize,
  surroundings: Surroundings,
): Promise<number> {
  const { settings, signal, isJson } = surroundings;
  const trials = tasks.length * repeats;
  const earlier = existsSync(surroundings.ledger) ? await withKeptRuns(surroundings, measuredBefore) : [];
  const forecasts = forecast(pipelines, { trials, earlier });
  const models = [...new Set(pipelines.flatMap(modelsOf))];
  const slots = slotsFor(models, settings);
  const planned = await planServers(models, settings, signal);
  const { servers } = planned;
  if (isJson) await printJson({ tasks: tasks.length, repeats, slots, pipelines: forecasts, servers });
  else
    await printReport([
      ...forecastReport(forecasts, { benchmark: name, tasks: tasks.length, repeats, slots }),
      ...plannedServersTable(planned),
    ]);
  return EXIT.ok;
}
