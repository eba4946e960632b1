import { z } from 'zod';

const text = z.string();
const failureSchema = z.object({
  type: text,
  message: text,
  /** Line of the replaced file; null where none of its lines was involved. */
  line: z.int().nullable(),
  /** The line of the test in which it came up. */
  statement: text.nullable(),
  traceback: text,
  /** What a comparison that did not hold compared: left, operator, right. */
  values: z.tuple([text, text, text]).nullable().optional(),
});

/** What a test raised. */
export type TestFailure = z.infer<typeof failureSchema>;

const testSchema = z.object({
  event: z.literal('test'),
  id: text,
  /** `collect`: a file of tests that cannot be read. */
  kind: z.enum(['test', 'collect']),
  outcome: z.enum(['passed', 'failed', 'skipped']),
  /** Where the test stands, and its dotted name there; null where that is not known. */
  file: text.nullable(),
  name: text.nullable(),
  failure: failureSchema.nullable(),
});

/** One test as its runner reports it. */
export type TestOutcome = Omit<z.infer<typeof testSchema>, 'event'>;

const eventSchema = z.discriminatedUnion('event', [
  testSchema,
  z.object({ event: z.literal('runner'), name: z.enum(['pytest', 'unittest']) }),
  z.object({ event: z.literal('started'), id: text }),
  z.object({ event: z.literal('reached'), id: text.nullable() }),
]);

/** What the runner of a project's tests told. */
export interface ProjectReport {
  /** Null where none told anything. */
  readonly runner: 'pytest' | 'unittest' | null;
  readonly tests: readonly TestOutcome[];
  /** The test that had begun and not ended. */
  readonly underWay: string | null;
  /** Tests that called the function; null stands for a call outside of any test. */
  readonly reached: ReadonlySet<string | null>;
}

/** Reads the lines of a report; what is no event, as code of the tests may write there too, is left out. */
export function readReport(lines: string): ProjectReport {
  let runner: ProjectReport['runner'] = null;
  let underWay: string | null = null;
  const tests = new Map<string, TestOutcome>();
  const reached = new Set<string | null>();
  for (const event of lines.split('\n').flatMap(readEvent)) {
    if (event.event === 'runner') runner = event.name;
    else if (event.event === 'reached') reached.add(event.id);
    else if (event.event === 'started') underWay = event.id;
    else {
      const { event: _, ...test } = event;
      // A test that passed may still fail as it is cleaned up.
      if (tests.get(test.id)?.outcome !== 'failed') tests.set(test.id, test);
      if (underWay === test.id) underWay = null;
    }
  }
  return { runner, tests: [...tests.values()], underWay, reached };
}

function readEvent(line: string) {
  try {
    return line === '' ? [] : [eventSchema.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}
