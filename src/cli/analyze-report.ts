import type { Analysis } from '../experiment/analysis/analyze-run.ts';
import { bestOfRunsTable, costTable, neverSolvedTable, repairTable } from './analyze-further-tables.ts';
import { firstErrorTable, forcedTable, iterationTable } from './analyze-loop-tables.ts';
import { consistencyTable, falsePassTable, passAtKTable, resultTable, separationTable } from './analyze-main-tables.ts';
import { section } from './number-text.ts';
import { count } from './output.ts';
import { TABLE_WIDTH, wrapped } from './table.ts';

/** All tables of a run, those without a line left out. */
export function analysisReport(analysis: Analysis): string {
  const tables = [
    resultTable(analysis),
    passAtKTable(analysis),
    consistencyTable(analysis),
    falsePassTable(analysis),
    separationTable(analysis),
    firstErrorTable(analysis),
    iterationTable(analysis),
    forcedTable(analysis),
    bestOfRunsTable(analysis),
    neverSolvedTable(analysis),
    repairTable(analysis),
    costTable(analysis),
  ];
  return [...headline(analysis), ...tables.flatMap(section)].join('\n');
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
