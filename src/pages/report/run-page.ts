import { type Analysis, analyzeRun } from '../../analysis/analyze-run.ts';
import type { ResultComparison } from '../../analysis/compare-results.ts';
import { type PaperNumbers, paperNumbersIfAny } from '../../analysis/paper.ts';
import { type SolvedByMoves, solvedByMoves } from '../../analysis/solved-by-moves.ts';
import { taskShares } from '../../analysis/task-shares.ts';
import { count } from '../../base/count.ts';
import { analysisTables } from '../../report/analysis-report.ts';
import { compareReport } from '../../report/compare-report.ts';
import { mostlyFaultsNote } from '../../report/fault-notes.ts';
import { headlineOf } from '../../report/headline.ts';
import { faultCounts } from '../../report/result-tables.ts';
import type { Note, Table } from '../../report/table.ts';
import type { RunFacts } from '../../runs/run-facts.ts';
import { agreementChart } from '../charts/agreement-chart.ts';
import { consistencyChart } from '../charts/consistency-chart.ts';
import { differenceChart } from '../charts/difference-chart.ts';
import { fixRateChart } from '../charts/fix-rate-chart.ts';
import { flowChart } from '../charts/flow-chart.ts';
import { frontierChart, pricesOf } from '../charts/frontier-chart.ts';
import { heatMap } from '../charts/heat-map.ts';
import { iterationChart } from '../charts/iteration-chart.ts';
import { movesChart } from '../charts/moves-chart.ts';
import { drawnPipelines, MOST_SERIES } from '../charts/series.ts';
import { solvedChart } from '../charts/solved-chart.ts';
import { methodsOf, type RunOrigin } from './methods.ts';
import { pageOf, type ReportPage, type ReportPart } from './report-page.ts';

/** A run to report on. */
export interface ReportedRun {
  readonly facts: RunFacts;
  readonly origin: RunOrigin;
}

/** What a run is compared with, under a name, and what came of it. */
export interface Rival {
  readonly name: string;
  readonly comparisons: readonly ResultComparison[];
}

/** All numbers that a report on a run shows. */
export interface RunNumbers {
  readonly analysis: Analysis;
  readonly solvedByMoves: readonly SolvedByMoves[];
  readonly paper: PaperNumbers | null;
  readonly against: readonly ResultComparison[];
}

/** Counts what a report on a run shows; the paper's numbers where it measured the same configurations. */
export function runNumbers({ specs, trials, summary }: RunFacts, rival: Rival | null): RunNumbers {
  const byPipeline = Map.groupBy(trials, ({ pipeline }) => pipeline);
  return {
    analysis: analyzeRun({ specs, trials, summary }),
    solvedByMoves: specs.flatMap(({ name }) => solvedByMoves(name, byPipeline.get(name) ?? []) ?? []),
    paper: paperNumbersIfAny({ specs, summary }),
    against: rival?.comparisons ?? [],
  };
}

/** The report on a run. */
export function runPage({ facts, origin }: ReportedRun, numbers: RunNumbers, rival: Rival | null): ReportPage {
  const { analysis, paper } = numbers;
  const { run } = analysis;
  const tables = analysisTables(analysis, paper);
  const table = (...names: readonly string[]) => names.map((name) => tables[name] as Table);
  const drawn = drawnPipelines(analysis);
  const isDrawn = ({ pipeline }: { readonly pipeline: string }) => drawn.has(pipeline);
  const [first] = facts.specs;
  const fromFirst = analysis.separations.filter(({ baseline }) => baseline === first?.name);
  const names = facts.specs.map(({ name }) => name);
  return pageOf(
    `${run.benchmark.name}: ${count(run.benchmark.tasks, 'task')} x ${count(run.repeats, 'repeat')}, ${count(facts.specs.length, 'pipeline')}`,
    [...analysis.results.map(faultCounts).flatMap(mostlyFaultsNote), ...headlineOf(analysis), ...sizeNotes(numbers)],
    [
      {
        title: 'Result',
        parts: [solvedChart(analysis, paper), ...table('solved'), differenceChart(fromFirst), ...table('compared')],
      },
      ...rivalSection(rival),
      {
        title: 'Drafts and repairs',
        parts: [
          lackOf(
            numbers.solvedByMoves.length < names.length,
            'A model did not say its tokens, so a pipeline of it has no curve by tokens.',
          ),
          movesChart(numbers.solvedByMoves.filter(isDrawn)),
          ...table('moves'),
          iterationChart({
            ...analysis,
            iterations: analysis.iterations.filter(isDrawn),
            forced: analysis.forced.filter(isDrawn),
          }),
          ...table('iterations', 'forced', 'cut'),
        ],
      },
      {
        title: 'Errors',
        parts: [
          fixRateChart(analysis.firstErrors.filter(isDrawn)),
          flowChart(analysis.firstErrors),
          ...table('first-errors', 'repairs', 'false-passes'),
        ],
      },
      {
        title: 'Consistency',
        parts: [
          lackOf(
            run.repeats < 2,
            'Each task was drawn once, so nothing is known of how much the draws vary; more repeats measure it.',
          ),
          consistencyChart(analysis),
          ...table('consistency', 'pass-at-k', 'best-of-runs'),
        ],
      },
      { title: 'Cost', parts: [frontierChart(pricesOf(analysis.costs)), ...table('cost')] },
      { title: 'Agreement', parts: [agreementChart(analysis.agreement), ...table('agreement')] },
      {
        title: 'Tasks',
        parts: [heatMap(names, taskShares(names, facts.trials)), ...table('never-solved', 'unsolved-tasks')],
      },
      { title: 'Methods', parts: methodsOf(facts, origin) },
    ],
  );
}

function rivalSection(
  rival: Rival | null,
): { readonly title: string; readonly parts: readonly (ReportPart | null)[] }[] {
  if (rival === null) return [];
  const tables = compareReport(rival.comparisons, 'tasks');
  return [{ title: `Compared with ${rival.name}`, parts: [differenceChart(rival.comparisons), ...tables] }];
}

/** One line where something cannot be shown. */
function lackOf(lacks: boolean, text: string): ReportPart {
  return { notes: lacks ? [text] : [] };
}

function sizeNotes({ analysis: { run, results }, paper }: RunNumbers): Note[] {
  const stopped = run.complete ? [] : ['The run was stopped: all numbers are for the finished trials.'];
  const more =
    results.length > MOST_SERIES
      ? [`Charts with a line for each pipeline show the ${MOST_SERIES} that solve most.`]
      : [];
  return [
    ...stopped,
    'Intervals are 95 % intervals over tasks. Faulted trials are excluded from rates; a trial that outgrew the context counts as not passed.',
    ...(paper === null ? [] : [`paper: ${paper.source}.`]),
    ...more,
  ];
}
