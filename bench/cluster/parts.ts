import { sleep } from '../../src/base/concurrency.ts';
import type { CompletionRequest, Model } from '../../src/models/model.ts';
import { QueuedModel } from '../../src/models/queued-model.ts';
import { RequestQueue } from '../../src/models/request-queue.ts';
import { ScriptedModel } from '../../src/models/scripted/scripted-model.ts';
import { type PipelineSpec, parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import { type PlannedTrial, trialsOf } from '../../src/runs/plan.ts';
import type { Isolation, Sandbox } from '../../src/sandbox/sandbox.ts';
import { UNMEASURED, type Verdict } from '../../src/sandbox/verdict.ts';
import { Grader, type Task } from '../../src/tasks/task.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';

/** What the processes of the bench are told. */
export interface ClusterWork {
  readonly url: string;
  readonly trials: number;
  /** What a call of the model takes; a worker has one slot. */
  readonly callMs: number;
  /** Whether programs really run; else they pass at once, so that only the queue is measured. */
  readonly isReal: boolean;
  /** Jobs of a worker at once. */
  readonly jobs: number;
  /** Workers to wait for. */
  readonly workers: number;
}

export const MODEL = 'scripted/bench';
export const IDENTITY = 'b'.repeat(64);
const TASKS = 100;
const ANSWER = '```python\ndef double(n):\n    return 2 * n\n```';

export const PIPELINES: readonly PipelineSpec[] = [
  parsePipeline({ name: 'one', generator: { model: MODEL } }, 'bench'),
];

/** So many trials of one pipeline on a hundred tasks. */
export function planned(trials: number): PlannedTrial[] {
  const tasks = Array.from({ length: TASKS }, (_, number) => taskOf(`bench/${number}`));
  return trialsOf({ pipelines: PIPELINES, tasks, repeats: Math.ceil(trials / TASKS) }).slice(0, trials);
}

function taskOf(id: string): Task {
  const text = 'Write a function `double` that returns twice its argument.';
  const checks = 'def check(candidate):\n    assert candidate(2) == 4\n    assert candidate(5) == 10\n';
  const examples = [{ source: 'assert double(2) == 4' }];
  const prompt = { id, text, form: 'description', entryPoint: 'double', context: '', examples } as const;
  const suites = [{ name: 'base', program: { setup: '', checks } }] as const;
  return { prompt, grader: new Grader(id, suites, 1), reference: null };
}

/** A model of one slot whose calls take so long. */
export function modelOf(callMs: number): Model {
  const answer = async (_request: CompletionRequest, signal?: AbortSignal) => {
    if (callMs > 0) await sleep(callMs / 1000, signal);
    return ANSWER;
  };
  return new QueuedModel(new ScriptedModel('bench', answer), new RequestQueue(1));
}

/** The sandbox of this machine, or one in which every program passes at once. */
export async function sandboxFor({ isReal }: Pick<ClusterWork, 'isReal'>): Promise<Sandbox> {
  return isReal ? openSandbox(readSettings(), 1) : new PassingSandbox();
}

class PassingSandbox implements Sandbox {
  async run(): Promise<Verdict> {
    return { ...UNMEASURED, kind: 'passed', checksPassed: 1, testedBy: 'judge' };
  }

  async isolation(): Promise<Isolation> {
    return { name: 'none', python: '3', lacks: [] };
  }

  async close(): Promise<void> {}
}
