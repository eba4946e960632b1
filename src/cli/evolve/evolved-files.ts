import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeText } from '../terminal/output.ts';
import type { Evolved } from './evolve-run.ts';

/** Writes champion.yaml, pareto.json and report.json; gives back the path of the first. */
export function writeEvolved(folder: string, evolved: Evolved): string {
  const champion = join(folder, 'champion.yaml');
  writeText(champion, stringify({ ...evolved.specs[0], name: 'champion' }));
  writeText(join(folder, 'pareto.json'), `${JSON.stringify(evolved.found[0]?.front ?? [], null, 2)}\n`);
  writeText(join(folder, 'report.json'), `${JSON.stringify(evolved, null, 2)}\n`);
  return champion;
}
