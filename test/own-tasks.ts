import assert from 'node:assert/strict';
import {
  Grader,
  isJudged,
  type JudgedProgram,
  type Task,
  type TaskPrompt,
  type TestProgram,
} from '../src/tasks/task.ts';

export interface OwnTask {
  readonly id?: string;
  readonly text?: string;
  readonly context?: string;
  /** Asserts that the prompt shows. */
  readonly examples?: readonly string[];
  /** Grading tests. */
  readonly tests?: string;
  readonly plusTests?: string;
  readonly hiddenTests?: number | null;
  readonly reference?: string | null;
}

const TEXT = 'Write a function `double` that returns twice its argument.';
const EXAMPLES = ['assert double(2) == 4', 'assert double(3) == 6'];
const TESTS = 'def check(candidate):\n    assert candidate(2) == 4\n    assert candidate(5) == 10\n';

/** A task for `double(n)`: two examples, a grading test that is one of them and a hidden one; changed as given. */
export function doubleTask(task: OwnTask = {}): Task {
  const { id = 'Own/double', text = TEXT, context = '', examples = EXAMPLES, tests = TESTS } = task;
  const { hiddenTests = 1, reference = DOUBLE.right } = task;
  const prompt: TaskPrompt = {
    id,
    text: [text, ...examples].join('\n'),
    form: 'description',
    entryPoint: 'double',
    context,
    examples: examples.map((source) => ({ source })),
  };
  const base = { name: 'base', program: { setup: '', checks: tests } } as const;
  const plus =
    task.plusTests === undefined ? [] : [{ name: 'plus', program: { setup: '', checks: task.plusTests } } as const];
  return { prompt, grader: new Grader(id, [base, ...plus], hiddenTests), reference };
}

/** Programs for `double`, right and wrong in several ways. */
export const DOUBLE = {
  right: 'def double(n):\n    return 2 * n\n',
  /** double(3) gives 9. */
  square: 'def double(n):\n    return n * n\n',
  /** double(2) gives 3. */
  next: 'def double(n):\n    return n + 1\n',
  raising: 'def double(n):\n    return n.twice\n',
  /** Passes the examples, fails the hidden test. */
  fitted: 'def double(n):\n    return {2: 4, 3: 6}.get(n)\n',
} as const;

/** A program that has to be one for the judge. */
export function judged(program: TestProgram | undefined): JudgedProgram {
  assert.ok(program !== undefined && isJudged(program));
  return program;
}

/** An answer with the code in a fence. */
export function fenced(code: string): string {
  return `\`\`\`python\n${code}\`\`\``;
}
