import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyzeRun } from '../../src/analysis/analyze-run.ts';
import { paperNumbers } from '../../src/analysis/paper.ts';
import type { PipelineInput } from '../../src/pipeline/pipeline-spec.ts';
import { findPreset } from '../../src/pipeline/presets.ts';
import { analysisReport } from '../../src/report/analysis-report.ts';
import { renderText } from '../../src/report/render-text.ts';
import { displayWidth } from '../../src/report/text-width.ts';
import type { RunFacts } from '../../src/runs/run-facts.ts';
import { specOf, type TrialChanges, trialOf } from '../analysis/own-trials.ts';
import { assertNoControls } from '../cli/cli.ts';

const NAMES = [`${'二倍'.repeat(20)}-${'long'.repeat(5)}`, 'evil\u001b[2J\u202e\nname', 'never', 'text-only'] as const;
const SPECS: readonly Partial<PipelineInput>[] = [{}, {}, { stop: 'never' }, { feedback: { source: 'none' } }];
const WORDS = [
  'ok',
  'NameError ok',
  'AssertionError false',
  'TypeError TypeError',
  `${'E'.repeat(60)}\u001b[2J ok`,
  '',
];

function summaryOf(name: string, tasks: number, repeats: number): RunFacts['summary'] {
  return { benchmark: { name, tasks, sha256: '0', hiddenTests: 1 }, repeats, seed: 1, complete: false };
}

/** Four pipelines on thirty tasks; every trial without an attempt broke. */
function report(repeats: number): string {
  const specs = NAMES.map((name, index) => specOf(name, 1, SPECS[index]));
  const trials = specs.flatMap(({ name }, at) =>
    Array.from({ length: repeats }, (_, repeat) => repeat).flatMap((repeat) =>
      Array.from({ length: 30 }, (_, task) => {
        const words = task > 4 ? 'KeyError KeyError' : (WORDS[(task * 7 + repeat + at) % WORDS.length] ?? '');
        const broke = words === '' ? { fault: repeat % 2 ? 'model: context-overflow' : 'sandbox' } : {};
        const repairs: TrialChanges =
          words === 'ok' ? { repairs: [{ name: 'entry-point', effect: task % 2 ? 'gained' : 'lost' }] } : {};
        const changes = { pipeline: name, repeat, tokens: 123_456_789, seconds: 12_345, ...broke, ...repairs };
        return trialOf(`evil\u001b[2J\n/${'task'.repeat(30)}${task}`, words, changes);
      }),
    ),
  );
  return renderText(analysisReport(analyzeRun({ specs, trials, summary: summaryOf('own', 30, repeats) })));
}

for (const repeats of [1, 4, 12]) {
  test(`with ${repeats} repeats every line keeps to 80 columns, and nothing commands the terminal`, () => {
    const text = report(repeats);
    assertNoControls(text);
    assert.deepEqual(
      text.split('\n').filter((line) => displayWidth(line) > 80),
      [],
    );
    assert.match(text, /The run was stopped/);
    assert.match(text, /^Never solved by any pipeline: 2\d$/m);
    assert.match(text, /^and \d more \(the JSON output has all\)$/m);
  });
}

test('the numbers of the paper stand below those of the run', () => {
  const stop = { ...findPreset('self-refine')!.stop, when: 'never' as const };
  const specs = [
    findPreset('llama-solo')!,
    findPreset('self-refine')!,
    { ...findPreset('self-refine')!, name: 'forced', stop },
  ];
  const trials = specs.flatMap(({ name }) =>
    ['a', 'b'].map((task) =>
      trialOf(task, name === 'llama-solo' ? 'AssertionError' : 'AssertionError ok ok ok', { pipeline: name }),
    ),
  );
  const run = { specs, trials, summary: summaryOf('humaneval', 2, 1) };
  const text = renderText(analysisReport(analyzeRun(run), paperNumbers(run)));
  assert.match(text, /Its counts are out of 164\s+tasks, those of this run out of 2\./);
  assert.match(text, /^self-refine +examples +2\.0 .*\n {2}paper +tests +94\.0 ±2\.7 +57\.3$/m);
  assert.match(text, /^ {2}self-refine +\+2\.0 .*\n {4}paper +\+17\.4 +4\.7$/m);
  assert.match(text, /^ {2}AssertionError .*\n {4}paper +24 +2 +8\.3\n {4}paper, no type +42 +4 +9\.5$/m);
  assert.match(text, /^ {2}1 +2 of 2 .*\n {4}paper +90 of 164 +54\.9$/m);
  assert.match(
    text,
    /^ {2}draft +0 +0\n {4}paper +76 +76\n {2}1 +2 +2 +2 +0 +\+2 .*\n {4}paper +69 +90 +14 +21 +-7 +-7$/m,
  );
  assert.match(text, /forced: 0 of 0 passing drafts were broken by a later iteration \(paper: 33 of 76\)/);
});

test('a run that was stopped before any trial had ended has tables without a number', () => {
  const run = {
    specs: [specOf('p', 1), specOf('q', 1, { stop: 'never' })],
    trials: [],
    summary: summaryOf('own', 3, 2),
  };
  const text = renderText(analysisReport(analyzeRun(run)));
  assert.match(text, /^p +examples +- +- +- +0$/m);
  assert.doesNotMatch(text, /NaN|undefined|Infinity/);
});
