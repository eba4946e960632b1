import type { TestedBy } from '../sandbox/verdict.ts';

/** Who tested, in a few words, with what makes one way stronger than the others: where the tests ran. */
export function testedByText(testedBy: TestedBy): string {
  if (testedBy === 'judge') return 'tested by the judge, out of reach of the code';
  if (testedBy === 'command') return 'tested by your command, which runs beside the code itself';
  const who = testedBy === 'plain' ? 'the asserts of the test file' : testedBy;
  return `tested by ${who}, in the process of the code itself`;
}
