import { join } from 'node:path';
import { test } from 'node:test';
import { analyzeRun } from '../../src/analysis/analyze-run.ts';
import type { Forecast } from '../../src/analysis/forecast.ts';
import { paperNumbers } from '../../src/analysis/paper.ts';
import { PAPER_RESULTS } from '../../src/analysis/paper-results.ts';
import { findPreset } from '../../src/pipeline/presets.ts';
import { analysisReport } from '../../src/report/analysis-report.ts';
import { benchReport } from '../../src/report/bench-report.ts';
import { forecastReport } from '../../src/report/forecast-report.ts';
import { referenceReport } from '../../src/report/reference-report.ts';
import { renderHtml } from '../../src/report/render-html.ts';
import { renderJson } from '../../src/report/render-json.ts';
import { renderText } from '../../src/report/render-text.ts';
import { runList } from '../../src/report/run-list.ts';
import { scoreReport } from '../../src/report/score-report.ts';
import { standingHeading, standingLine } from '../../src/report/search-progress.ts';
import { searchReport } from '../../src/report/search-report.ts';
import { summarizePreflight } from '../../src/runs/benchmark-summary.ts';
import type { RunListing } from '../../src/runs/run-store.ts';
import { specOf, trialOf } from '../analysis/own-trials.ts';
import { assertGolden } from '../golden.ts';
import { runOf, summaryOf } from './own-runs.ts';
import { searchResults } from './own-searches.ts';

function golden(name: string): string {
  return join(import.meta.dirname, 'golden', name);
}

const RUN = runOf();

test('bench', () => {
  assertGolden(golden('bench.txt'), renderText(benchReport(summaryOf(RUN))));
  const stopped = { ...summaryOf(RUN), complete: false, comparisons: [] };
  assertGolden(golden('bench-draws.txt'), renderText(benchReport(stopped, 'draws')));
});

test('analyze', () => {
  assertGolden(golden('analysis.txt'), renderText(analysisReport(analyzeRun(RUN))));
});

test('analyze --paper', () => {
  const loop = findPreset('self-refine')!;
  const specs = [
    findPreset('llama-solo')!,
    loop,
    { ...loop, name: 'forced', stop: { ...loop.stop, when: 'never' } },
  ] as const;
  const trials = specs.flatMap(({ name }) =>
    ['a', 'b', 'c'].map((task) =>
      trialOf(task, name === 'llama-solo' ? 'AssertionError' : 'AssertionError ok ok ok', { pipeline: name }),
    ),
  );
  const benchmark = { name: 'humaneval', tasks: 3, sha256: '0', hiddenTests: 1 };
  const run = { specs, trials, summary: { benchmark, repeats: 1, seed: 0, complete: true } };
  assertGolden(golden('analysis-paper.txt'), renderText(analysisReport(analyzeRun(run), paperNumbers(run))));
});

test('analyze of drafts', () => {
  const specs = [
    specOf('drawing', 0, { stages: [{ drafts: 2 }, { iterations: 1, refiner: { model: 'scripted/drawing' } }] }),
    specOf('agreeing', 0, { stages: [{ drafts: 3 }], select: 'agreement', feedback: { source: 'none' } }),
    specOf('repairing', 1),
  ];
  const trials = ['a', 'b', 'c', 'd'].flatMap((task, place) => [
    trialOf(task, ['ok', 'NameError ok', 'NameError KeyError KeyError ok', 'KeyError KeyError ok'][place] ?? '', {
      ...{ pipeline: 'drawing', drafts: 3, tokens: 400 + 100 * place, isCut: place < 2 },
    }),
    trialOf(task, place % 2 === 0 ? '- text text text' : 'text - - -', {
      ...{ pipeline: 'agreeing', drafts: 4, tokens: 300, groups: place === 1 ? [[0, 1, 2, 3]] : [[1, 2, 3], [0]] },
    }),
    trialOf(task, place === 0 ? 'ok' : 'KeyError KeyError', { pipeline: 'repairing', hasUsage: false }),
  ]);
  const benchmark = { name: 'own', tasks: 4, sha256: '0', hiddenTests: 4 };
  const run = { specs, trials, summary: { benchmark, repeats: 1, seed: 0, complete: true } };
  assertGolden(golden('analysis-drafts.txt'), renderText(analysisReport(analyzeRun(run))));
});

test('import of published numbers', () => {
  assertGolden(golden('reference.txt'), renderText(referenceReport(PAPER_RESULTS.humaneval)));
});

test('runs', () => {
  const { specs } = RUN;
  const plan = { benchmark: { name: 'own', sha256: '0' }, tasks: Array(12).fill({}), pipelines: specs, repeats: 5 };
  const runs = [
    {
      id: '2026-01-02-own',
      started: '',
      state: 'complete',
      plan,
      outcomes: { passed: 100, 'not-passed': 78, fault: 2 },
    },
    { id: '2026-01-01-old', started: '', state: 'stopped', plan: null, outcomes: { passed: 1 } },
  ] as unknown as readonly RunListing[];
  assertGolden(golden('runs.txt'), renderText(runList(runs)));
});

test('bench --plan', () => {
  const unknown = {
    pipeline: 'loop',
    trials: 60,
    calls: { least: 60, most: 420 },
    tokens: null,
    seconds: null,
    run: null,
  };
  const known = { ...unknown, pipeline: 'solo', calls: { least: 60, most: 60 }, tokens: 123_456, seconds: 5400 };
  const forecasts: readonly Forecast[] = [{ ...known, run: '2026-01-02-own' }, unknown];
  assertGolden(
    golden('forecast.txt'),
    renderText(forecastReport(forecasts, { benchmark: 'own', tasks: 12, repeats: 5, slots: 2 })),
  );
});

test('score', () => {
  const said = { samples: 10, passed: 9, otherwise: [{ taskId: 'own/1', draw: 0, passed: false }] };
  const counts = { samples: 10, passed: 8, basePassed: 9, faults: 1, passAtK: { 1: 0.8, 10: 1 }, said };
  const benchmark = { name: 'own', tasks: 5, sha256: '0', hiddenTests: null };
  const summary = { benchmark, preflight: summarizePreflight(null, 5, []), seconds: 1, ...counts };
  assertGolden(golden('score.txt'), renderText(scoreReport(summary)));
});

test('evolve', () => {
  assertGolden(golden('search.txt'), renderText(searchReport(searchResults())));
  const [first] = searchResults().found;
  const standing = { generation: 3, species: 1, spent: 1234.5678, best: first!.champion };
  const lines = [
    standingHeading('race', 'hours'),
    ...[standing, { ...standing, best: null }].map((own) => standingLine(own, 'hours')),
  ];
  assertGolden(golden('search-progress.txt'), lines.join('\n'));
});

test('the same report as HTML and as JSON', () => {
  const report = benchReport(summaryOf(RUN));
  assertGolden(golden('bench.html'), renderHtml(report));
  assertGolden(golden('bench.json'), JSON.stringify(JSON.parse(renderJson(report)), null, 1));
});
