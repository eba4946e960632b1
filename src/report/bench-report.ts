import type { PipelineSummary, Summary } from '../analysis/summary.ts';
import { count } from '../base/count.ts';
import { chanceTable } from './chance-table.ts';
import { comparisonTable, type IntervalOf, intervalName, powerTable } from './comparison-tables.ts';
import { faultNotes, mostlyFaultsNote, uncheckedNote } from './fault-notes.ts';
import { benchmarkNote, leftOutLines } from './preflight-lines.ts';
import { repairCountTable } from './repair-table.ts';
import {
  countColumn,
  type Note,
  type Report,
  type Row,
  reportOf,
  row,
  shareColumn,
  solvedColumn,
  type Table,
  textColumn,
} from './table.ts';

/** What bench tells of a run. */
export function benchReport(summary: Summary, intervalOf: IntervalOf = 'tasks'): Report {
  const { benchmark, pipelines, comparisons, chances } = summary;
  return reportOf([
    { notes: pipelines.flatMap(mostlyFaultsNote) },
    summaryTable(summary, intervalOf),
    comparisonTable(comparisons, intervalOf, (name) => tokensOfTrial(pipelines, name)),
    powerTable(comparisons, intervalOf),
    chanceTable(chances),
    { notes: pipelines.flatMap(pipelineNotes) },
    repairCountTable(pipelines),
    { notes: reuseNote(summary) },
    { notes: [benchmarkNote(benchmark)].filter((note) => note !== null) },
    { notes: leftOutTasks(summary) },
  ]);
}

function summaryTable(summary: Summary, intervalOf: IntervalOf): Table {
  const { benchmark, repeats, pipelines, seconds } = summary;
  const planned = benchmark.tasks * repeats;
  const isWhole = pipelines.every(({ counted, trials }) => counted === trials && trials === planned);
  return {
    title: `${benchmark.name}: ${count(benchmark.tasks, 'task')} x ${count(repeats, 'repeat')}, ${seconds.toFixed(1)} s`,
    columns: [
      textColumn('pipeline'),
      ...(isWhole ? [] : [countColumn('measured', 'trials')]),
      solvedColumn(`solved (of ${benchmark.tasks})`),
      shareColumn('passed', intervalName(intervalOf)),
      countColumn('attempts', 'attempts'),
      { name: 'tokens', kind: 'tokens', unit: 'tokens' },
      { name: 'seconds', kind: 'seconds', unit: 'seconds' },
      countColumn('faults', 'trials'),
    ],
    rows: pipelines.map((pipeline) => pipelineRow(pipeline, { intervalOf, planned: isWhole ? null : planned })),
    notes: stopNote(summary),
  };
}

interface RowOptions {
  readonly intervalOf: IntervalOf;
  /** Trials that the pipeline should have; null where it has them all. */
  readonly planned: number | null;
}

/** The share of trials that passed, with its interval where there are tasks enough for one. */
function pipelineRow(pipeline: PipelineSummary, { intervalOf, planned }: RowOptions): Row {
  const { name, counted, solved, passShare, passRate, passRateHere, attempts, tokens, seconds, faults } = pipeline;
  const rate = intervalOf === 'tasks' ? passRate : passRateHere;
  return row(
    name,
    ...(planned === null ? [] : [{ hits: counted, of: planned }]),
    { mean: solved.mean, sd: solved.sd },
    rate ?? passShare,
    attempts,
    tokens.prompt + tokens.completion,
    seconds,
    faults,
  );
}

function stopNote({ complete, benchmark, repeats, pipelines }: Summary): Note[] {
  if (complete) return [];
  const ended = pipelines.reduce((sum, { trials }) => sum + trials, 0);
  const planned = pipelines.length * benchmark.tasks * repeats;
  return [`stopped: ${ended} of ${planned} trials finished; all numbers are for these`];
}

function pipelineNotes(pipeline: PipelineSummary): Note[] {
  const { name: about, basePassed, passed, falsePasses, unchecked, faultMessages } = pipeline;
  return [
    ...(basePassed === null
      ? []
      : [{ about, text: `${count(basePassed, 'trial')} passed the base tests, ${passed} also the plus tests` }]),
    ...(falsePasses === 0
      ? []
      : [{ about, text: `${count(falsePasses, 'trial')} passed the visible examples but failed the hidden tests` }]),
    ...uncheckedNote(about, unchecked),
    ...faultNotes(pipeline),
    ...Object.entries(faultMessages).map(([message, faults]) => ({
      about,
      text: `${count(faults, 'fault')}: ${message}`,
    })),
  ];
}

function tokensOfTrial(pipelines: readonly PipelineSummary[], name: string): number | null {
  const own = pipelines.find((pipeline) => pipeline.name === name);
  return own === undefined || own.trials === 0 ? null : (own.tokens.prompt + own.tokens.completion) / own.trials;
}

/** How many of the answers were known before they were asked for. */
function reuseNote({ reuse, pipelines }: Summary): Note[] {
  const calls = pipelines.reduce((sum, pipeline) => sum + pipeline.calls, 0);
  if (reuse.calls === 0) return [];
  return [`${reuse.calls} of ${count(calls, 'answer')} reused from earlier runs or other pipelines`];
}

function leftOutTasks({ preflight: { leftOut } }: Summary): Note[] {
  return leftOutLines(leftOut);
}
