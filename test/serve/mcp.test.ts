import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/client';
import { NO_CONFIG } from '../../src/cli/options/config.ts';
import { ServedPipelines } from '../../src/cli/serve/served-pipelines.ts';
import { verdictSchema } from '../../src/sandbox/verdict.ts';
import { mcpHandler } from '../../src/serve/mcp/mcp-handler.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { NOWHERE, Workplace } from '../cli/cli.ts';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { connectHttp, connectStdio, ERAS, listen } from './mcp-clients.ts';

const MODEL = 'ollama/llama3.2:3b';
const TASK = 'Write a function `double(x)` that returns twice x.';
const TYPED = 'Write this function:\n\n```python\ndef double(x: int) -> int:\n    """Twice x."""\n```\n';
const TESTS = 'assert double(2) == 4\nassert double(5) == 10\nassert double(0) == 0\n';
const RIGHT = 'def double(x):\n    return 2 * x\n';
const WRONG = 'def double(x):\n    return x + 2\n';
const WORSE = 'def double(x):\n    return -1\n';

const place = new Workplace();
const server = new OllamaStub();
/** In order; the last one is repeated. */
let answers: readonly string[] = [];

const USUAL_ANSWER = () => {
  const [answer = RIGHT, ...rest] = answers;
  if (rest.length > 0) answers = rest;
  return answer;
};

function environment(url = server.url): Record<string, string> {
  const entries = Object.entries({ ...place.environment(), OLLAMA_HOST: url });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function services(): ServedPipelines {
  const settings = readSettings({}, environment());
  const signal = new AbortController().signal;
  return new ServedPipelines({ model: [MODEL] }, 10, {
    ...{ settings, chosen: {}, config: NO_CONFIG },
    ...{ ledger: '', isJson: false, words: [], signal },
  });
}

/** A client of each way in, which all tests share. */
const clients = new Map<string, Client>();
const WAYS = ERAS.flatMap((era) => [`stdio, ${era}`, `http, ${era}`]);
let close = async () => {};

before(async () => {
  await server.start();
  server.answer = USUAL_ANSWER;
  const served = services();
  const handler = mcpHandler(served);
  const http = await listen(handler.fetch);
  for (const era of ERAS) {
    clients.set(`stdio, ${era}`, await connectStdio(era, ['-m', MODEL], { env: environment(), cwd: place.path }));
    clients.set(`http, ${era}`, await connectHttp(era, http.url));
  }
  close = async () => {
    for (const client of clients.values()) await client.close();
    http.close();
    await handler.close();
    await served.close();
  };
});
beforeEach(() => {
  server.beforeAnswer = () => undefined;
  server.requests.length = 0;
  answers = [RIGHT];
});
after(async () => {
  await close();
  await server.stop();
});

async function call(client: Client, name: string, args: Record<string, unknown>, options = {}) {
  const { content, structuredContent, isError = false } = await client.callTool({ name, arguments: args }, options);
  const [part] = content as { type: string; text: string }[];
  return { isError, text: part?.text ?? '', output: (structuredContent ?? {}) as Record<string, unknown> };
}

/** Answers wait until they are let go. */
function hold(): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.beforeAnswer = () => promise;
  return resolve;
}

async function untilAsked(): Promise<void> {
  while (server.inFlight === 0) await sleep(5);
}

