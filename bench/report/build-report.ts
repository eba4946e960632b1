import { pageHtml } from '../../src/pages/report/page-html.ts';
import { runNumbers, runPage } from '../../src/pages/report/run-page.ts';
import { findRun, readRun } from '../../src/runs/read-run.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';

/** What a report took to build. */
export interface ReportCost {
  readonly seconds: number;
  /** The most that the process held, in MiB. */
  readonly peakMebibytes: number;
  /** Of the page. */
  readonly mebibytes: number;
}

const MEBIBYTE = 2 ** 20;

/** Builds the report on a run in the ledger at a path, as the command does. */
export async function buildReport(path: string, run: string): Promise<ReportCost> {
  const start = performance.now();
  const ledger = new SqliteLedger(path);
  const { id, started, plan } = await findRun(ledger.runs, run);
  const facts = await readRun(ledger.runs, id);
  ledger.close();
  const origin = { id, started, plan, commandFor: () => 'as in the bench' };
  const page = await pageHtml(runPage({ facts, origin }, runNumbers(facts, null), null));
  return {
    seconds: (performance.now() - start) / 1000,
    peakMebibytes: (process.resourceUsage().maxRSS * 1024) / MEBIBYTE,
    mebibytes: Buffer.byteLength(page) / MEBIBYTE,
  };
}
