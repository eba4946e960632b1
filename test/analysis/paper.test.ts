import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paperNumbers } from '../../src/analysis/paper.ts';
import { PAPER_RESULTS, type PaperForced } from '../../src/analysis/paper-results.ts';
import { findPreset } from '../../src/pipeline/presets.ts';
import type { RunFacts } from '../../src/runs/run-facts.ts';
import { mean, standardDeviation } from '../../src/statistics/describe.ts';
import { specOf } from './own-trials.ts';

function presetOf(name: string, changes: object = {}) {
  return { ...findPreset(name)!, ...changes };
}

function summaryOf(name: string, tasks = 164): RunFacts['summary'] {
  return { benchmark: { name, tasks, sha256: '0', hiddenTests: 0 }, repeats: 1, seed: 0, complete: true };
}

describe('paperNumbers', () => {
  it('knows a configuration by its models and iterations, whatever its name, policies and server', () => {
    const forced = presetOf('paper/cross-model', {
      name: 'mine',
      stop: { ...findPreset('cross-model')!.stop, when: 'never' },
    });
    const role = { ...findPreset('llama-solo')!.generator, model: 'openai/llama3.2:3b' };
    const specs = [forced, presetOf('llama-solo', { name: 'served', generator: role }), specOf('other', 1)];
    const paper = paperNumbers({ specs, summary: summaryOf('humaneval') });
    assert.deepEqual(
      paper.results.map(({ pipeline, configuration }) => [pipeline, configuration]),
      [
        ['mine', 'cross-model'],
        ['served', 'llama-solo'],
      ],
    );
    assert.equal(paper.tasks, 164);
    // The paper's solved tasks are with early stop.
    assert.deepEqual(
      paper.results.map(({ solved, forced }) => [solved?.mean, forced?.broken]),
      [
        [undefined, 43],
        [76.6, undefined],
      ],
    );
    assert.deepEqual(paper.separations, []);
  });

  it('turns a separation round where the run has it the other way', () => {
    const specs = [presetOf('champion'), presetOf('self-refine')];
    assert.deepEqual(paperNumbers({ specs, summary: summaryOf('humaneval') }).separations, [
      { pipeline: 'self-refine', baseline: 'champion', solvedDifference: -4.2, paperSigma: -1 },
    ]);
  });

  it('refuses what the paper did not measure', () => {
    const specs = [specOf('own', 1)];
    assert.throws(
      () => paperNumbers({ specs, summary: summaryOf('starter') }),
      /humaneval and mbpp, not starter; leave/,
    );
    assert.throws(
      () => paperNumbers({ specs, summary: summaryOf('mbpp') }),
      /the paper measured no pipeline of this run/,
    );
    const champion = [presetOf('champion')];
    assert.throws(() => paperNumbers({ specs: champion, summary: summaryOf('mbpp') }), /no pipeline of this run/);
  });
});

describe('PAPER_RESULTS', () => {
  it('agrees with itself: 164 tasks, first passes that add up, the sigmas of its own means', () => {
    const { results, tasks, separations } = PAPER_RESULTS.humaneval;
    for (const [name, result] of Object.entries(results)) {
      if (!('consistency' in result)) continue;
      const { consistency, solved } = result;
      assert.equal(
        consistency.reduce((sum, own) => sum + own, 0),
        tasks,
        name,
      );
      const total = consistency.reduce((sum, own, times) => sum + own * times, 0);
      assert.ok(Math.abs(total / 5 - solved.mean) < 1e-9, name);
      if (!('forced' in result)) continue;
      const { everPassed, newFixes, regressions, passes }: PaperForced = result.forced;
      assert.deepEqual(
        everPassed,
        newFixes.map((_, at) => newFixes.slice(0, at + 1).reduce((sum, own) => sum + own, 0)),
        name,
      );
      assert.equal(passes[1], passes[0]! - regressions[1]! + newFixes[1]!, name);
    }
    for (const { pipeline, baseline, solvedDifference, paperSigma } of separations.slice(1)) {
      const [own, other] = [results[pipeline].solved, results[baseline].solved];
      assert.ok(Math.abs(own.mean - other.mean - solvedDifference) < 1e-9);
      assert.ok(Math.abs(solvedDifference / Math.hypot(own.sd, other.sd) - paperSigma) < 0.05);
    }
    const runs = [81, 77, 79, 74, 72];
    assert.deepEqual(
      [mean(runs), standardDeviation(runs)?.toFixed(2)],
      [76.6, String(results['llama-solo'].solved.sd)],
    );
  });
});
