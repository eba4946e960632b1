import { stringify } from 'yaml';
import { count } from '../../base/count.ts';
import { packageVersion } from '../../base/package-root.ts';
import { type Genome, type RoleGene, topologyOf } from '../../evolve/genome.ts';
import type { EndedSearch } from '../../evolve/read-search.ts';
import { cellText } from '../../report/cell-text.ts';
import { searchReport } from '../../report/search-report.ts';
import { idColumn, isTable, type Note, pointsColumn, row, type Table, textColumn } from '../../report/table.ts';
import { percent } from '../charts/chart.ts';
import { frontierChart, type Prices } from '../charts/frontier-chart.ts';
import { optimismChart, posteriorChart, type ScorePoint, speciesChart } from '../charts/search-charts.ts';
import { pageOf, type ReportPage, type Steps } from './report-page.ts';

/** The report on a search. */
export function searchPage({ findings, histories, settings }: EndedSearch): ReportPage {
  const { benchmark, budget, found, split, specs, heldOut } = findings;
  const [first] = found;
  if (first === undefined) throw new TypeError('a search without a finding');
  const courses = found.map(({ strategy }, index) => ({ strategy, standings: histories[index] ?? [] }));
  const [scores, ...others] = searchReport(findings).filter(isTable);
  const tasks = split.search.length + split.selection.length + split.heldOut.length;
  return pageOf(`${benchmark.name}: what a search of ${budget.amount} ${budget.unit} found`, leadOf(findings, tasks), [
    {
      title: 'Champion',
      parts: [
        championSteps(first.genome),
        optimismChart(scorePoints(findings)),
        ...(scores === undefined ? [] : [scores]),
      ],
    },
    {
      title: 'The search',
      parts: [posteriorChart(courses, budget.unit), speciesChart(courses, budget.unit)],
    },
    { title: 'What it found', parts: [frontierChart(heldOutPrices(heldOut)), ...others] },
    {
      title: 'Methods',
      parts: [
        settingsTable(findings, settings, tasks),
        ...(specs[0] === undefined
          ? []
          : [{ caption: 'champion.yaml', text: stringify({ ...specs[0], name: 'champion' }) }]),
      ],
    },
  ]);
}

type Findings = EndedSearch['findings'];

function leadOf({ found, heldOut, budget }: Findings, tasks: number): Note[] {
  return [
    ...found.map(({ strategy, genome, champion, spent }, index): Note => {
      const measured = heldOut?.pipelines[index]?.passRate ?? null;
      const seen = `${percent(champion.solved)} of the tasks that it was searched on (95 % interval ${percent(champion.low)} to ${percent(champion.high)})`;
      const unseen =
        measured === null
          ? 'no task was held out'
          : `${percent(measured.mean)} of the held-out tasks (${percent(measured.low)} to ${percent(measured.high)})`;
      const price = `${Number(spent.toPrecision(4))} ${budget.unit}`;
      return { about: strategy, text: `found ${topologyOf(genome)} for ${price}: ${seen}, ${unseen}.` };
    }),
    ...(heldOut === null ? [] : heldOut.comparisons.slice(found.length - 1).map(plainText)),
    `${count(tasks, 'task')} in all. Intervals are 95 % intervals over tasks.`,
  ];
}

/** How far the champion, which is the baseline, is from what needs no search. */
function plainText({
  pipeline,
  difference,
  correctedP,
}: NonNullable<Findings['heldOut']>['comparisons'][number]): Note {
  const about = `${pipeline} against the champion`;
  if (difference === null) return { about, text: 'too few tasks for an interval' };
  const points = cellText(difference, pointsColumn(''));
  const p = cellText(correctedP, { name: 'p', kind: 'p-value', unit: null });
  return { about, text: `${points} points on the held-out tasks (p ${p} after correction)` };
}

function championSteps({ generator, drafts, stages }: Genome): Steps {
  return {
    caption: 'The champion, step by step; it stops at the first program that passes what it can see',
    steps: [
      { title: 'draft', details: roleLines(generator) },
      ...(drafts === null
        ? []
        : [
            {
              title: `up to ${count(drafts.count, 'more draft')}`,
              details: [generator.model, `temperature ${drafts.temperature}`],
            },
          ]),
      ...stages.flatMap(({ iterations, analyzer, refiner }) => {
        const times = `up to ${count(iterations, 'time')}`;
        const analysis =
          analyzer === null ? [] : [{ title: `analysis of the error, ${times}`, details: roleLines(analyzer) }];
        return [...analysis, { title: `repair, ${times}`, details: roleLines(refiner) }];
      }),
    ],
  };
}

function roleLines({ model, temperature, prompt }: RoleGene): string[] {
  return [model, `temperature ${temperature}`, typeof prompt === 'string' ? `prompt ${prompt}` : 'a prompt of its own'];
}

/** A pipeline that was preferred to the champion for its price is another one, so its held-out score stands alone. */
function scorePoints({ found, heldOut }: Findings): ScorePoint[] {
  return found.flatMap(({ strategy, genome, champion, again }, index) => {
    const measured = heldOut?.pipelines[index]?.passRate ?? null;
    const isSame = genome === champion.genome;
    const { solved, low, high } = champion;
    return [
      ...(isSame ? [{ strategy, score: 'search' as const, solved, low, high }] : []),
      ...(isSame && again !== null ? [{ strategy, score: 'again' as const, ...again }] : []),
      ...(measured === null
        ? []
        : [{ strategy, score: 'held-out' as const, solved: measured.mean, low: measured.low, high: measured.high }]),
    ];
  });
}

/** What the pipelines took on the held-out tasks; without any, nothing was measured. */
function heldOutPrices(heldOut: Findings['heldOut']): Prices {
  const trials = (heldOut?.tasks ?? 0) * (heldOut?.repeats ?? 0);
  const points = (heldOut?.pipelines ?? []).flatMap(({ name, passShare, tokens }) =>
    passShare === null
      ? []
      : [{ pipeline: name, share: passShare, price: (tokens.prompt + tokens.completion) / trials }],
  );
  return { unit: 'tokens', points };
}

function settingsTable(
  { benchmark, budget, split }: Findings,
  settings: EndedSearch['settings'],
  tasks: number,
): Table {
  const known: readonly (readonly [string, string | number])[] = [
    ['benchmark', benchmark.name],
    ['SHA-256 of its tasks and tests', benchmark.sha256],
    ['tasks', tasks],
    ['searched on', split.search.length],
    ['that chose among the best', split.selection.length],
    ['held out', split.heldOut.length],
    ['budget of each strategy', `${budget.amount} ${budget.unit}`],
    ...Object.entries(settings).map(([name, value]) => [NAMES[name] ?? name, value] as const),
    ['greenloop that wrote this report', packageVersion()],
  ];
  return {
    title: 'Settings',
    columns: [textColumn('setting'), idColumn('value')],
    rows: known.map(([name, value]) => row(name, String(value))),
    notes: [],
  };
}

const NAMES: Readonly<Record<string, string>> = {
  budget: 'budget of the search alone',
  benchmark: 'hash of the tasks and their prompts',
  feedback: 'feedback of repairs',
  models: 'hash of who the models are',
  pool: 'hash of the pool',
  timeout: 'time limit of one run of the code (s)',
  validation: 'the champion was chosen',
};
