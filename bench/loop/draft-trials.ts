import { join } from 'node:path';
import { RecordedModel } from '../../src/models/recorded/recorded-model.ts';
import { exampleTests } from '../../src/pipeline/feedback-tests.ts';
import { type PipelineSpec, parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import { runPipeline } from '../../src/pipeline/run-pipeline.ts';
import { type Attempt, chosenAttempt } from '../../src/pipeline/trace.ts';
import { TaskGrading } from '../../src/runs/grade.ts';
import { checkBenchmark } from '../../src/runs/preflight.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { loadBenchmark } from '../../src/tasks/catalog.ts';
import type { Task } from '../../src/tasks/task.ts';
import { spread } from './spread.ts';

const LIMIT_SECONDS = 10;

/** Draws of one model, and the benchmark that grades them. */
export interface DrawnRecording {
  readonly title: string;
  readonly folder: string;
  readonly benchmark: string;
  /** Draws of each task that are used. */
  readonly draws: number;
}

export const DRAWN_RECORDINGS: readonly DrawnRecording[] = [
  { title: 'Qwen3-0.6B, humaneval', folder: 'qwen3-0.6b-humaneval-10samples', benchmark: 'humaneval', draws: 10 },
  { title: 'CodeGen-16B, humaneval', folder: 'codegen-16b-humaneval-100samples', benchmark: 'humaneval', draws: 20 },
  { title: 'Qwen2.5-1.5B, mbpp+', folder: 'qwen25-1.5b-instruct-mbpp-12runs', benchmark: 'mbpp+', draws: 12 },
];

/** One trial of up to so many drafts. */
export interface DraftTrial {
  readonly isFirstRight: boolean;
  /** Whether the first draft passes the examples. */
  readonly isFirstPassing: boolean;
  readonly isRight: boolean;
  /** Whether the draft that the trial ends with passes the examples. */
  readonly isPassing: boolean;
  readonly drawn: number;
  /** Prompt and new tokens of all drafts drawn; null where the recording does not say. */
  readonly tokens: number | null;
}

/** The trials of one task by the most drafts that a trial may draw. */
export interface TaskTrials {
  readonly taskId: string;
  readonly bySize: ReadonlyMap<number, readonly DraftTrial[]>;
}

/** What trials on a recording need. */
export interface RecordedDraws {
  readonly model: RecordedModel;
  readonly tasks: readonly Task[];
}

/** The answers of a recording, and about so many of the tasks that it has answers for, without those that cannot be judged, as `bench` leaves them out. */
export async function openDraws(
  data: string,
  { folder, benchmark }: DrawnRecording,
  { sandbox, most }: { sandbox: Sandbox; most: number | undefined },
): Promise<RecordedDraws> {
  const all = await loadBenchmark(benchmark, { dataFolder: join(data, 'benchmarks'), cacheFolder: '/nowhere' });
  const model = new RecordedModel(join(data, 'recordings', folder, 'samples.jsonl.gz'));
  const recorded = all.tasks.filter(({ prompt }) => model.recording.draws.has(prompt.id));
  const checked = await checkBenchmark(
    { ...all, tasks: spread(recorded, most) },
    { sandbox, timeoutSeconds: LIMIT_SECONDS, parallel: 2 },
    { withProgress: (_tasks, work) => work(() => {}) },
  );
  return { model, tasks: checked.benchmark.tasks };
}

/** Runs the loop on one task with each number of drafts, on as many repeats as the draws allow; no two of them share a draw. */
export async function tryDrafts(
  task: Task,
  { model, draws, sizes }: { model: RecordedModel; draws: number; sizes: readonly number[] },
  sandbox: Sandbox,
): Promise<TaskTrials> {
  const grading = new TaskGrading(task, { sandbox, timeoutSeconds: LIMIT_SECONDS });
  const bySize = new Map<number, DraftTrial[]>();
  for (const size of sizes) {
    const spec = draftsOf(model.name, size);
    const trials: DraftTrial[] = [];
    for (let repeat = 0; repeat < Math.floor(draws / size); repeat += 1) {
      trials.push(await tryOnce(spec, task, { model, sandbox, repeat, grading }));
    }
    bySize.set(size, trials);
  }
  return { taskId: task.prompt.id, bySize };
}

/** The pipeline of up to so many drafts. */
export function draftsOf(model: string, size: number): PipelineSpec {
  const name = `up to ${size} drafts`;
  return parsePipeline({ name, generator: { model }, stages: size === 1 ? [] : [{ drafts: size - 1 }] }, name);
}

async function tryOnce(
  spec: PipelineSpec,
  task: Task,
  services: { model: RecordedModel; sandbox: Sandbox; repeat: number; grading: TaskGrading },
): Promise<DraftTrial> {
  const { model, sandbox, repeat, grading } = services;
  const { attempts, cost, fault } = await runPipeline(spec, task.prompt, {
    ...{ sandbox, repeat, seed: 0, timeoutSeconds: LIMIT_SECONDS },
    model: () => model,
    feedbackTests: exampleTests(task.prompt),
  });
  if (fault !== null) throw new Error(`${task.prompt.id}, repeat ${repeat}: ${fault.message}`);
  const isRight = async ({ code, verdict }: Attempt) => (await grading.grade(code, verdict)).passed;
  const [first, chosen] = [attempts[0], chosenAttempt(attempts)] as [Attempt, Attempt];
  const tokens = cost.promptTokens + cost.completionTokens;
  return {
    isFirstRight: await isRight(first),
    isFirstPassing: first.verdict?.kind === 'passed',
    isRight: await isRight(chosen),
    isPassing: chosen.verdict?.kind === 'passed',
    drawn: attempts.length,
    tokens: tokens === 0 ? null : tokens,
  };
}
