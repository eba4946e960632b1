import type { Example, TaskPrompt, TestProgram } from '../tasks/task.ts';

/** The prompt's examples as a test program; null where the prompt shows none. */
export function exampleTests(prompt: TaskPrompt): TestProgram | null {
  return prompt.examples.length === 0 ? null : programOf(prompt.examples);
}

/** Examples as a test program. */
export function programOf(examples: readonly Example[]): TestProgram {
  return { setup: '', checks: examples.map(({ source }) => source).join('\n') };
}
