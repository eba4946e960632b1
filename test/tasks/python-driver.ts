import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Task } from '../../src/tasks/task.ts';
import { judged } from '../own-tasks.ts';

/** Runs test programs in a plain interpreter, as the sandbox's judge would: only for code that is known to be harmless. */
const DRIVER = `
import json, sys

def run(job):
    names = {"__name__": "tests", "sys": sys}
    candidate = {"__name__": "candidate"}
    exec(job["context"], names)
    exec(job["context"] + "\\n" + job["code"], candidate)
    entry = names[job["entryPoint"]] = candidate[job["entryPoint"]]
    exec(job["setup"], names)
    exec(job["checks"], names)
    if names.get("check") is not entry and "def check(" in job["checks"]:
        names["check"](entry)
    return [repr(value) for value in names.get("EXPECTED", [])[:3]]

answers = []
for job in json.load(sys.stdin):
    try:
        answers.append({"passed": True, "expected": run(job)})
    except BaseException as error:
        answers.append({"passed": False, "error": f"{type(error).__name__}: {error}"})
json.dump(answers, sys.stdout)
`;

export interface PythonJob {
  readonly context: string;
  readonly code: string;
  readonly entryPoint: string;
  readonly setup: string;
  readonly checks: string;
}

export interface PythonAnswer {
  readonly passed: boolean;
  readonly expected?: readonly string[];
  readonly error?: string;
}

export const hasPython = spawnSync('python3', ['--version']).status === 0;

export function runPython(jobs: readonly PythonJob[]): PythonAnswer[] {
  const options = { input: JSON.stringify(jobs), maxBuffer: 1 << 28 } as const;
  return JSON.parse(execFileSync('python3', ['-I', '-c', DRIVER], options).toString());
}

/** One job for each suite of each task, with the reference as the candidate. */
export function referenceJobs(tasks: readonly Task[]): { readonly id: string; readonly job: PythonJob }[] {
  return tasks.flatMap(({ prompt, grader, reference }) =>
    grader.suites().map(({ name, program }) => ({
      id: `${prompt.id} ${name}`,
      job: { context: prompt.context, code: reference ?? '', entryPoint: prompt.entryPoint, ...judged(program) },
    })),
  );
}

/** Copies of the public benchmarks beside the checkout; tests that need them are skipped aloud where there are none. */
export const benchmarkFolder = resolve(import.meta.dirname, '../../../shared/data/benchmarks');
export const hasBenchmarks = existsSync(benchmarkFolder);
