import type { Command } from 'commander';
import { parseRedisAddress } from '../../queue/redis-address.ts';
import { leftOutLines, preflightLines, unrecordedText } from '../../report/preflight-lines.ts';
import type { CheckedBenchmark } from '../../runs/preflight.ts';
import type { Benchmark } from '../../tasks/task.ts';
import type { ServicesRequest, ServicesWatch } from '../../wiring/open-services.ts';
import { USUAL_SERVER_WAIT } from '../../wiring/patient-model.ts';
import type { Surroundings } from '../command.ts';
import { say } from '../terminal/output.ts';
import { serverNotices } from '../terminal/progress.ts';
import { type BenchmarkOptions, preflightWatch } from './benchmark-options.ts';
import { waitSeconds } from './option-values.ts';

export interface ServicesOptions extends BenchmarkOptions {
  readonly fresh?: boolean;
  readonly serverWait?: number;
  readonly queue?: string;
}

/** Adds the option that says how long a run waits for a server. */
export function addServerWaitOption(command: Command): Command {
  const help = 'how long to wait for a model server that stopped answering';
  return command.option('--server-wait <seconds>', help, waitSeconds, USUAL_SERVER_WAIT);
}

/** Adds the option that names a queue of workers. */
export function addQueueOption(command: Command): Command {
  return command.option('--queue <url>', 'Redis whose workers run the trials (or GREENLOOP_QUEUE): docs/cluster.md');
}

/** The queue that the option or the environment names; undefined where none does. Throws a Refusal. */
export function chosenQueue({ queue = process.env.GREENLOOP_QUEUE }: Pick<ServicesOptions, 'queue'>) {
  return queue === undefined || queue === '' ? undefined : parseRedisAddress(queue);
}

/** What trials on a benchmark need, as the options say; which models is left open. */
export function servicesRequest(
  benchmark: Benchmark,
  options: ServicesOptions,
  { ledger }: Pick<Surroundings, 'ledger'>,
): Omit<ServicesRequest, 'demand'> {
  const { timeout: timeoutSeconds, fresh: isFresh = false, skipPreflight, parallel, serverWait } = options;
  const queue = chosenQueue(options);
  return { benchmark, ledger, isFresh, timeoutSeconds, skipPreflight, parallel, serverWaitSeconds: serverWait, queue };
}

/** Says on stderr what happens while services are opened and at work. */
export function servicesWatch({ isJson }: Pick<Surroundings, 'isJson'>): ServicesWatch {
  const tell = (line: string) => say(`greenloop: ${line}`);
  return {
    ...preflightWatch,
    notices: serverNotices(),
    onTrouble: tell,
    onFallback: isJson ? () => {} : tell,
    onUnrecorded: (ids) => say(unrecordedText(ids)),
  };
}

/** What was found of the tasks: which are left out, and to people all else. */
export function sayChecked(
  { benchmark, preflight, leftOut }: CheckedBenchmark,
  { isJson }: Pick<Surroundings, 'isJson'>,
): void {
  say(...leftOutLines(leftOut));
  if (!isJson) say(...preflightLines(benchmark, preflight));
}
