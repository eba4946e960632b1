import type { MeasurementFolder, Plan } from '../measurement-folder.ts';
import { ablationLines } from './ablation.ts';
import { claimsOf, flatteryOf } from './claims.ts';
import { detailComparisons } from './details.ts';
import { failureLines, fixLines } from './fixes.ts';
import { forcedResults, textOnlyResults } from './iterations.ts';
import { differingDrafts, pairResults } from './pairs.ts';
import { pilotOf } from './pilot.ts';
import { rolesOf } from './roles.ts';
import type { Rows } from './rows.ts';

/** All that trials show; what is not measured yet is empty or null. */
export function resultsOf({ plan }: MeasurementFolder, rows: Rows) {
  const { models } = plan;
  return {
    setup: setupOf(plan),
    pilot: pilotOf(rows, plan),
    pairs: pairResults(rows, models),
    differingDrafts: differingDrafts(rows, models),
    roles: rolesOf(rows, models),
    failures: failureLines(rows, models),
    fixes: fixLines(rows, models),
    forced: forcedResults(rows, models),
    textOnly: textOnlyResults(rows, models),
    details: detailComparisons(rows, models),
    ablation: ablationLines(rows, models),
    claims: claimsOf(rows, models),
    flattery: flatteryOf(rows, models),
  };
}

export type Results = ReturnType<typeof resultsOf>;

function setupOf({ models, repeats, seed, benchmark, files }: Plan) {
  return { models, files, repeats, seed, benchmark: { ...benchmark, tasks: benchmark.tasks.length } };
}
