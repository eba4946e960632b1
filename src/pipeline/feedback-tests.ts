import type { Example, TaskPrompt, TestProgram } from '../tasks/task.ts';
import { programOfChecks } from '../tasks/test-program.ts';

/** The prompt's examples as a test program; null where the prompt shows none. */
export function exampleTests(prompt: TaskPrompt): TestProgram | null {
  return prompt.examples.length === 0 ? null : programOf(prompt.examples);
}

/** Examples as a test program, which runs beside the code where they share state of the process with it. */
export function programOf(examples: readonly Example[]): TestProgram {
  return programOfChecks(examples.map(({ source }) => source).join('\n'));
}
