import { join } from 'node:path';
import { deriveSeed } from '../../src/base/hash.ts';
import { readJsonLines } from '../../src/base/json-lines.ts';
import type { Behaviour } from '../../src/pipeline/agreement/behaviour.ts';
import { observe } from '../../src/pipeline/agreement/observe.ts';
import { probesFor } from '../../src/pipeline/agreement/probes.ts';
import { extractCode } from '../../src/pipeline/extract.ts';
import { exampleTests } from '../../src/pipeline/feedback-tests.ts';
import { REPAIR_NAMES, repairCode } from '../../src/pipeline/repair.ts';
import { TaskGrading } from '../../src/runs/grade.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Verdict } from '../../src/sandbox/verdict.ts';
import { loadBenchmark } from '../../src/tasks/catalog.ts';
import type { Task, TaskPrompt } from '../../src/tasks/task.ts';

const data = join(import.meta.dirname, '../../../shared/data');
const LIMIT_SECONDS = 10;
const OBSERVATION_SECONDS = 2;

/** Answers of one model, and the benchmark that grades them. */
export interface Recording {
  readonly title: string;
  readonly folder: string;
  readonly benchmark: string;
}

export const RECORDINGS: readonly Recording[] = [
  { title: 'Qwen2.5-1.5B, mbpp+', folder: 'qwen25-1.5b-instruct-mbpp-12runs', benchmark: 'mbpp+' },
  { title: 'Qwen3-0.6B, humaneval+', folder: 'qwen3-0.6b-humaneval-10samples', benchmark: 'humaneval+' },
];

/** What is known of one draft. */
export interface JudgedDraft {
  /** By the hidden tests. */
  readonly isRight: boolean;
  /** Of the prompt's examples. */
  readonly examplesPassed: number;
  readonly behaviour: Behaviour;
  /** How many of the first probes are those of the prompt's examples. */
  readonly given: number;
  /** Wall time in which the sandbox observed it. */
  readonly seconds: number;
}

/** The drafts of one task in the order of their draws. */
export interface TaskDrafts {
  readonly taskId: string;
  readonly drafts: readonly JudgedDraft[];
}

/** The tasks of a benchmark with the codes that a model answered, in the order of the draws. */
export async function recordedCodes({ folder, benchmark }: Recording): Promise<{ task: Task; codes: string[] }[]> {
  const places = { dataFolder: join(data, 'benchmarks'), cacheFolder: '/nowhere' };
  const { tasks } = await loadBenchmark(benchmark, places);
  const rows = readJsonLines(join(data, 'recordings', folder, 'samples.jsonl.gz')) as {
    readonly task_id: string;
    readonly draw: number;
    readonly completion: string;
  }[];
  const draws = Map.groupBy(
    rows.toSorted((a, b) => a.draw - b.draw),
    (row) => row.task_id,
  );
  return tasks.flatMap((task) => {
    const answers = draws.get(task.prompt.id);
    return answers === undefined
      ? []
      : [{ task, codes: answers.map(({ completion }) => codeOf(completion, task.prompt)) }];
  });
}

function codeOf(answer: string, prompt: TaskPrompt): string {
  return repairCode(extractCode(answer, prompt).code, prompt, new Set(REPAIR_NAMES)).code;
}

/** Runs the examples on the drafts of one task, grades them and observes them. */
export async function judgeDrafts(task: Task, codes: readonly string[], sandbox: Sandbox): Promise<TaskDrafts> {
  const { prompt } = task;
  const probes = probesFor(prompt, codes, deriveSeed(0, prompt.id, 'probes'));
  const grading = new TaskGrading(task, { sandbox, timeoutSeconds: LIMIT_SECONDS });
  const observing = { sandbox, timeoutSeconds: OBSERVATION_SECONDS };
  const drafts: JudgedDraft[] = [];
  for (const code of codes) {
    const seen = await runExamples(prompt, code, sandbox);
    const observation = probes && (await observe(code, prompt, probes, observing));
    drafts.push({
      isRight: (await grading.grade(code, seen)).passed,
      examplesPassed: seen?.checksPassed ?? 0,
      behaviour: observation?.behaviour ?? null,
      given: probes?.given ?? 0,
      seconds: observation?.seconds ?? 0,
    });
  }
  return { taskId: prompt.id, drafts };
}

async function runExamples(prompt: TaskPrompt, code: string, sandbox: Sandbox): Promise<Verdict | null> {
  const tests = exampleTests(prompt);
  if (tests === null) return null;
  const { context, entryPoint } = prompt;
  return sandbox.run({ code, context, entryPoint, tests, timeoutSeconds: LIMIT_SECONDS, report: 'all' });
}
