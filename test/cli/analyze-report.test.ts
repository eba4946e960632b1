import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analysisReport } from '../../src/cli/analyze-report.ts';
import { printableLines } from '../../src/cli/output.ts';
import { displayWidth } from '../../src/cli/table.ts';
import { analyzeRun } from '../../src/experiment/analysis/analyze-run.ts';
import type { PipelineInput } from '../../src/pipeline/pipeline-spec.ts';
import { specOf, type TrialChanges, trialOf } from '../experiment/analysis/own-trials.ts';
import { assertNoControls } from './cli.ts';

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
  const benchmark = { name: 'own', tasks: 30, sha256: '0', hiddenTests: 1 };
  return printableLines(
    analysisReport(analyzeRun({ specs, trials, summary: { benchmark, repeats, seed: 1, complete: false } })),
  );
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
    assert.match(text, /^and \d more \(--json has all\)$/m);
  });
}
