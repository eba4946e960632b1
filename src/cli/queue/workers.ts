import { Command } from 'commander';
import type { WorkerInfo } from '../../queue/protocol.ts';
import { countColumn, idColumn, listColumn, type Report, row, textColumn } from '../../report/table.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { addQueueOption } from '../options/services-options.ts';
import { printJson, printReport, say } from '../terminal/output.ts';
import { queueOf } from './worker.ts';

/** `greenloop workers`: who works on a queue. */
export function workersCommand(): Command {
  const command = addQueueOption(
    new Command('workers').description('list the workers of a queue: models, slots, jobs'),
  );
  return command.action((options: { readonly queue?: string }) =>
    runCommand(command, (surroundings) => workers(options, surroundings)),
  );
}

async function workers(options: { readonly queue?: string }, { isJson }: Surroundings): Promise<number> {
  const address = queueOf(options);
  const [{ connectRedis }, { Registry }] = await Promise.all([
    import('../../queue/redis.ts'),
    import('../../queue/registry.ts'),
  ]);
  const redis = await connectRedis(address, (line) => say(`greenloop: ${line}`));
  try {
    const found = await new Registry(redis, address).workers();
    if (isJson) await printJson({ workers: found });
    else if (found.length === 0) say(`no worker is at ${address.place}`);
    else await printReport(workersReport(found));
  } finally {
    redis.disconnect();
  }
  return EXIT.ok;
}

function workersReport(workers: readonly WorkerInfo[]): Report {
  return [
    {
      title: 'Workers',
      columns: [
        idColumn('worker'),
        countColumn('slots', 'requests'),
        textColumn('jobs'),
        countColumn('done', 'jobs'),
        { ...countColumn('per minute', 'jobs'), digits: 1 },
        countColumn('given back', 'jobs'),
        listColumn('models'),
      ],
      rows: workers.map((worker) => {
        const { id, slots, jobs, active, done, failed, models } = worker;
        const names = models.map(({ name }) => name).join(', ');
        return row(id, slots, `${active} of ${jobs}`, done, perMinute(worker), failed, names);
      }),
      notes: [],
    },
  ];
}

function perMinute({ done, started, now }: WorkerInfo): number {
  return done / Math.max(1 / 60, (now - started) / 60_000);
}
