import { NoChecks, Refusal } from '../base/errors.ts';
import { givenBy } from '../pipeline/given-by.ts';
import type { RepairName } from '../pipeline/repair.ts';
import { repairCode } from '../pipeline/repair.ts';
import type { Attempt } from '../pipeline/trace.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Verdict } from '../sandbox/verdict.ts';
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
  const { sandbox, timeoutSeconds, report = 'first', signal } = options;
  const run = async (tests: typeof base.program) => {
    try {
      return await sandbox.run(
        { code, ...givenBy(task.prompt), tests, timeoutSeconds, report, reference: task.reference },
        signal,
      );
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      const Kind = cause instanceof NoChecks ? NoChecks : Refusal;
      throw new Kind(`${task.prompt.id}: ${cause.message}`, { cause });
    }
  };
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

  /** `seen` is what the program's visible checks showed, which may already decide its grade. */
  grade(code: string, seen: Verdict | null = null): Promise<Grade> {
    const known = this.#grades.get(code) ?? this.#decided(seen) ?? gradeCode(this.#task, code, this.#options);
    this.#grades.set(code, known);
    return known;
  }

  /** A program that fails an example which is a grading test to the letter fails the grading tests. */
  #decided(seen: Verdict | null): Promise<Grade> | null {
    if (seen === null || seen.kind === 'passed') return null;
    const graded = new Set(this.#task.grader.gradedExamples.map(({ source }) => oneLine(source)));
    const hung = 'source' in seen && seen.source !== null ? [seen.source] : [];
    const failed = [...hung, ...seen.checks.filter((check) => !check.passed).map(({ source }) => source)];
    const isDecided = failed.some((source) => graded.has(oneLine(source)));
    return isDecided ? Promise.resolve({ base: seen, plus: null, passed: false }) : null;
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

/** A check's source as the sandbox reports it: on one line, without `assert`. */
function oneLine(source: string): string {
  return source
    .replace(/^assert\s+/, '')
    .split(/\s+/)
    .join(' ');
}
