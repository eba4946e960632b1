import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { taskOfConversation } from '../../src/serve/conversation-task.ts';
import { NO_TASK } from '../../src/serve/no-task.ts';
import { loadBenchmark } from '../../src/tasks/catalog.ts';
import { isTestFile } from '../../src/tasks/task.ts';
import { benchmarkFolder, hasBenchmarks } from '../tasks/python-driver.ts';
import { messagesOf, NEGATIVES, POSITIVES, type Turns } from './conversations.ts';

function nameOf(turns: Turns): string {
  const text = typeof turns === 'string' ? turns : turns.at(-1)!;
  return JSON.stringify(text.slice(0, 100));
}

describe('what becomes a task', () => {
  for (const [turns, entryPoint, examples, tests] of POSITIVES) {
    it(`${entryPoint}: ${nameOf(turns)}`, () => {
      const outcome = taskOfConversation(messagesOf(turns), { id: 'chat' });
      assert.ok(outcome.task !== null, 'reason' in outcome ? outcome.reason : '');
      const { prompt, tests: program } = outcome.task;
      const found = program === null ? undefined : isTestFile(program) ? 'file' : 'judge';
      assert.deepEqual([prompt.entryPoint, prompt.examples.length, found], [entryPoint, examples, tests]);
      assert.equal(prompt.id, 'chat');
    });
  }
});

describe('what goes to the model as it is', () => {
  for (const [turns, reason] of NEGATIVES) {
    it(`${reason}: ${nameOf(turns)}`, () => {
      const outcome = taskOfConversation(messagesOf(turns));
      assert.equal(outcome.task, null, `a task: ${outcome.task?.prompt.entryPoint}`);
      if (reason instanceof RegExp) assert.match(outcome.reason, reason);
      else assert.equal(outcome.reason, NO_TASK[reason]);
    });
  }
});

const data = { skip: hasBenchmarks ? false : 'no copies of the public benchmarks beside the checkout' };

/** How evaluations put a task into a chat. */
const FRAMES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `Complete the following Python function:\n\n\`\`\`python\n${text}\n\`\`\``,
  (text) => `Complete this code:\n\n${text}`,
  (text) =>
    `Please provide a self-contained Python script that solves the following problem in a markdown code block:\n\`\`\`\n${text.trim()}\n\`\`\``,
];

describe('the prompts of the public benchmarks', () => {
  for (const name of ['humaneval', 'mbpp+'])
    it(`${name}: each is a task with its entry point and its examples`, data, async () => {
      const { tasks } = await loadBenchmark(name, { dataFolder: benchmarkFolder, cacheFolder: '/nowhere' });
      assert.ok(tasks.length > 100);
      for (const { prompt } of tasks)
        for (const frame of FRAMES) {
          const text = frame(prompt.text);
          const outcome = taskOfConversation([{ role: 'user', content: text }]);
          assert.ok(outcome.task !== null, `${prompt.id}: ${'reason' in outcome ? outcome.reason : ''}\n${text}`);
          const found = outcome.task.prompt;
          assert.deepEqual([found.entryPoint, found.examples], [prompt.entryPoint, prompt.examples], prompt.id);
        }
    });
});
