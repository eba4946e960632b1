import type { RepairName } from '../pipeline/pipeline-spec.ts';
import { repairCode } from '../pipeline/repair.ts';
import type { Attempt } from '../pipeline/trace.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Task } from '../tasks/task.ts';
import type { Grade, RepairEffect } from './trial.ts';

export interface GradingOptions {
  readonly sandbox: Sandbox;
  readonly timeoutSeconds: number;
  readonly report?: 'all' | 'first';
  readonly signal?: AbortSignal | undefined;
}

/** Grades a program by a task's grading tests: base first, plus only where base passed. */
export async function gradeCode(task: Task, code: string, options: GradingOptions): Promise<Grade> {
  const [base, plus] = task.grader.suites();
  if (base === undefined) throw new TypeError(`${task.prompt.id} has no grading tests`);
  const { context, entryPoint } = task.prompt;
  const { sandbox, timeoutSeconds, report = 'first', signal } = options;
  const run = (tests: typeof base.program) =>
    sandbox.run({ code, context, entryPoint, tests, timeoutSeconds, report }, signal);
  const baseVerdict = await run(base.program);
  const plusVerdict = plus !== undefined && baseVerdict.kind === 'passed' ? await run(plus.program) : null;
  const isPassed = baseVerdict.kind === 'passed' && (plus === undefined || plusVerdict?.kind === 'passed');
  return { base: baseVerdict, plus: plusVerdict, passed: isPassed };
}

/** Grades programs of one task, each text once. */
export class TaskGrading {
  readonly #task: Task;
  readonly #options: GradingOptions;
  readonly #grades = new Map<string, Promise<Grade>>();

  constructor(task: Task, options: GradingOptions) {
    this.#task = task;
    this.#options = options;
  }

  grade(code: string): Promise<Grade> {
    const known = this.#grades.get(code) ?? gradeCode(this.#task, code, this.#options);
    this.#grades.set(code, known);
    return known;
  }

  /** For each repair of an attempt: did its grade need it? Judged by leaving that one repair out. */
  async repairEffects(attempt: Attempt, policy: readonly RepairName[]): Promise<RepairEffect[]> {
    const names = [...new Set(attempt.repairs.map((repair) => repair.name))];
    const passed = (await this.grade(attempt.code)).passed;
    const effects: RepairEffect[] = [];
    for (const name of names) {
      const others = new Set(policy.filter((other) => other !== name));
      const without = repairCode(attempt.extracted, this.#task.prompt, others).code;
      const passedWithout = (await this.grade(without)).passed;
      effects.push({ name, effect: passed === passedWithout ? 'same' : passed ? 'gained' : 'lost' });
    }
    return effects;
  }
}
