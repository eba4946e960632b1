import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Analysis } from '../../src/analysis/analyze-run.ts';
import { readJsonLines, toJsonLines } from '../../src/base/json-lines.ts';
import type { DrafterSpec, PipelineSpec } from '../../src/pipeline/pipeline-spec.ts';
import { findPreset } from '../../src/pipeline/presets.ts';
import { loadBenchmark } from '../../src/tasks/catalog.ts';
import type { Task } from '../../src/tasks/task.ts';
import { dataPlaces } from '../../src/wiring/places.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { repairStagesOf } from '../pipeline/repair-stages.ts';
import { Workplace } from './cli.ts';

const SHARED = join(import.meta.dirname, '../../../shared/data');
const skip = existsSync(SHARED) ? false : `no ${SHARED}`;
/** Tasks of each benchmark; GREENLOOP_TEST_TASKS=all takes them all, which is 19,700 trials and takes minutes. */
const TASKS = process.env.GREENLOOP_TEST_TASKS ?? '6';
const REPEATS = 5;
const CONFIGURATIONS = ['llama-solo', 'self-refine', 'cross-model', 'champion', 'coder-solo', 'coder-self-refine'];

interface Recording {
  readonly file: string;
  /** Its answers go on where the prompt ends. */
  readonly isContinuation?: boolean;
  /** The draws that stand for the model. */
  readonly from: number;
}

/** Answers of real models, which stand for two of the paper's; the third is scripted, and so is who analyzes. */
const RECORDED: Readonly<Record<string, Readonly<Record<'qwen2.5:1.5b' | 'llama3.2:3b', Recording>>>> = {
  humaneval: {
    'qwen2.5:1.5b': { file: 'qwen3-0.6b-humaneval-10samples', from: 0 },
    'llama3.2:3b': { file: 'codegen-16b-humaneval-100samples', isContinuation: true, from: 0 },
  },
  mbpp: {
    'qwen2.5:1.5b': { file: 'qwen25-1.5b-instruct-mbpp-12runs', from: 0 },
    'llama3.2:3b': { file: 'qwen25-1.5b-instruct-mbpp-12runs', from: 6 },
  },
};

const place = new Workplace();

/** Every fifth task is beyond its first draft, every tenth beyond its repairs too. */
function coderRules(tasks: readonly Task[]) {
  return tasks.flatMap(({ prompt, reference }, index) => {
    const right = `\`\`\`python\n${reference}\n\`\`\``;
    const wrong = `\`\`\`python\ndef ${prompt.entryPoint}(*values):\n    return None\n\`\`\``;
    const draft = { task: prompt.id, role: 'generator', text: index % 5 === 0 ? wrong : right };
    return [draft, { task: prompt.id, text: index % 10 === 0 ? wrong : right }];
  });
}

/** The paper's configurations and those of them that repair once more without early stop, with these models in place of its own. */
function pipelines(models: Readonly<Record<string, string>>): PipelineSpec[] {
  const role = (spec: DrafterSpec) => ({ ...spec, model: models[spec.model.replace('ollama/', '')]! });
  const all = CONFIGURATIONS.map((name) => {
    const spec = findPreset(`paper/${name}`)!;
    const stages = repairStagesOf(spec).map(({ analyzer, refiner, ...stage }) => ({
      ...stage,
      ...(analyzer && { analyzer: { ...analyzer, model: 'scripted/analyst.yaml' } }),
      refiner: role(refiner),
    }));
    return { ...spec, name, generator: role(spec.generator), stages } as PipelineSpec;
  });
  const forced = all
    .filter(({ stages }) => stages.length > 0)
    .map((spec) => ({ ...spec, name: `${spec.name} forced`, stop: { ...spec.stop, when: 'never' as const } }));
  return [...all, ...forced];
}

async function write(name: string): Promise<{ readonly words: readonly string[]; readonly tasks: number }> {
  const settings = readSettings({ dataFolder: join(SHARED, 'benchmarks') });
  const whole = await loadBenchmark(name, dataPlaces(settings));
  const recorded = recordedIds(name);
  const measured = whole.tasks.filter(({ prompt }) => recorded.has(prompt.id));
  const tasks = TASKS === 'all' ? measured : measured.slice(0, Number(TASKS));
  const limit = whole.tasks.indexOf(tasks.at(-1)!) + 1;
  const prompts = new Map(tasks.map(({ prompt }) => [prompt.id, prompt.text]));
  const models = Object.entries(RECORDED[name]!).map(([model, { file, from, isContinuation }], index) => {
    const drawn = rowsOf(file).filter(
      ({ draw, task_id: id }) => draw >= from && draw < from + REPEATS && prompts.has(id),
    );
    const rows = drawn.map(({ task_id, draw, completion }) => {
      const text = isContinuation ? prompts.get(task_id) + completion : completion;
      return { task_id, draw: draw - from, completion: text };
    });
    place.write(`${name}-${index}.jsonl`, toJsonLines(rows));
    return [model, `recorded/${name}-${index}.jsonl`] as const;
  });
  place.write(`${name}-coder.yaml`, JSON.stringify(coderRules(tasks)));
  place.write('analyst.yaml', JSON.stringify([{ text: 'A value is wrong; follow the failing case.' }]));
  const specs = pipelines({ ...Object.fromEntries(models), 'qwen2.5-coder:3b': `scripted/${name}-coder.yaml` });
  const words = specs.flatMap((spec) => {
    place.write(`${name} ${spec.name}.json`, JSON.stringify(spec));
    return ['--pipeline', `${name} ${spec.name}.json`];
  });
  return { words: [...words, '--limit', String(limit)], tasks: tasks.length };
}

