// How long the pages of the viewer take on a run of 100,368 trials: node bench/report/viewer-pages.ts [--ledger FILE]
// It makes the run where FILE has none. The slowest of the requests after the first counts, which also reads the file.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { print, say } from '../../src/cli/terminal/output.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { serveRuns } from '../../src/view/serve-view.ts';
import { formatTable } from '../format-table.ts';
import { writeLargeRun } from './large-run.ts';

const SIZE = { tasks: 164, repeats: 102 };
const REQUESTS = 20;

const { values } = parseArgs({ options: { ledger: { type: 'string' } } });
const folder = values.ledger === undefined ? mkdtempSync(join(tmpdir(), 'greenloop-viewer-')) : null;
const path = values.ledger ?? join(folder ?? '', 'ledger.db');

try {
  if (!existsSync(path)) {
    say('writing the run');
    await writeLargeRun(path, SIZE);
  }
  await print(await measure());
} finally {
  if (folder !== null) rmSync(folder, { recursive: true });
}

/** Milliseconds of every page, as a table. */
async function measure(): Promise<string> {
  const ledger = new SqliteLedger(path);
  const server = await serveRuns(ledger.runs, { host: '127.0.0.1', port: 0 });
  try {
    const [run] = await ledger.runs.list();
    const rows: string[][] = [];
    for (const [name, address] of pagesOf(run?.id ?? ''))
      rows.push([name, ...(await timesOf(`${server.url}${address}`))]);
    return formatTable(['page', 'median ms', 'slowest ms', 'first ms'], rows);
  } finally {
    await server.close(0);
    ledger.close();
  }
}

function pagesOf(run: string): (readonly [name: string, address: string])[] {
  const own = `/runs/${run}`;
  return [
    ['all runs', '/'],
    ['a run', own],
    ['its last trials', `${own}?from=100300`],
    ['one pipeline, by seconds', `${own}?pipeline=champion&sort=seconds&order=down`],
    ['one error, by tokens, last', `${own}?pipeline=llama-solo&error=NameError&sort=tokens&from=1500`],
    ['one task', `${own}?task=Large%2F77`],
    ['a part of a search', `${own}?text=no+such+text`],
    ['a trace', `${own}/trials/98765`],
    ['a trace of a list', `${own}/trials/98765?sort=tokens&order=down`],
    ['the next trace of a list', `${own}/trials/98765/next?sort=tokens`],
    ['a comparison', `/compare?a=${run}:champion&b=${run}:self-refine`],
    ['a comparison of all tasks', `/compare?a=${run}:champion&b=${run}:self-refine&tasks=all`],
  ];
}

/** Median and slowest of the requests after the first, and the first. */
async function timesOf(url: string): Promise<string[]> {
  const first = await timeOf(url);
  const times: number[] = [];
  for (let request = 0; request < REQUESTS; request += 1) times.push(await timeOf(url));
  times.sort((one, other) => one - other);
  return [times[REQUESTS >> 1] ?? 0, times.at(-1) ?? 0, first].map((time) => time.toFixed(0));
}

async function timeOf(url: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(url, { redirect: 'manual' });
  await response.text();
  if (response.status >= 400) throw new Error(`${url} answers ${response.status}`);
  return performance.now() - start;
}
