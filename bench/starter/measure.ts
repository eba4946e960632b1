import { say } from '../../src/cli/terminal/output.ts';
import { bestCross, pairResults } from './analysis/pairs.ts';
import { pilotOf } from './analysis/pilot.ts';
import { rowsOf } from './analysis/rows.ts';
import type { MeasurementFolder } from './measurement-folder.ts';
import { furtherParts, type Part, pairParts, partName, pilotParts } from './parts.ts';

/** Runs parts and saves their trials. */
export interface PartRunner {
  run(parts: readonly Part[]): Promise<void>;
}

/** Runs what is missing: the pilot, all pairs with the temperature that it chose, then the rest with the best cross pair. */
export async function measure(folder: MeasurementFolder, runner: PartRunner): Promise<void> {
  for (let done = 0; ; ) {
    const parts = partsKnown(folder);
    if (parts.length === done) return;
    say(`${parts.length - done} parts from ${partName(parts[done] as Part)} on`);
    await runner.run(parts.slice(done));
    done = parts.length;
  }
}

/** All parts that are decided: what the pilot shows decides the pairs, and the pairs what follows. */
export function partsKnown(folder: MeasurementFolder): Part[] {
  const { plan } = folder;
  const pilotRuns = pilotParts(plan);
  const pilot = pilotOf(rowsOf(folder, pilotRuns), plan);
  if (pilot === null) return pilotRuns;
  const pairs = pairParts(plan, pilot.chosen);
  if (!pairs.every((part) => folder.has(part))) return [...pilotRuns, ...pairs];
  const cross = bestCross(pairResults(rowsOf(folder, pairs), plan.models));
  return [...pilotRuns, ...pairs, ...furtherParts(plan, pilot.chosen, cross)];
}