interface Row {
  readonly task_id: string;
  readonly draw: number;
  readonly completion: string;
}

function rowsOf(file: string): readonly Row[] {
  return readJsonLines(join(SHARED, 'recordings', file, 'samples.jsonl.gz')) as Row[];
}

/** Ids of the tasks of which all recordings have every draw. */
function recordedIds(name: string): ReadonlySet<string> {
  const ids = Object.values(RECORDED[name]!).map(({ file }) => {
    return new Set(rowsOf(file).map(({ task_id }) => task_id));
  });
  return new Set([...ids[0]!].filter((id) => ids.every((own) => own.has(id))));
}

const TABLES = [
  'Tasks solved',
  'pass@k: the chance that at least one of k draws passes',
  'Tasks by the number of repeats (of 5) that solved them',
  'Pipelines compared on the same tasks and repeats',
  'What became of failed drafts',
  'Solved by iteration, with early stop',
  'Forced iterations: the loop continues after a pass',
  'How much the best of several single runs overstates the mean',
  'Tasks never solved',
  'Cost of a solved task',
];

describe("the paper's six configurations, five repeats, one command a benchmark", { skip, concurrency: 1 }, () => {
  for (const name of Object.keys(RECORDED)) {
    test(name, async (t) => {
      const { words, tasks } = await write(name);
      const common = ['--data', join(SHARED, 'benchmarks'), '--ledger', `${name}.db`];
      const size = ['--repeats', String(REPEATS), '--out', `run ${name}`];
      const bench = await place.run([...common, 'bench', '-b', name, '--skip-preflight', ...size, ...words]);
      assert.equal(bench.code, 0, bench.stderr);
      const { stdout } = await place.run([...common, 'analyze', 'last']);
      if (TASKS === 'all') t.diagnostic(`\n${stdout}`);
      for (const title of TABLES) assert.ok(stdout.includes(`\n${title}`), `${title} is not in\n${stdout}`);
      const analysis: Analysis = JSON.parse((await place.run([...common, 'analyze', 'last', '--json'])).stdout);
      assertCoder(analysis, tasks);
      assertEarlyStopIsForcedStart(analysis);
    });
  }
});

/** What the script makes of it, by hand: of n tasks every fifth, rounded up, fails at first and every tenth to the end. */
function assertCoder({ results, firstErrors, iterations }: Analysis, tasks: number): void {
  const [beyondDraft, beyondRepair] = [Math.ceil(tasks / 5), Math.ceil(tasks / 10)];
  const solved = (name: string) => results.find(({ pipeline }) => pipeline === name)?.solved;
  assert.deepEqual(solved('coder-solo')?.perRepeat, new Array(REPEATS).fill(tasks - beyondDraft));
  assert.deepEqual(solved('coder-self-refine')?.perRepeat, new Array(REPEATS).fill(tasks - beyondRepair));
  const errors = firstErrors.find(({ pipeline }) => pipeline === 'coder-self-refine')!.lines;
  const whole = errors.filter(({ error }) => error !== null);
  const drafts = whole.reduce((sum, line) => sum + line.drafts, 0);
  const fixed = whole.reduce((sum, line) => sum + (line.fixed?.hits ?? 0), 0);
  assert.deepEqual([drafts, fixed], [REPEATS * beyondDraft, REPEATS * (beyondDraft - beyondRepair)]);
  const steps = iterations.find(({ pipeline }) => pipeline === 'coder-self-refine')!.iterations;
  const counts = [tasks - beyondDraft, ...new Array(3).fill(tasks - beyondRepair)].map((own) => REPEATS * own);
  assert.deepEqual(
    steps.map((step) => step.solved),
    counts,
  );
}

/** Without early stop, as many have passed at least once as early stop solves: they are the same draws. */
function assertEarlyStopIsForcedStart({ iterations, forced }: Analysis): void {
  assert.equal(forced.length, 4);
  for (const { pipeline, iterations: own } of forced) {
    const stopped = iterations.find((other) => other.pipeline === pipeline.replace(' forced', ''))!;
    assert.deepEqual(
      own.map(({ everPassed }) => everPassed),
      stopped.iterations.map(({ solved }) => solved),
      pipeline,
    );
  }
}
