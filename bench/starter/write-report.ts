import { resultsOf } from './analysis/results.ts';
import { rowsOf } from './analysis/rows.ts';
import { partsKnown } from './measure.ts';
import type { MeasurementFolder } from './measurement-folder.ts';
import { reportOf } from './report/report.ts';

/** Writes report.md and results.json into the folder; gives the report. */
export function writeReport(folder: MeasurementFolder): string {
  const results = resultsOf(folder, rowsOf(folder, partsKnown(folder)));
  const report = reportOf(results);
  folder.write('results.json', `${JSON.stringify(results, null, 2)}\n`);
  folder.write('report.md', report);
  return report;
}
