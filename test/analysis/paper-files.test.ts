import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { mergeResults, parseReference, readPaperFile } from '../../src/analysis/paper-files.ts';
import { PAPER_RESULTS, type PaperResult } from '../../src/analysis/paper-results.ts';
import { type DrafterSpec, parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import { findPreset } from '../../src/pipeline/presets.ts';
import { expectedBestOfNormal } from '../../src/statistics/expected-best.ts';
import { repairStagesOf } from '../pipeline/repair-stages.ts';

const folder = join(import.meta.dirname, '../../../shared/data/paper-results');
const skip = existsSync(folder) ? false : `no ${folder}`;

function read(name: string) {
  return readPaperFile(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')));
}

function reference() {
  const files = ['main_results', 'error_taxonomy', 'iteration_analysis'].map(read);
  return mergeResults(
    files.filter((file) => file?.kind === 'results'),
    'a paper',
  );
}

describe('result files of the paper', { skip }, () => {
  it('say what greenloop has of it', () => {
    const { results, tasks } = reference();
    assert.equal(tasks, 164);
    const known: Readonly<Record<string, PaperResult>> = PAPER_RESULTS.humaneval.results;
    assert.equal(Object.keys(results).length, 6);
    for (const [name, { solved, firstErrors = {}, ...result }] of Object.entries(results)) {
      const { solved: own, firstErrors: ownErrors = {}, ...others } = known[name]!;
      assert.deepEqual(result, others, name);
      assert.deepEqual([solved?.mean, solved?.sd.toFixed(2)], [own.mean, own.sd.toFixed(2)], name);
      for (const [error, fixes] of Object.entries(ownErrors)) assert.deepEqual(firstErrors[error], fixes, error);
    }
  });

  it('come back from the JSON that they are written as', () => {
    const own = reference();
    assert.deepEqual(parseReference(JSON.parse(JSON.stringify(own))), own);
    assert.equal(parseReference({ results: {} }), null);
  });

  it('give the separations of its text, all but the 4.7, which is over one standard deviation', () => {
    const { results, separations } = reference();
    const found = (pipeline: string, baseline: string) => {
      const own = separations.find((pair) => pair.pipeline === pipeline && pair.baseline === baseline);
      const other = separations.find((pair) => pair.pipeline === baseline && pair.baseline === pipeline);
      return own ?? { solvedDifference: -other!.solvedDifference, paperSigma: -other!.paperSigma };
    };
    const [, ...told] = PAPER_RESULTS.humaneval.separations;
    for (const { pipeline, baseline, solvedDifference, paperSigma } of told) {
      const own = found(pipeline, baseline);
      assert.ok(Math.abs(own.solvedDifference - solvedDifference) < 1e-9, pipeline);
      assert.equal(own.paperSigma.toFixed(1), paperSigma.toFixed(1), pipeline);
    }
    // 17.4 / sqrt(3.65^2 + 2.74^2) = 3.8; 17.4 / 3.65 = 4.77, of which the text has 4.7.
    const first = found('self-refine', 'llama-solo');
    assert.equal(first.paperSigma.toFixed(1), '3.8');
    const over = first.solvedDifference / results['llama-solo']!.solved!.sd;
    assert.equal(Math.floor(10 * over) / 10, PAPER_RESULTS.humaneval.separations[0].paperSigma);
  });

  it('explain 5-7 % of flattery by the best of about ten runs, which five runs do not show', () => {
    // What the text says of one run, over the mean of five.
    const single = { 'llama-solo': 82, 'cross-model': 101, 'self-refine': 99, champion: 106 };
    const { results } = reference();
    const seen = Object.entries(single).map(([name, run]) => run / results[name]!.solved!.mean - 1);
    const mean = seen.reduce((sum, excess) => sum + excess, 0) / seen.length;
    const ofBest = (runs: number) => {
      const all = Object.keys(single).map((name) => {
        const { solved } = results[name]!;
        return (expectedBestOfNormal(runs) * solved!.sd) / solved!.mean;
      });
      return all.reduce((sum, excess) => sum + excess, 0) / all.length;
    };
    assert.ok(Math.abs(mean - 0.0705) < 0.001, `${mean}`);
    // By hand, of ten: 1.539 x (3.65 / 76.6 + 2.97 / 93.6 + 2.74 / 94 + 3.35 / 98.2) / 4 = 5.5 %.
    assert.ok(Math.abs(ofBest(10) - 0.0548) < 0.0005, `${ofBest(10)}`);
    assert.ok(ofBest(5) < 0.05 && ofBest(10) > 0.05 && ofBest(10) < 0.07);
  });

  it('hold champions, which are the presets with prompts of their own', () => {
    const names = { v2_champion: 'v2-champion', v3_champion: 'champion', temp0_champion: 'temp0-champion' };
    for (const [file, preset] of Object.entries(names)) {
      const champion = read(file);
      assert.ok(champion?.kind === 'pipeline');
      const spec = parsePipeline({ name: preset, ...champion.pipeline }, file);
      const known = findPreset(`paper/${preset}`)!;
      const bare = <Role extends Pick<DrafterSpec, 'prompt'>>({ prompt, ...role }: Role) => {
        assert.ok(prompt === 'default' || typeof prompt === 'object');
        return role;
      };
      const shape = (whole: typeof spec) => ({
        ...whole,
        name: '',
        generator: bare(whole.generator),
        stages: repairStagesOf(whole).map(({ analyzer, refiner, ...stage }) => ({
          ...stage,
          analyzer: analyzer && bare(analyzer),
          refiner: bare(refiner),
        })),
      });
      assert.deepEqual(shape(spec), shape(known));
    }
  });
});

describe('readPaperFile', () => {
  it('takes nothing else for one', () => {
    for (const value of [null, [], {}, { configs: [] }, { eval: {} }, { genome: { generator: {} } }])
      assert.equal(readPaperFile(value), null);
  });

  it('survives names that objects know', () => {
    const row = { pass_counts: [1, 2], consistency: { '2': 1 } };
    const file = readPaperFile({
      total_problems: 3,
      configs: ['__proto__', 'constructor'].map((name) => ({ name, ...row })),
    });
    assert.ok(file?.kind === 'results');
    const { results } = mergeResults([file], '');
    assert.deepEqual(Object.keys(results), ['__proto__', 'constructor']);
    assert.deepEqual(Object.getOwnPropertyDescriptor(results, '__proto__')?.value.consistency, [0, 0, 1]);
  });
});
