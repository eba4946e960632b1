import type { TaskPrompt } from '../../src/tasks/task.ts';

const SIGNATURE =
  'from typing import List\n\n\ndef largest_gap(numbers: List[int]) -> int:\n    """The largest gap."""\n';

/** A prompt of the signature form for `largest_gap(numbers)`, changed as given. */
export function signaturePrompt(changes: Partial<TaskPrompt> = {}): TaskPrompt {
  return {
    id: 'Own/1',
    text: SIGNATURE,
    form: 'signature',
    entryPoint: 'largest_gap',
    context: 'from typing import List',
    examples: [],
    ...changes,
  };
}

/** A prompt in plain language with one visible test of `largest_gap(numbers)`, changed as given. */
export function descriptionPrompt(changes: Partial<TaskPrompt> = {}): TaskPrompt {
  return signaturePrompt({
    text: 'Write a function for the largest gap.\nassert largest_gap([1, 5, 6]) == 4',
    form: 'description',
    context: '',
    examples: [{ source: 'assert largest_gap([1, 5, 6]) == 4' }],
    ...changes,
  });
}
