import { parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import type { NamedCompletion } from '../../src/pipeline/trace.ts';
import type { Plan } from '../../src/runs/plan.ts';
import type { RunBeginning, TrialPlace } from '../../src/runs/run-store.ts';
import type { Trial } from '../../src/runs/trial.ts';
import { UNMEASURED, type Verdict } from '../../src/sandbox/verdict.ts';
import type { TaskPrompt } from '../../src/tasks/task.ts';

/** A plan of pipelines and tasks by their names, changed as given; pipelines stand before tasks in its order, and repeats before both. */
export function planOf(changes: Partial<Plan> & { readonly names?: string[]; readonly ids?: string[] } = {}): Plan {
  const { names = ['b', 'a'], ids = ["t'\u0000\u{1F600}", 'T/2'], ...rest } = changes;
  return {
    benchmark: { name: 'own', sha256: '0', hiddenTests: 1 },
    tasks: ids.map((id) => ({ id, hash: `hash of ${id}` })),
    pipelines: names.map((name) => parsePipeline({ name, generator: { model: 'scripted/m' } }, name)),
    models: [{ name: 'scripted/m', identity: null }],
    repeats: 2,
    seed: 1,
    timeoutSeconds: 4,
    sandbox: 'stub 3.14',
    ...rest,
  };
}

/** What a run of the plan is begun with; its trials are kept. */
export function beginningOf(plan: Plan, keepTrials = true): RunBeginning {
  return { plan, prompts: plan.tasks.map(({ id }) => promptOf(id)), keepTrials };
}

export function promptOf(id: string): TaskPrompt {
  const text = `Write ${id} in the promptonly way.`;
  return { id, text, form: 'description', entryPoint: 'f', context: '', examples: [{ source: 'assert f(1) == 1' }] };
}

/** Every place of a plan, in its order. */
export function placesOf({ pipelines, tasks, repeats }: Plan): TrialPlace[] {
  return Array.from({ length: repeats }, (_, repeat) =>
    pipelines.flatMap(({ name }) => tasks.map(({ id }) => ({ pipeline: name, taskId: id, repeat }))),
  ).flat();
}

/** What a trial shows, where it is not a pass. */
export interface Shown {
  /** Type of the exception that the last attempt raised. */
  readonly error?: string;
  /** Kind of what broke. */
  readonly fault?: string;
  readonly answer?: string;
  readonly code?: string;
  readonly seconds?: number;
  readonly tokens?: number;
}

/** A trial of one attempt, whole: as a run of a pipeline gives it. */
export function trialAt({ pipeline, taskId, repeat }: TrialPlace, shown: Shown = {}): Trial {
  const { error, fault, answer = 'Here it is.', code = 'def f(n):\n    return n\n', seconds = 1, tokens = 10 } = shown;
  const verdict = verdictOf(error);
  const usage = { promptTokens: tokens, completionTokens: 1 };
  const completion: NamedCompletion = {
    ...{ text: answer, finishReason: 'stop', usage, seconds, timings: null, role: 'generator' },
    ...{ model: 'scripted/m', seed: 7, temperature: 0.3 },
    messages: [{ role: 'user', content: 'in a message alone' }],
  };
  const attempt = { index: 0, stage: null, from: null, answer, extracted: code, code, repairs: [], verdict };
  return {
    pipeline,
    trace: {
      taskId,
      repeat,
      attempts: [{ ...attempt, completions: [completion], bestSoFar: 0 }],
      agreement: null,
      unused: [],
      checked: 'examples',
      stopReason: fault === undefined ? (error === undefined ? 'passed' : 'iterations-spent') : 'fault',
      cost: { calls: 1, promptTokens: tokens, completionTokens: 1, seconds },
      fault: fault === undefined ? null : { kind: fault, message: `${fault} it was` },
    },
    grades: fault === undefined ? [{ base: verdict, plus: null, passed: error === undefined }] : [],
    repairEffects: [],
  };
}

function verdictOf(error: string | undefined): Verdict {
  const measured = { ...UNMEASURED, testedBy: 'judge' } as const;
  if (error === undefined) return { ...measured, kind: 'passed' };
  const exception = { type: error, message: `${error} says so`, traceback: 'Traceback of it', line: 1, locals: {} };
  return { ...measured, kind: 'raised', during: 'check', exception };
}

/** The trial as another version of greenloop might have kept it. */
export function unreadable(trial: Trial): Trial {
  return { ...trial, grades: [{ base: { kind: 'splendid' }, plus: null, passed: true }] } as unknown as Trial;
}
