import { Refusal } from '../base/errors.ts';
import { matchesGlob } from '../base/glob.ts';
import type { Task } from './task.ts';

/** Which tasks of a benchmark to take. */
export interface TaskSelection {
  /** A pattern over ids in which `*` stands for any text, `/` included; all where it is not given. */
  readonly glob?: string;
  /** Only the first so many of those. */
  readonly limit?: number;
}

/** The tasks that a selection names, in the benchmark's order; refuses a limit below 1 and a pattern that matches nothing. */
export function selectTasks(tasks: readonly Task[], { glob = '*', limit }: TaskSelection): readonly Task[] {
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1)) {
    throw new Refusal(`a limit of ${limit} tasks: expected a whole number of at least 1`, { choice: 'task-limit' });
  }
  const matching = tasks.filter((task) => matchesGlob(task.prompt.id, glob));
  if (matching.length === 0) {
    const known = tasks.slice(0, 3).map((task) => task.prompt.id);
    throw new Refusal(`${JSON.stringify(glob.slice(0, 80))} matches no task; ids look like ${known.join(', ')}`, {
      choice: 'task-pattern',
    });
  }
  return matching.slice(0, limit);
}
