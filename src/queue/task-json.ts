import { z } from 'zod';
import { sha256 } from '../base/hash.ts';
import { Grader, type Task } from '../tasks/task.ts';

const text = z.string();
const example = z.strictObject({ source: text });

const program = z.union([
  z.strictObject({ setup: text, checks: text, onlyJudged: z.literal(true).optional() }),
  z.strictObject({ program: text, moduleName: text }),
]);

const taskSchema = z.strictObject({
  prompt: z.strictObject({
    id: text,
    text,
    form: z.enum(['signature', 'description', 'script', 'in-place']),
    entryPoint: text,
    others: z.array(text).optional(),
    context: text,
    modules: z.array(z.strictObject({ name: text, source: text })).optional(),
    examples: z.array(example),
  }),
  suites: z.array(z.strictObject({ name: z.enum(['base', 'plus']), program })).max(2),
  hiddenTests: z.int().min(0).nullable(),
  gradedExamples: z.array(example),
  reference: text.nullable(),
});

/** A task, with the tests that grade it, as JSON for another machine. */
export function taskJson({ prompt, grader, reference }: Task): string {
  const { hiddenTests, gradedExamples } = grader;
  return JSON.stringify({ prompt, suites: grader.suites(), hiddenTests, gradedExamples, reference });
}

/** The task out of JSON of this SHA-256; null of anything else, and of one that was changed on the way. */
export function readTaskJson(json: string, hash: string): Task | null {
  if (sha256(json) !== hash) return null;
  try {
    const { prompt, suites, hiddenTests, gradedExamples, reference } = taskSchema.parse(JSON.parse(json));
    const { others, modules, ...rest } = prompt;
    return {
      prompt: { ...rest, ...(others && { others }), ...(modules && { modules }) },
      grader: new Grader(prompt.id, suites.map(plainSuite), hiddenTests, gradedExamples),
      reference,
    };
  } catch {
    return null;
  }
}

type Suite = z.infer<typeof taskSchema>['suites'][number];

function plainSuite({ name, program: own }: Suite) {
  if ('program' in own) return { name, program: own };
  const { onlyJudged, ...judged } = own;
  return { name, program: { ...judged, ...(onlyJudged && { onlyJudged }) } };
}
