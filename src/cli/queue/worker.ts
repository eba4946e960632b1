import { Command } from 'commander';
import { count } from '../../base/count.ts';
import { Refusal } from '../../base/errors.ts';
import type { QueueWorker } from '../../queue/queue-worker.ts';
import { outcomeOf, type Trial } from '../../runs/trial.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { wholeNumber } from '../options/option-values.ts';
import { addQueueOption, chosenQueue } from '../options/services-options.ts';
import { print, printJson, say } from '../terminal/output.ts';
import { serverNotices } from '../terminal/progress.ts';

interface WorkerCommandOptions {
  readonly queue?: string;
  readonly models?: string;
  readonly parallel?: number;
}

/** `greenloop worker`: runs the trials of others with the models of this machine. */
export function workerCommand(): Command {
  const command = new Command('worker').description(
    'run trials for others, with the models and the sandbox of this machine',
  );
  addQueueOption(command)
    .option('--models <glob>', 'only models whose name matches (default: all of the model servers)')
    .option('--slots <n>', 'requests at once per model server', wholeNumber)
    .option('--parallel <n>', 'programs to run at the same time (default: cores)', wholeNumber);
  return command.action((options: WorkerCommandOptions) =>
    runCommand(command, (surroundings) => work(options, surroundings), { drains: true }),
  );
}

async function work(options: WorkerCommandOptions, { settings, signal, isJson }: Surroundings): Promise<number> {
  const address = queueOf(options);
  const { workOnQueue } = await import('../../wiring/queue-worker.ts');
  const tell = (line: string) => say(`greenloop: ${line}`);
  const counts = { trials: 0, faults: 0 };
  const onReady = (worker: QueueWorker) => {
    const { id, models, jobs } = worker.info;
    tell(
      `worker ${id} at ${address.place}: ${models.map(({ name }) => name).join(', ')}; ${count(jobs, 'job')} at once`,
    );
    signal.addEventListener('abort', () => tell(drainLine(worker)), { once: true });
  };
  const onTrial = (trial: Trial) => {
    counts.trials += 1;
    if (outcomeOf(trial) === 'fault') counts.faults += 1;
  };
  const watch = { notices: serverNotices(), onFallback: tell, onTrouble: tell, onQueue: tell, onReady, onTrial };
  const request = { address, models: options.models ?? null, parallel: options.parallel };
  await workOnQueue(request, settings, watch, signal);
  const ended = `${count(counts.trials, 'trial')} run, ${count(counts.faults, 'fault')}`;
  await (isJson ? printJson(counts) : print(`${ended}\n`));
  return EXIT.ok;
}

function drainLine({ active }: QueueWorker): string {
  return active === 0
    ? 'stopping'
    : `stopping after the ${count(active, 'job')} under way; once more ends at once, and others take them`;
}

/** Throws a Refusal where no queue is named. */
export function queueOf(options: { readonly queue?: string }) {
  const address = chosenQueue(options);
  if (address === undefined) throw new Refusal('no queue is named; say where its Redis is', { choice: 'queue' });
  return address;
}