for (const way of WAYS) {
  const over = (name: string, body: (client: Client) => Promise<void>) =>
    test(`${way}: ${name}`, () => body(clients.get(way)!));

  over('three tools in a fixed order, which change nothing and say what they take and give', async (client) => {
    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.map(({ name }) => name),
      ['solve_python_task', 'continue_solving', 'check_python'],
    );
    for (const { description, annotations, inputSchema, outputSchema } of tools) {
      assert.ok(description);
      assert.equal(annotations?.readOnlyHint, true);
      assert.equal(inputSchema.type, 'object');
      assert.equal(outputSchema?.type, 'object');
    }
    assert.deepEqual(Object.keys(tools[0]?.inputSchema.properties ?? {}), [
      'task',
      'tests',
      'entry_point',
      'budget_seconds',
    ]);
    assert.deepEqual(tools[0]?.inputSchema.required, ['task']);
  });

  over('wrong drafts, then a right one: passed, with progress of each call and attempt', async (client) => {
    answers = [WORSE, WRONG, RIGHT];
    const progress: unknown[] = [];
    const onprogress = ({ message }: { message?: string }) => progress.push(message);
    const args = { task: TASK, tests: TESTS };
    const { text, output } = await call(client, 'solve_python_task', args, { onprogress });
    assert.equal(text, 'passed 3 of 3 checks of the tests given\n\n```python\ndef double(x):\n    return 2 * x\n```');
    const { cost, ...rest } = output;
    assert.deepEqual(rest, {
      state: 'done',
      handle: null,
      passed: true,
      verdict: 'passed',
      summary: 'passed 3 of 3 checks of the tests given',
      code: RIGHT.trimEnd(),
      feedback: null,
      entryPoint: 'double',
      pipeline: MODEL,
      attempts: 3,
      checks: { passed: 3, of: 3, by: 'tests', testedBy: 'judge' },
      agreement: null,
    });
    assert.equal((cost as { calls: number }).calls, 3);
    const asking = `asking ${MODEL} for a draft`;
    assert.deepEqual(progress.filter((line) => line === asking).length, 3);
    const attempts = progress.filter((line) => line !== asking).map((line) => `${line}`.replace(/\(.* s\)/, '()'));
    assert.deepEqual(attempts, [
      `draft by ${MODEL} (): double(2) gave -1, expected 4`,
      `draft 2 by ${MODEL} (): double(5) gave 7, expected 10`,
      `draft 3 by ${MODEL} (): All checks passed (3).`,
    ]);
  });

  over('none right: what still fails, with the best code, and no claim', async (client) => {
    answers = [WRONG, WORSE];
    const { isError, text, output } = await call(client, 'solve_python_task', { task: TASK, tests: TESTS });
    assert.equal(isError, false);
    assert.deepEqual([output.state, output.passed, output.verdict], ['done', false, 'failed']);
    assert.equal(
      output.summary,
      'still failing: double(5) gave 7, expected 10 (passed 1 of 3 checks of the tests given)',
    );
    assert.equal(output.code, WRONG.trimEnd());
    assert.match(`${output.feedback}`, /^double\(5\) gave 7, expected 10\n2 checks failed, 1 passed\./);
    assert.match(text, /^still failing: .*\n\n```python\n[\s\S]*\n```\n\ndouble\(5\) gave 7/);
  });

  over('without tests: how many drafts behave alike, and that nothing was checked', async (client) => {
    answers = [WRONG, RIGHT];
    const { output } = await call(client, 'solve_python_task', { task: TYPED });
    assert.deepEqual([output.passed, output.verdict, output.checks], [false, 'agreed', null]);
    assert.match(
      `${output.summary}`,
      /^not verified: 5 of 6 drafts behave alike on \d+ inputs, and nothing was checked$/,
    );
    assert.equal(output.code, RIGHT.trimEnd());
  });

  over('cancelled, a call ends what was asked of the model', async (client) => {
    hold();
    const cancel = new AbortController();
    const args = { task: TASK, tests: TESTS };
    const calling = call(client, 'solve_python_task', args, { signal: cancel.signal });
    await untilAsked();
    cancel.abort();
    await assert.rejects(calling);
    await server.idle();
  });

  over('when the budget is spent the work goes on under a handle', async (client) => {
    const letGo = hold();
    const args = { task: TASK, tests: TESTS, budget_seconds: 0.2 };
    const begun = await call(client, 'solve_python_task', args);
    const { state, handle, passed, code } = begun.output;
    assert.deepEqual([state, passed, code], ['working', false, null]);
    assert.match(
      begun.text,
      /^still working after \d+ s, 0 attempts so far; call continue_solving with handle [-0-9a-f]{36}$/,
    );
    const still = await call(client, 'continue_solving', { handle, budget_seconds: 0.1 });
    assert.deepEqual([still.output.state, still.output.handle], ['working', handle]);
    letGo();
    const done = await call(client, 'continue_solving', { handle });
    assert.deepEqual([done.output.state, done.output.passed, done.output.handle], ['done', true, null]);
    const again = await call(client, 'continue_solving', { handle });
    assert.deepEqual(again.output, done.output);
  });

  over('cancelled while it is waited for, a task ends and its handle is unknown', async (client) => {
    hold();
    const begun = await call(client, 'solve_python_task', { task: TASK, tests: TESTS, budget_seconds: 0.2 });
    const { handle } = begun.output;
    const cancel = new AbortController();
    const waiting = call(client, 'continue_solving', { handle }, { signal: cancel.signal });
    await sleep(100);
    cancel.abort();
    await assert.rejects(waiting);
    await server.idle();
    const unknown = await call(client, 'continue_solving', { handle });
    assert.equal(unknown.isError, true);
    assert.match(unknown.text, /^no task has this handle: .*; call solve_python_task again$/);
  });

  over('check_python gives the whole verdict', async (client) => {
    const { text, output } = await call(client, 'check_python', { code: WRONG, tests: TESTS });
    const verdict = verdictSchema.parse(output.verdict);
    assert.deepEqual([output.passed, verdict.kind, verdict.checks.length], [false, 'failed', 3]);
    assert.match(text, /^failed: 1 of 3 checks passed, tested by the judge, .*\n\ndouble\(5\) gave 7, expected 10\n/);
    const right = await call(client, 'check_python', { code: RIGHT, tests: TESTS });
    assert.equal(right.output.passed, true);
    assert.equal(right.text, 'passed: 3 of 3 checks passed, tested by the judge, out of reach of the code');
    assert.equal(server.requests.length, 0);
  });

  over('arguments that cannot be are refused, and say what is wrong', async (client) => {
    const refusals: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
      ['solve_python_task', {}, /Invalid arguments .*task/],
      ['solve_python_task', { task: 'x'.repeat(50_001) }, /Invalid arguments .*task/],
      ['solve_python_task', { task: TASK, tests: 'x'.repeat(200_001) }, /Invalid arguments .*tests/],
      ['solve_python_task', { task: TASK, budget_seconds: 0 }, /Invalid arguments .*budget_seconds/],
      ['solve_python_task', { task: TASK, entry_point: 'a b' }, /Invalid arguments .*entry_point/],
      ['solve_python_task', { task: 'Do it.' }, /^the task names no function: .* \(give entry_point\)$/],
      ['solve_python_task', { task: TASK, tests: 'assert (' }, /^the tests are not valid Python: see line 1$/],
      ['check_python', { code: ' ', tests: TESTS }, /^the code is empty/],
      ['check_python', { code: RIGHT }, /Invalid arguments .*tests/],
    ];
    for (const [name, args, says] of refusals) {
      const { isError, text } = await call(client, name, args);
      assert.equal(isError, true);
      assert.match(text, says);
    }
    await assert.rejects(call(client, 'no_such_tool', {}), /no_such_tool/);
    assert.equal(server.requests.length, 0);
  });

  over('many tasks at once are not mixed up', async (client) => {
    server.answer = ({ messages }) => {
      const name = /`(f\d+)\(/.exec(messages.map(({ content }) => content).join('\n'))?.[1];
      return `def ${name}():\n    return '${name}'\n`;
    };
    const solved = await Promise.all(
      Array.from({ length: 12 }, (_, number) =>
        call(client, 'solve_python_task', {
          task: `Write a function \`f${number}()\` that returns its name.`,
          tests: `assert f${number}() == 'f${number}'`,
        }),
      ),
    );
    server.answer = USUAL_ANSWER;
    for (const [number, { output }] of solved.entries()) {
      assert.deepEqual([output.passed, output.entryPoint], [true, `f${number}`]);
    }
  });
}

