import type { RunRequest } from '../sandbox/sandbox.ts';
import type { TaskPrompt } from '../tasks/task.ts';

/** What a prompt gives to every run of its candidates. */
export function givenBy({
  context,
  entryPoint,
  modules,
}: TaskPrompt): Pick<RunRequest, 'context' | 'entryPoint' | 'modules'> {
  return { context, entryPoint, ...(modules !== undefined && { modules }) };
}
