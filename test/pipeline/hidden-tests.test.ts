import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { PipelineServices } from '../../src/pipeline/pipeline-services.ts';
import type { FailedCode } from '../../src/pipeline/prompts.ts';
import type { runPipeline } from '../../src/pipeline/run-pipeline.ts';
import { Grader, type Task, type TaskPrompt } from '../../src/tasks/task.ts';
import { doubleTask } from '../own-tasks.ts';

const SECRET = 'assert double(5) == 10';

/** Never called: it compiles only as long as no stage can reach a grader, its tests or the reference by type. */
export function stagesCannotReach(
  prompt: TaskPrompt,
  failed: FailedCode,
  services: PipelineServices,
  task: Task,
): void {
  // @ts-expect-error a prompt has no grader
  prompt.grader;
  // @ts-expect-error a prompt has no tests
  prompt.tests;
  // @ts-expect-error a prompt has no reference
  prompt.reference;
  // @ts-expect-error failed code comes with a text, not with tests
  failed.tests;
  // @ts-expect-error the services of the loop have no grader
  services.grader;
  // @ts-expect-error the loop is given a prompt, and no task
  const given: Parameters<typeof runPipeline>[1] = task;
  // @ts-expect-error a grader keeps its suites private
  task.grader.suites = () => [given];
}

describe('a Grader', () => {
  const suite = { name: 'base', program: { setup: 'SETUP_SECRET = 1', checks: SECRET } } as const;
  const grader = new Grader('Own/double', [suite], 1, [{ source: 'assert double(2) == 4' }]);

  it('gives its tests only where they are asked for', () => {
    assert.deepEqual(grader.suites(), [suite]);
  });

  it('shows no test where it is written out, copied or printed', () => {
    const task: Task = { ...doubleTask(), grader };
    const texts = [
      JSON.stringify(task),
      JSON.stringify(structuredClone({ ...grader })),
      JSON.stringify(Object.getOwnPropertyDescriptors(grader)),
      inspect(grader, { depth: 9, showHidden: true }),
      String(grader),
    ];
    for (const text of texts) assert.ok(!text.includes('double(5)') && !text.includes('SETUP_SECRET'), text);
    const reachable = Object.values(Object.getOwnPropertyDescriptors(grader)).map(({ value }) => value);
    assert.ok(!reachable.flat().some((value) => value === suite));
  });
});
