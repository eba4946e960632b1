import { deriveSeed, hashOf } from '../../src/base/hash.ts';
import { isDraftStage, type PipelineSpec } from '../../src/pipeline/pipeline-spec.ts';
import { findPreset } from '../../src/pipeline/presets.ts';
import type { Attempt, NamedCompletion } from '../../src/pipeline/trace.ts';
import { type Plan, trialsOf } from '../../src/runs/plan.ts';
import type { Trial } from '../../src/runs/trial.ts';
import { type Check, UNMEASURED, type Verdict } from '../../src/sandbox/verdict.ts';
import { Random } from '../../src/statistics/random.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import type { Task, TaskPrompt } from '../../src/tasks/task.ts';

/** How many tasks and repeats a large run has; it has six pipelines. */
export interface LargeRunSize {
  readonly tasks: number;
  readonly repeats: number;
}

const PIPELINES = ['llama-solo', 'self-refine', 'champion', 'cross-model', 'coder-solo', 'v2-champion'] as const;
const ERRORS = ['AssertionError', 'NameError', 'TypeError', 'IndexError', 'SyntaxError', 'Timeout'] as const;
const PASS_CHANCE = 0.35;
const MEASURED = { ...UNMEASURED, testedBy: 'judge', seconds: 0.05, cpuSeconds: 0.04 } as const;

/** Writes a run of invented trials into the ledger at a path, each as large as a real one, and gives its id. */
export async function writeLargeRun(path: string, size: LargeRunSize): Promise<string> {
  const ledger = new SqliteLedger(path);
  try {
    const plan = largePlan(size);
    const prompts = plan.tasks.map(({ id }, index) => promptOf(id, index));
    const writer = await ledger.runs.begin({ plan, prompts, keepTrials: false });
    if (writer === null) throw new Error(`${path} cannot keep a run`);
    let trials = 0;
    for (const { spec, task, repeat } of trialsOf({ ...plan, tasks: prompts.map((prompt) => ({ prompt }) as Task) })) {
      await writer.append(trialOf(spec, task.prompt, repeat));
      trials += 1;
    }
    await writer.finish({ state: 'complete', trials, summary: null });
    return writer.id;
  } finally {
    ledger.close();
  }
}

function largePlan({ tasks, repeats }: LargeRunSize): Plan {
  const ids = Array.from({ length: tasks }, (_, index) => `Large/${index}`);
  const pipelines = PIPELINES.map((name) => findPreset(name) as PipelineSpec);
  return {
    benchmark: { name: 'large', sha256: hashOf(ids), hiddenTests: 8 * tasks },
    tasks: ids.map((id) => ({ id, hash: hashOf(id) })),
    pipelines,
    models: ['ollama/llama3.2:3b', 'ollama/qwen2.5:1.5b'].map((name) => ({ name, identity: hashOf(name) })),
    repeats,
    seed: 1,
    timeoutSeconds: 4,
    sandbox: 'stub 3.14',
  };
}

function promptOf(id: string, index: number): TaskPrompt {
  const text = `def f${index}(items):\n    """Return what the task asks for.\n\n    >>> f${index}([1])\n    1\n    """\n`;
  return { id, text, form: 'signature', entryPoint: `f${index}`, context: '', examples: [{ source: 'f([1]) == 1' }] };
}

/** Each attempt passes by chance; a task's own number decides how great that is. */
function trialOf(spec: PipelineSpec, prompt: TaskPrompt, repeat: number): Trial {
  const random = Random.of(deriveSeed(spec.name, prompt.id, repeat));
  const ease = Random.of(deriveSeed(prompt.id)).uniform();
  const attempts: Attempt[] = [];
  for (let index = 0; index <= iterationsOf(spec); index += 1) {
    const passes = random.uniform() < PASS_CHANCE * (0.3 + 1.4 * ease);
    attempts.push(attemptOf(spec, prompt, { index, passes, random }));
    if (passes) break;
  }
  const isPass = attempts.at(-1)?.verdict?.kind === 'passed';
  const grades = attempts.map(({ verdict }) => ({
    base: verdict as Verdict,
    plus: null,
    passed: verdict?.kind === 'passed',
  }));
  const cost = { calls: attempts.length, promptTokens: 200 * attempts.length, completionTokens: 90, seconds: 1.5 };
  const stopReason = isPass ? 'passed' : 'iterations-spent';
  const trace = { taskId: prompt.id, repeat, attempts, agreement: null, unused: [], stopReason, cost } as const;
  return {
    pipeline: spec.name,
    trace: { ...trace, checked: 'examples', fault: null },
    grades,
    repairEffects: [],
  };
}

function iterationsOf({ stages }: PipelineSpec): number {
  return stages.reduce((sum, stage) => sum + (isDraftStage(stage) ? stage.drafts : stage.iterations), 0);
}

interface Drawn {
  readonly index: number;
  readonly passes: boolean;
  readonly random: Random;
}

function attemptOf(spec: PipelineSpec, { text, entryPoint }: TaskPrompt, { index, passes, random }: Drawn): Attempt {
  const code = `def ${entryPoint}(items):\n${Array.from({ length: 8 }, (_, line) => `    value_${line} = len(items) + ${random.below(100)}\n`).join('')}    return value_0\n`;
  const answer = `\`\`\`python\n${code}\`\`\`\n`;
  const completion: NamedCompletion = {
    ...{ text: answer, finishReason: 'stop', usage: { promptTokens: 200, completionTokens: 90 }, seconds: 1.4 },
    ...{ timings: null, role: index === 0 ? 'generator' : 'refiner', model: spec.generator.model, seed: index },
    temperature: 0.3,
    messages: [{ role: 'user', content: text }],
  };
  return {
    ...{ index, stage: index === 0 ? null : 0, from: index === 0 ? null : index - 1, answer, extracted: code, code },
    ...{ repairs: [], verdict: verdictOf(passes, random), completions: [completion], bestSoFar: index },
  };
}

function verdictOf(passes: boolean, random: Random): Verdict {
  if (passes) return { ...MEASURED, kind: 'passed', checksPassed: 1 };
  const type = random.pick([...ERRORS]);
  const check: Check = {
    ...{ test: null, source: 'f([1]) == 1', passed: false, call: 'f([1])', actual: '2', operator: '==', expected: '1' },
    exception: null,
  };
  if (type === 'AssertionError') return { ...MEASURED, kind: 'failed', checks: [check], checksFailed: 1 };
  if (type === 'Timeout')
    return { ...MEASURED, kind: 'timed-out', during: 'check', source: check.source, limitSeconds: 4 };
  const exception = { type, message: `${type} on line 2`, traceback: `Traceback\n  ${type}`, line: 2, locals: {} };
  if (type === 'SyntaxError') return { ...MEASURED, kind: 'syntax-error', exception };
  return { ...MEASURED, kind: 'raised', during: 'check', exception };
}
