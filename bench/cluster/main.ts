// What a queue costs, how it grows with workers, and what memory it needs: node bench/cluster/main.ts [--part overhead,workers,memory]
// [--trials 240] [--workers 0,1,2,4] [--many 100000] [--jobs 2] [--json]. Workers are processes of this machine; their model answers after 250 ms, one call at
// a time, and programs really run. For overhead and memory it answers at once, and programs pass without being run.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { RedisServer } from '../../test/queue/redis-server.ts';
import { formatTable } from '../format-table.ts';
import type { ClusterFigures } from './coordinator.ts';
import type { ClusterWork } from './parts.ts';

const { values: options } = parseArgs({
  options: {
    part: { type: 'string', default: 'overhead,workers,memory' },
    trials: { type: 'string', default: '240' },
    many: { type: 'string', default: '100000' },
    jobs: { type: 'string', default: '2' },
    workers: { type: 'string', default: '0,1,2,4' },
    json: { type: 'boolean', default: false },
  },
});

type Row = {
  readonly part: string;
  readonly workers: number;
  readonly trials: number;
  readonly load: number;
} & ClusterFigures;

const OVERHEAD_TRIALS = 4000;
const rows: Row[] = [];

function start(work: ClusterWork): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'worker.ts'), JSON.stringify(work)], { stdio: 'inherit' });
}

async function measure(part: string, given: Omit<ClusterWork, 'url' | 'jobs'>): Promise<void> {
  const redis = await new RedisServer().start();
  const work = { ...given, url: redis.url, jobs: Number(options.jobs) };
  const workers = Array.from({ length: work.workers }, () => start(work));
  const path = join(import.meta.dirname, 'coordinator.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [path, JSON.stringify(work)], { maxBuffer: 1 << 26 });
  const figures = JSON.parse(stdout) as ClusterFigures;
  rows.push({ part, workers: work.workers, trials: work.trials, load: loadavg()[0]!, ...figures });
  for (const worker of workers) worker.kill('SIGTERM');
  await Promise.all(workers.map((worker) => once(worker, 'exit')));
  await redis.stop();
}

const wanted = options.part.split(',');
if (wanted.includes('overhead'))
  for (const workers of [0, 1])
    await measure('overhead', { trials: OVERHEAD_TRIALS, callMs: 0, isReal: false, workers });
if (wanted.includes('workers'))
  for (const workers of options.workers.split(',').map(Number))
    await measure('workers', { trials: Number(options.trials), callMs: 250, isReal: true, workers });
if (wanted.includes('memory'))
  await measure('memory', { trials: Number(options.many), callMs: 0, isReal: false, workers: 2 });

if (options.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
else {
  const shown = rows.map(({ part, workers, trials, seconds, steadyPerSecond, cpuSeconds, load, ...memory }) => [
    `${part}, ${workers === 0 ? 'in process' : `workers: ${workers}`}`,
    `${trials}`,
    seconds.toFixed(1),
    (trials / seconds).toFixed(2),
    steadyPerSecond.toFixed(2),
    ((1000 * cpuSeconds) / trials).toFixed(2),
    `${Math.round(memory.residentMiB[0]!)}-${Math.round(Math.max(...memory.residentMiB))}`,
    workers === 0 ? '' : Math.max(...memory.redisMiB).toFixed(1),
    memory.ledgerMiB.toFixed(1),
    load.toFixed(1),
  ]);
  const titles = ['', 'trials', 's', 'per s', 'steady per s', 'CPU ms each', 'MiB', 'Redis MiB', 'ledger MiB', 'load'];
  process.stdout.write(`${availableParallelism()} cores\n${formatTable(titles, shown)}\n`);
}
