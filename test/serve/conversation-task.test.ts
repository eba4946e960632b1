import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { taskOfConversation } from '../../src/serve/conversation-task.ts';
import { NO_TASK } from '../../src/serve/no-task.ts';
import { WireError } from '../../src/serve/wire-error.ts';
import { loadBenchmark } from '../../src/tasks/catalog.ts';
import { isTestFile } from '../../src/tasks/task.ts';
import { benchmarkFolder, hasBenchmarks } from '../tasks/python-driver.ts';
import { chatOf, readClientRequests } from './clients.ts';
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

describe('the text and the tests of a task', () => {
  const solved = (turns: Turns) => taskOfConversation(messagesOf(turns)).task!;
  const wish = 'Write a Python function `twice(n)`. Here twice(1) should be 2.';
  const answer = 'Sure:\n\n```python\ndef twice(n):\n    return n + 1\n```\n\nFor example, twice(5) returns 6.';

  it('are the whole message, with asserts and examples checked alike', () => {
    const message = `${wish}\n\n\`\`\`python\nimport math\nassert twice(2) == 4\n\`\`\`\n`;
    const { prompt, tests } = solved(message);
    assert.equal(prompt.text, message);
    assert.equal(prompt.context, '');
    const checks = 'import math\nassert twice(2) == 4\nassert twice(1) == 2\n';
    assert.deepEqual(tests, { setup: '', checks });
  });

  it('of a follow-up hold what the user said, the last program, and no example of the model', () => {
    const { prompt } = solved([wish, answer, 'Now twice("a") should be "aa", and twice(1) should be 2.0.']);
    const sources = prompt.examples.map(({ source }) => source);
    assert.deepEqual(sources, ['assert twice("a") == "aa"', 'assert twice(1) == 2.0']);
    const program = 'The program so far:\n\n```python\ndef twice(n):\n    return n + 1\n```';
    assert.equal(prompt.text, `${wish}\n\n${program}\n\nNow twice("a") should be "aa", and twice(1) should be 2.0.`);
  });
});

describe('what goes to the model as it is', () => {
  for (const [turns, reason] of NEGATIVES) {
    it(`${reason}: ${nameOf(turns)}`, () => {
      const outcome = taskOfConversation(messagesOf(turns));
      assert.equal(outcome.task, null, `a task: ${outcome.task?.prompt.entryPoint}`);
      assert.equal(outcome.reason, NO_TASK[reason]);
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

const PIECES = [
  ...[
    '```',
    '```python\n',
    '~~~',
    '\n',
    '    ',
    '- ',
    '`',
    '"',
    "'",
    '(',
    ')',
    '[',
    '{',
    ':',
    '.',
    '?',
    ', ',
    ' = ',
    ' == ',
    '>>> ',
  ],
  ...[
    '\0',
    '\ud800',
    '\u202e',
    '\r',
    '漢',
    '😀',
    '\\',
    '#',
    '# ',
    '|',
    '<',
    '>',
    '<task>',
    '### Task:',
    '<|fim_prefix|>',
  ],
  ...[
    'Write a ',
    'please ',
    'function ',
    'python ',
    'f(',
    'f(1) should return 2',
    'def f(n):\n',
    'assert f(1) == 2\n',
    'class A',
  ],
  ...[
    'called ',
    'a_',
    'in C',
    'returns ',
    'instead of ',
    'def ',
    'test',
    'Input: 1\nOutput: ',
    'that ',
    'explain ',
    'fix ',
  ],
];
const piece = fc.oneof(
  { arbitrary: fc.constantFrom(...PIECES), weight: 6 },
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const text = fc.oneof(
  fc.array(piece, { maxLength: 60 }).map((all) => all.join('')),
  fc
    .tuple(fc.array(piece, { minLength: 1, maxLength: 3 }), fc.nat(3000))
    .map(([all, times]) => all.join('').repeat(times)),
);

describe('any conversation', () => {
  it('is a task or none, and never a fault', () => {
    const message = fc.record({ role: fc.constantFrom('system', 'user', 'assistant'), content: text });
    const all = fc.array(message, { maxLength: 5 });
    fc.assert(
      fc.property(all, text, (earlier, content) => {
        const outcome = taskOfConversation([...earlier, { role: 'user', content }]);
        assert.ok(outcome.task === null ? outcome.reason.length > 0 : outcome.task.prompt.entryPoint.length > 0);
      }),
      { numRuns: 300 },
    );
  });

  it('of a megabyte is none, whatever it is made of', () => {
    for (const one of PIECES) {
      const outcome = taskOfConversation([{ role: 'user', content: one.repeat(1_000_000 / one.length) }]);
      assert.equal(outcome.task, null);
    }
  });

  it('without messages, or with a tool at hand, is none', () => {
    assert.deepEqual(taskOfConversation([]), { task: null, reason: NO_TASK.turn });
    const messages = messagesOf('Write a Python function `double(n)`.');
    assert.deepEqual(taskOfConversation(messages, { hasTools: true }), { task: null, reason: NO_TASK.tools });
  });
});

describe('requests in the way of clients', () => {
  for (const request of readClientRequests())
    it(`${request.client}: ${request.name}`, () => {
      assert.match(request.source, /^[\w.-]+\/[\w.-]+ \S+$/);
      if (request.reason === 'refused') {
        assert.throws(() => chatOf(request), WireError);
        return;
      }
      const { messages, hasTools } = chatOf(request);
      const outcome = taskOfConversation(messages, { hasTools });
      assert.equal(outcome.task?.prompt.entryPoint ?? null, request.task, outcome.reason);
      if (outcome.task === null) assert.equal(outcome.reason, NO_TASK[request.reason!]);
    });
});

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
