import { chancesOf } from '../../src/analysis/chances.ts';
import { compareAll, compareWithFirst } from '../../src/analysis/comparison.ts';
import { type Summary, summarizePipeline } from '../../src/analysis/summary.ts';
import type { PipelineInput } from '../../src/pipeline/pipeline-spec.ts';
import type { RunFacts } from '../../src/runs/run-facts.ts';
import type { TrialFacts } from '../../src/runs/trial-facts.ts';
import { specOf, type TrialChanges, trialOf } from '../analysis/own-trials.ts';

/** What drafts and repairs come to, in the words of `trialOf`; no word: the trial faulted. */
const WORDS = [
  'ok',
  'AssertionError ok',
  'NameError ok',
  'AssertionError false',
  'TypeError TypeError',
  'AssertionError AssertionError',
  'SyntaxError NameError',
] as const;

const STOPS: Readonly<Record<string, Partial<PipelineInput>>> = { forced: { stop: 'never' } };

function trialAt(pipeline: string, task: number, repeat: number): TrialFacts {
  const place = (task * 5 + repeat * 3 + (task % 4) * pipeline.length) % WORDS.length;
  const words = task % 4 === 3 ? 'KeyError KeyError' : (WORDS[place] ?? 'ok');
  const shown = pipeline === 'solo' ? (words.split(' ')[0] ?? '') : words;
  const isBroken = task === 5 && repeat === 1 && pipeline !== 'solo';
  const changes: TrialChanges = {
    ...{ pipeline, repeat, tokens: 321 + 17 * task, seconds: 1.25 + task / 8 },
    ...(isBroken && { fault: pipeline === 'loop' ? 'model: context-overflow' : 'sandbox' }),
    ...(words === 'ok' && { repairs: [{ name: 'entry-point', effect: task % 3 === 0 ? 'gained' : 'lost' }] }),
    ...(task === 2 && { checked: 'load' }),
  };
  return trialOf(`own/${task}`, isBroken ? '' : shown, changes);
}

/** Pipelines `solo`, `loop` and `forced` on so many tasks. */
export function runOf(tasks = 12, repeats = 5): RunFacts {
  const specs = ['solo', 'loop', 'forced'].map((name) => specOf(name, name === 'solo' ? 0 : 1, STOPS[name] ?? {}));
  const trials = specs.flatMap(({ name }) =>
    Array.from({ length: repeats }, (_, repeat) => repeat).flatMap((repeat) =>
      Array.from({ length: tasks }, (_, task) => trialAt(name, task, repeat)),
    ),
  );
  const benchmark = { name: 'own', tasks, sha256: '0', hiddenTests: 1 };
  return { specs, trials, summary: { benchmark, repeats, seed: 1, complete: true } };
}

/** What bench says of a run. */
export function summaryOf({ specs, trials, summary }: RunFacts): Summary {
  const { benchmark, repeats, seed, complete } = summary;
  const size = { repeats, tasks: benchmark.tasks };
  const names = specs.map(({ name }) => name);
  return {
    ...{ run: 'id', benchmark, repeats, seed, complete, leftOut: [], seconds: 12.5 },
    preflight: {
      skipped: false,
      tasks: 12,
      passed: 12,
      failed: 0,
      leftOut: [{ taskId: 'own/silent', reason: 'its tests check nothing' }],
      wrongExamples: [],
    },
    pipelines: specs.map((spec) => summarizePipeline(spec, trials, size)),
    comparisons: compareWithFirst(names, trials),
    chances: chancesOf(names, trials, compareAll(names, trials)),
    reuse: { calls: 112, promptTokens: 1, completionTokens: 1 },
  };
}
