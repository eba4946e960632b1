import { say } from '../../src/cli/output.ts';
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
  const { plan } = folder;
  await runner.run(pilotParts(plan));
  const pilot = pilotOf(rowsOf(folder), plan);
  if (pilot === null) throw new TypeError('the pilot was not saved');
  say(`the refiner's temperature is ${pilot.chosen}`);
  await runner.run(pairParts(plan, pilot.chosen));
  const cross = bestCross(pairResults(rowsOf(folder), plan.models));
  if (cross !== null) say(`the best pair of two models is ${partName({ setting: 'pairs', ...cross })}`);
  await runner.run(furtherParts(plan, pilot.chosen, cross));
}
