import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type Summary, summarizePipeline } from '../../src/analysis/summary.ts';
import { Refusal } from '../../src/base/errors.ts';
import type { CompletionRequest } from '../../src/models/model.ts';
import { readRunFolder } from '../../src/runs/read-run-folder.ts';
import { RunFolder } from '../../src/runs/run-folder.ts';
import { factsOf } from '../../src/runs/trial-facts.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { DOUBLE, doubleTask, fenced } from '../own-tasks.ts';
import { benchmarkOf, experimentOf, inOrderOf, pipelineOf, planOf, trialsOf } from './own-experiment.ts';

const sandbox = await openSandbox(readSettings(), 2);
const root = mkdtempSync(join(tmpdir(), 'greenloop-'));
after(async () => {
  rmSync(root, { recursive: true });
  await sandbox.close();
});

const tasks = ['a', '\u001b[2Jb'].map((name) => doubleTask({ id: `Own/${name}` }));
const specs = [pipelineOf('p'), pipelineOf('q', { stop: 'never', feedback: { source: 'tests' } })];
const answer = ({ draw }: CompletionRequest) =>
  fenced(draw.attempt === 1 ? DOUBLE.right : draw.repeat === 0 ? DOUBLE.raising : 'def double(n:\n');
const experiment = experimentOf(sandbox, answer, { benchmark: benchmarkOf(tasks), pipelines: specs, repeats: 2 });
const plan = await planOf(experiment);
const trials = inOrderOf(plan, await trialsOf(experiment));
const summary = {
  benchmark: { name: 'own', tasks: 2, sha256: '0', hiddenTests: 2 },
  repeats: 2,
  seed: 1,
  complete: true,
  pipelines: specs.map((spec) => summarizePipeline(spec, trials.map(factsOf), { repeats: 2, tasks: 2 })),
} as unknown as Summary;

let made = 0;

/** A folder of the run, its file changed as given. */
function folderWith(name: 'summary.json' | 'traces.jsonl', change: (text: string) => string): string {
  made += 1;
  const path = join(root, String(made));
  const folder = new RunFolder(path, plan);
  for (const trial of trials) folder.add(trial);
  folder.finish(summary);
  writeFileSync(join(path, name), change(readFileSync(join(path, name), 'utf8')));
  return path;
}

/** A row of traces.jsonl with every grade twice. */
function withGradesTwice(line: string): string {
  const row = JSON.parse(line);
  return JSON.stringify({ ...row, grades: [...row.grades, ...row.grades] });
}

describe('readRunFolder', () => {
  it('gives back the facts of the trials and the specs that were written', () => {
    const run = readRunFolder(folderWith('traces.jsonl', (text) => text));
    assert.deepEqual(run.trials, trials.map(factsOf));
    assert.deepEqual(run.specs, specs);
    const { benchmark, repeats, seed, complete } = summary;
    assert.deepEqual(run.summary, { benchmark, repeats, seed, complete });
  });

  it('refuses what bench did not write, in one line that says where', () => {
    const refused = (path: string, message: RegExp) =>
      assert.throws(
        () => readRunFolder(path),
        (error) => error instanceof Refusal && message.test(error.message) && !error.message.includes('\n'),
      );
    refused(join(root, 'nowhere'), /nowhere is not a folder; give the folder of a finished run/);
    mkdirSync(join(root, 'empty'));
    refused(join(root, 'empty'), /empty has no summary\.json; give the folder of a finished run$/);
    const broken = (name: 'summary.json' | 'traces.jsonl', change: (text: string) => string, message: RegExp) =>
      refused(folderWith(name, change), message);
    broken('summary.json', () => '{"seed":', /summary\.json is not JSON/);
    broken('summary.json', () => '{"samples":3}', /summary\.json is not a summary of a run \(benchmark: /);
    broken('summary.json', (text) => text.replace('"iterations": 1', '"iterations": 0'), /stages\.0\.iterations/);
    broken('traces.jsonl', (text) => text.slice(0, -20), /traces\.jsonl, line 8: expected one JSON value/);
    broken(
      'traces.jsonl',
      (text) => text.replace('"raised"', '"vanished"'),
      /row \d is not a trial of a run \(attempts\.0/,
    );
    broken('traces.jsonl', (text) => `${text}${text.split('\n')[0]}\n`, /holds a trial twice: .*Own\/a/);
    broken('traces.jsonl', (text) => text.split('\n').slice(1).join('\n'), /3 trials of "p", expected 4/);
    broken('traces.jsonl', (text) => `${text}${text.split('\n')[0]?.replace('"p"', '"r"')}\n`, /it has trials of "r"/);
    broken('traces.jsonl', (text) => text.replace(/^.*$/m, withGradesTwice), /more grades than attempts/);
  });
});
