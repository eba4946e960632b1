import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeText } from '../base/write-file.ts';
import type { Findings } from './findings.ts';

/** The file of the champion's pipeline in the folder of a search. */
export function championFile(folder: string): string {
  return join(folder, 'champion.yaml');
}

/** The file of all that a search found, in its folder. */
export function reportFile(folder: string): string {
  return join(folder, 'report.json');
}

/** Writes champion.yaml, pareto.json and report.json. */
export function writeFindings(folder: string, findings: Findings): void {
  writeText(championFile(folder), stringify({ ...findings.specs[0], name: 'champion' }));
  writeText(join(folder, 'pareto.json'), `${JSON.stringify(findings.found[0]?.front ?? [], null, 2)}\n`);
  writeText(reportFile(folder), `${JSON.stringify(findings, null, 2)}\n`);
}
