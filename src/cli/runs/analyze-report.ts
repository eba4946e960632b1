import type { Analysis } from '../../analysis/analyze-run.ts';
import type { PaperNumbers } from '../../analysis/paper.ts';
import { mostlyFaultsNote } from '../bench/fault-notes.ts';
import { section } from '../terminal/number-text.ts';
import { count } from '../terminal/output.ts';
import { TABLE_WIDTH, wrapped } from '../terminal/table.ts';
import { bestOfRunsTable, costTable, neverSolvedTable, repairTable } from './analyze-further-tables.ts';
import { firstErrorTable, forcedTable, iterationTable } from './analyze-loop-tables.ts';
import {
  consistencyTable,
  falsePassTable,
  faultCounts,
  passAtKTable,
  resultTable,
  separationTable,
} from './analyze-main-tables.ts';

/** All tables of a run, those without a line left out; with the paper's numbers below those that it has. */
export function analysisReport(analysis: Analysis, paper: PaperNumbers | null = null): string {
  const tables = [
    resultTable(analysis, paper),
    passAtKTable(analysis),
    consistencyTable(analysis, paper),
    falsePassTable(analysis),
    separationTable(analysis, paper),
    firstErrorTable(analysis, paper),
    iterationTable(analysis, paper),
    forcedTable(analysis, paper),
    bestOfRunsTable(analysis),
    neverSolvedTable(analysis),
    repairTable(analysis),
    costTable(analysis),
  ];
  return [
    ...analysis.results.map(faultCounts).flatMap(mostlyFaultsNote),
    ...headline(analysis),
    ...paperNote(analysis, paper),
    ...tables.flatMap(section),
  ].join('\n');
}

function paperNote({ run }: Analysis, paper: PaperNumbers | null): string[] {
  if (paper === null) return [];
  const { tasks } = run.benchmark;
  const size = tasks === paper.tasks ? '' : ` Its counts are of ${paper.tasks} tasks, those of this run of ${tasks}.`;
  return wrapped(`paper: ${paper.source}.${size}`, TABLE_WIDTH);
}

function headline({ run }: Analysis): string[] {
  const { benchmark, repeats, seed, complete } = run;
  const size = `${count(benchmark.tasks, 'task')} x ${count(repeats, 'repeat')}, seed ${seed}`;
  const stopped = complete ? '' : ' The run was stopped: the numbers are of the trials that had ended.';
  return [
    `${benchmark.name}: ${size}`,
    ...wrapped(
      `Intervals are 95 % ones over tasks; what broke counts nowhere, unless it outgrew the context, which is no pass.${stopped}`,
      TABLE_WIDTH,
    ),
  ];
}
