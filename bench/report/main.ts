// What a report on a large run takes: node bench/report/main.ts [--tasks 164] [--repeats 100] [--ledger FILE] [--json]
// Six pipelines; the trials are invented and stand in a ledger, which is made where FILE is not there yet. The report is built in a process of its own.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { keepHeapSmall } from '../../src/cli/small-heap.ts';
import { formatTable } from '../format-table.ts';
import { buildReport, type ReportCost } from './build-report.ts';
import { writeLargeRun } from './large-run.ts';

const { values: options } = parseArgs({
  options: {
    tasks: { type: 'string', default: '164' },
    repeats: { type: 'string', default: '100' },
    ledger: { type: 'string' },
    build: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

async function measure(): Promise<ReportCost> {
  const folder = mkdtempSync(join(tmpdir(), 'greenloop-bench-report-'));
  try {
    const ledger = options.ledger ?? join(folder, 'ledger.db');
    if (!existsSync(ledger))
      await writeLargeRun(ledger, { tasks: Number(options.tasks), repeats: Number(options.repeats) });
    const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, '--build', ledger]);
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (options.build !== undefined) {
  keepHeapSmall();
  console.log(JSON.stringify(await buildReport(options.build, 'last')));
} else {
  const cost = await measure();
  if (options.json) console.log(JSON.stringify(cost));
  else {
    const cells = [cost.seconds, cost.peakMebibytes, cost.mebibytes].map((value) => value.toFixed(1));
    console.log(formatTable(['seconds', 'peak MiB', 'page MiB'], [cells]));
  }
}
