import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonLines } from '../../src/base/json-lines.ts';
import { readMbppTask } from '../../src/tasks/benchmarks/mbpp/mbpp.ts';
import { loadBenchmark } from '../../src/tasks/catalog.ts';
import type { TaskPrompt } from '../../src/tasks/task.ts';

/** One recorded answer of a model, as it came. */
export interface RecordedAnswer {
  /** Task and number of the draw. */
  readonly id: string;
  readonly prompt: TaskPrompt;
  readonly text: string;
}

interface Row {
  readonly task_id: string;
  readonly draw: number;
  readonly completion: string;
}

/** A row of mbpp.jsonl, which has more tasks than the sanitized part. */
interface MbppRow {
  readonly task_id: number;
  readonly text: string;
  readonly code: string;
  readonly test_setup_code: string;
  readonly test_list: readonly string[];
}

type Prompts = ReadonlyMap<string, TaskPrompt>;

const RECORDINGS: Readonly<Record<string, (benchmarks: string) => Promise<Prompts>>> = {
  'qwen3-0.6b-humaneval-10samples': readHumanEval,
  'qwen25-1.5b-instruct-mbpp-12runs': readMbpp,
  'codegen-16b-humaneval-100samples': readHumanEval,
};

/** The names of the recordings that a data folder has. */
export function recordingsIn(data: string): string[] {
  return Object.keys(RECORDINGS).filter((name) => existsSync(samplesOf(data, name)));
}

/** The answers of a recording whose tasks are known. */
export async function readAnswers(data: string, recording: string): Promise<readonly RecordedAnswer[]> {
  const prompts = await RECORDINGS[recording]!(join(data, 'benchmarks'));
  return (readJsonLines(samplesOf(data, recording)) as Row[]).flatMap(({ task_id, draw, completion: text }) => {
    const prompt = prompts.get(task_id);
    return prompt === undefined ? [] : [{ id: `${task_id} ${draw}`, prompt, text }];
  });
}

function samplesOf(data: string, recording: string): string {
  return join(data, 'recordings', recording, 'samples.jsonl.gz');
}

async function readHumanEval(benchmarks: string): Promise<Prompts> {
  const { tasks } = await loadBenchmark('humaneval', { dataFolder: benchmarks, cacheFolder: '/nowhere' });
  return new Map(tasks.map(({ prompt }) => [prompt.id, prompt]));
}

/** All of MBPP. */
async function readMbpp(benchmarks: string): Promise<Prompts> {
  const path = join(benchmarks, 'mbpp/mbpp.jsonl');
  const prompts = (readJsonLines(path) as MbppRow[]).map((row) => {
    const { task_id, text: prompt, code, test_setup_code: setup, test_list } = row;
    return readMbppTask({ task_id, prompt, code, test_imports: setup === '' ? [] : [setup], test_list }, path).prompt;
  });
  return new Map(prompts.map((prompt) => [prompt.id, prompt]));
}
