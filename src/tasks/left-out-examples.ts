import { findDoctests } from '../python/doctests.ts';
import { findAbbreviated } from './call-lines.ts';
import { doctestStatement } from './doctest-example.ts';
import { callsEntryPoint, exampleScope } from './example-statement.ts';
import type { TaskPrompt } from './task.ts';

/** An example that a prompt shows and that is no check. */
interface LeftOutExample {
  readonly source: string;
  readonly reason: string;
}

/** The examples of a prompt that call its entry point and cannot be checked as what they mean. */
export function leftOutExamples({ text, entryPoint, context }: TaskPrompt): LeftOutExample[] {
  const scope = exampleScope(entryPoint, context);
  const doctests = findDoctests(text).filter(
    (doctest) => callsEntryPoint(doctest.source, scope) && doctestStatement(doctest, scope) === null,
  );
  return [
    ...doctests.map((doctest) => {
      const reason = doctest.kind === 'left-out' ? doctest.reason : 'it uses names that the prompt does not define';
      return { source: doctest.source, reason };
    }),
    ...findAbbreviated(text, scope).map((source) => ({ source, reason: 'its value is abbreviated with an ellipsis' })),
  ];
}
