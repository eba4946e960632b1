import { leftOutLines, preflightLines, unrecordedText } from '../../report/preflight-lines.ts';
import type { CheckedBenchmark } from '../../runs/preflight.ts';
import { type OpenServices, openServices, type ServicesRequest } from '../../wiring/open-services.ts';
import type { Surroundings } from '../command.ts';
import { type BenchmarkOptions, chooseTasks, openBenchmark, preflightWatch } from '../options/benchmark-options.ts';
import { say } from '../terminal/output.ts';
import { serverNotices } from '../terminal/progress.ts';

export interface ServicesOptions extends BenchmarkOptions {
  readonly fresh?: boolean;
}

/** Opens all that trials of these models need, says what was found of the tasks, and closes it after the work. */
export async function withServices<Value>(
  demand: ServicesRequest['demand'],
  options: ServicesOptions,
  surroundings: Surroundings,
  work: (opened: OpenServices) => Promise<Value>,
): Promise<Value> {
  const { settings, signal, isJson, ledger } = surroundings;
  const benchmark = chooseTasks(await openBenchmark(options, surroundings), options);
  const { timeout: timeoutSeconds, fresh: isFresh = false, skipPreflight, parallel } = options;
  const request = { demand, benchmark, ledger, isFresh, timeoutSeconds, skipPreflight, parallel };
  const tell = (line: string) => say(`greenloop: ${line}`);
  const watch = {
    ...preflightWatch,
    notices: serverNotices(),
    onTrouble: tell,
    onFallback: isJson ? () => {} : tell,
    onUnrecorded: (ids: readonly string[]) => say(unrecordedText(ids)),
  };
  const opened = await openServices(request, settings, watch, signal);
  try {
    sayChecked(opened.checked, surroundings);
    return await work(opened);
  } finally {
    await opened.close();
  }
}

/** What was found of the tasks: which are left out, and to people all else. */
export function sayChecked(
  { benchmark, preflight, leftOut }: CheckedBenchmark,
  { isJson }: Pick<Surroundings, 'isJson'>,
): void {
  say(...leftOutLines(leftOut));
  if (!isJson) say(...preflightLines(benchmark, preflight));
}
