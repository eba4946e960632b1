import type { TaskPrompt, TestProgram } from '../tasks/task.ts';

/** The prompt's examples as a test program; null where the prompt shows none. */
export function exampleTests(prompt: TaskPrompt): TestProgram | null {
  if (prompt.examples.length === 0) return null;
  return { setup: '', checks: prompt.examples.map(({ source }) => `${source}\n`).join('') };
}
