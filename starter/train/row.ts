import type { TaskPrompt } from '../../src/tasks/task.ts';

/** A line that rows.py or failures.ts writes: a task's prompt, the examples that it shows, and perhaps code to run on them. */
export interface Row {
  readonly id: string;
  readonly prompt: string;
  readonly entry_point: string;
  readonly examples: readonly string[];
  readonly reference?: string;
  readonly code?: string;
  /** Grading tests, which the texts never show; with them feedback.ts says whether the code passes. */
  readonly tests?: string;
}

/** The task as greenloop's prompts take it. */
export function promptOf({ id, prompt, entry_point: entryPoint, examples }: Row): TaskPrompt {
  const sources = examples.map((source) => ({ source }));
  return { id, text: prompt, form: 'signature', entryPoint, context: '', examples: sources };
}