test('a model that breaks off is a fault that keeps the best code', async () => {
  const client = clients.get(WAYS[0]!)!;
  let asked = 0;
  server.beforeAnswer = () => {
    asked += 1;
    if (asked === 1)
      server.faults.push(
        ...Array.from({ length: 20 }, () => ({ kind: 'status', status: 400, body: '{"error":"broken"}' }) as const),
      );
  };
  answers = [WRONG];
  const { isError, text } = await call(client, 'solve_python_task', { task: TASK, tests: TESTS });
  server.faults.length = 0;
  assert.equal(isError, true);
  assert.match(
    text,
    /broken[^\n]*\n\nThe best code so far, which fails: double\(5\) gave 7, expected 10:\n\n```python\n/,
  );
});

/** Talks to a command line of its own. */
async function withOwn(
  words: readonly string[],
  body: (client: Client) => Promise<void>,
  { era = ERAS[1], url = server.url }: { era?: (typeof ERAS)[number]; url?: string } = {},
): Promise<void> {
  const client = await connectStdio(era, words, { env: environment(url), cwd: place.path });
  try {
    await body(client);
  } finally {
    await client.close();
  }
}

for (const words of [[], ['-m', MODEL]]) {
  const named = words.length > 0;
  test(`without a model server it starts, says what to do when it is called${named ? ' with a named model' : ''}, and checks code`, () =>
    withOwn(
      words,
      async (client) => {
        const solved = await call(client, 'solve_python_task', { task: TASK, tests: TESTS });
        assert.equal(solved.isError, true);
        assert.match(solved.text, named ? /^.*127\.0\.0\.1:2/ : /^no model was named and no server .*; start one/);
        assert.doesNotMatch(solved.text, /\n/);
        const checked = await call(client, 'check_python', { code: RIGHT, tests: TESTS });
        assert.equal(checked.output.passed, true);
      },
      { url: NOWHERE },
    ));
}

test('without a named model the first that can chat is found at the first call', () =>
  withOwn(
    [],
    async (client) => {
      const { output } = await call(client, 'solve_python_task', { task: TASK, tests: TESTS });
      assert.deepEqual([output.passed, output.pipeline], [true, MODEL]);
    },
    { era: ERAS[0] },
  ));

test('without a sandbox it starts, and says what is missing when it is called', () =>
  withOwn(['-m', MODEL, '--python', './nowhere'], async (client) => {
    const checked = await call(client, 'check_python', { code: RIGHT, tests: TESTS });
    assert.equal(checked.isError, true);
    assert.match(checked.text, /^[^\n]*nowhere[^\n]*$/);
    const solved = await call(client, 'solve_python_task', { task: TASK, tests: TESTS });
    assert.deepEqual([solved.isError, solved.text], [true, checked.text]);
  }));

test('several pipelines are a choice by name', () =>
  withOwn(['-m', MODEL, '-p', 'redraw-then-repair', '-p', 'self-refine'], async (client) => {
    const { tools } = await client.listTools();
    const { pipeline } = tools[0]!.inputSchema.properties as Record<string, { enum?: string[] }>;
    assert.deepEqual(pipeline?.enum, ['redraw-then-repair', 'self-refine']);
    const named = await call(client, 'solve_python_task', { task: TASK, tests: TESTS, pipeline: 'self-refine' });
    assert.deepEqual([named.output.passed, named.output.pipeline], [true, 'self-refine']);
    const usual = await call(client, 'solve_python_task', { task: TASK, tests: TESTS });
    assert.equal(usual.output.pipeline, 'redraw-then-repair');
    const none = await call(client, 'solve_python_task', { task: TASK, tests: TESTS, pipeline: 'other' });
    assert.equal(none.isError, true);
  }));

test('two pipelines of one name are refused', async () => {
  const { code, stderr } = await place.run(['mcp', '-p', 'champion', '-p', 'champion']);
  assert.match(stderr, /two pipelines are named "champion"; give each its own name/);
  assert.equal(code, 2);
});
