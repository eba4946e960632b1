import type { Analysis } from '../analysis/analyze-run.ts';
import type { PaperNumbers } from '../analysis/paper.ts';
import { count } from '../base/count.ts';
import { bestOfRunsTable } from './best-of-runs-table.ts';
import { chanceTable } from './chance-table.ts';
import { conclusionOf } from './conclusion.ts';
import { costTable } from './cost-table.ts';
import { agreementTable, cutTable, moveTable } from './draft-tables.ts';
import { mostlyFaultsNote } from './fault-notes.ts';
import { firstErrorTable } from './first-error-table.ts';
import { hierarchicalTable } from './hierarchical-table.ts';
import { forcedTable, iterationTable } from './loop-tables.ts';
import { neverSolvedTable, unsolvedTaskTable } from './never-solved-tables.ts';
import { repairTable } from './repair-table.ts';
import { consistencyTable, falsePassTable, faultCounts, passAtKTable, resultTable } from './result-tables.ts';
import { separationTable } from './separation-table.ts';
import { type Note, type Report, reportOf, type Table } from './table.ts';

/** Every table of a run by its short name, in the order of the report; those without a row too. */
export function analysisTables(analysis: Analysis, paper: PaperNumbers | null = null): Readonly<Record<string, Table>> {
  return {
    solved: resultTable(analysis, paper),
    'pass-at-k': passAtKTable(analysis),
    consistency: consistencyTable(analysis, paper),
    'false-passes': falsePassTable(analysis),
    compared: separationTable(analysis, paper),
    choice: chanceTable(analysis.chances),
    hierarchical: hierarchicalTable(analysis),
    'first-errors': firstErrorTable(analysis, paper),
    iterations: iterationTable(analysis, paper),
    forced: forcedTable(analysis, paper),
    moves: moveTable(analysis),
    agreement: agreementTable(analysis),
    'best-of-runs': bestOfRunsTable(analysis),
    'never-solved': neverSolvedTable(analysis),
    'unsolved-tasks': unsolvedTaskTable(analysis),
    repairs: repairTable(analysis.repairs),
    cut: cutTable(analysis),
    cost: costTable(analysis),
  };
}

/** The conclusion, then all tables of a run, those without a row left out; with the paper's numbers below those that it has. */
export function analysisReport(analysis: Analysis, paper: PaperNumbers | null = null): Report {
  return reportOf([
    {
      notes: [
        ...analysis.results.map(faultCounts).flatMap(mostlyFaultsNote),
        conclusionOf(analysis),
        ...headline(analysis),
        ...paperNote(analysis, paper),
      ],
    },
    ...Object.values(analysisTables(analysis, paper)),
  ]);
}

function headline({ run }: Analysis): Note[] {
  const { benchmark, repeats, seed, complete } = run;
  const size = `${count(benchmark.tasks, 'task')} x ${count(repeats, 'repeat')}, seed ${seed}`;
  const stopped = complete ? '' : ' The run was stopped: all numbers are for the finished trials.';
  return [
    `${benchmark.name}: ${size}`,
    `Intervals are 95 % intervals over tasks. Faulted trials are excluded from rates; a trial that outgrew the context counts as not passed.${stopped}`,
  ];
}

function paperNote({ run }: Analysis, paper: PaperNumbers | null): Note[] {
  if (paper === null) return [];
  const { tasks } = run.benchmark;
  const size =
    tasks === paper.tasks ? '' : ` Its counts are out of ${paper.tasks} tasks, those of this run out of ${tasks}.`;
  return [`paper: ${paper.source}.${size}`];
}
