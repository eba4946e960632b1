import type { Results } from '../analysis/results.ts';
import { ablationTable, claimTable, detailTable, forcedTable, textOnlyTable } from './further-tables.ts';
import { failureTable, fixTable, pairTable, pilotTable, roleTable, runTable } from './main-tables.ts';

/** The tables of starter/README.md, with those parts that are measured. */
export function reportOf(results: Results): string {
  const { pilot, pairs, roles, failures, fixes, forced, textOnly, details, ablation } = results;
  const sections = [
    headline(results),
    section('Pairs', pairs, pairTable),
    section('Claims', results.claims, (claims) => claimTable(claims, results.flattery)),
    roles && `## Roles\n\n${roleTable(roles)}`,
    section('First errors', failures, failureTable),
    section('Fixed, by first error', fixes, fixTable),
    section('values against traceback', details, detailTable),
    section('Ablation: one repair of the failed drafts', ablation, ablationTable),
    section('Forced iterations', forced, forcedTable),
    section('Text only', textOnly, textOnlyTable),
    section('Single runs, tasks solved after three repairs', pairs, runTable),
    pilot && `## Pilot, once\n\n${pilotTable(pilot)}\n\nchosen: ${pilot.chosen}`,
  ];
  return `${sections.filter((text) => text !== null).join('\n\n')}\n`;
}

function headline({ setup, pairs, differingDrafts }: Results): string {
  const { models, repeats, seed, benchmark } = setup;
  const faults = pairs.reduce((sum, pair) => sum + pair.faults, 0);
  const draws = `${benchmark.tasks} tasks of ${benchmark.name} x ${repeats}, seed ${seed}`;
  return `${models.join(', ')}: ${draws}; faults: ${faults}; drafts that differ between pairs: ${differingDrafts}`;
}

function section<Item>(
  title: string,
  items: readonly Item[],
  table: (items: readonly Item[]) => string,
): string | null {
  return items.length === 0 ? null : `## ${title}\n\n${table(items)}`;
}
