import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { Workplace } from '../cli/cli.ts';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { descendantsOf, survivorsOf } from '../sandbox/process-tree.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const MODEL = 'ollama/llama3.2:3b';
const SEED = Number(process.env.GREENLOOP_TEST_SEED ?? 1);
const SOLVE = { task: 'Write a function `double(x)` that returns twice x.', tests: 'assert double(2) == 4' };
const INITIALIZE = {
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

const place = new Workplace();
const server = new OllamaStub();
const children: ChildProcessWithoutNullStreams[] = [];

before(() => server.start());
after(async () => {
  for (const child of children) child.kill('SIGKILL');
  await server.stop();
});
beforeEach(() => {
  server.beforeAnswer = () => undefined;
  server.answer = () => 'def double(x):\n    return 2 * x\n';
});

type Message = Record<string, unknown> & { id?: unknown; method?: unknown };

/** The real command line, spoken to in lines. */
class RawServer {
  readonly child: ChildProcessWithoutNullStreams;
  /** Every line of standard output. */
  readonly lines: string[] = [];
  readonly ended: Promise<[number | null, string | null]>;
  #next = 1;

  constructor(words: readonly string[] = []) {
    const env = { ...place.environment(), OLLAMA_HOST: server.url };
    this.child = spawn(process.execPath, [MAIN, 'mcp', '-m', MODEL, ...words], { cwd: place.path, env });
    children.push(this.child);
    this.child.stdin.on('error', () => {});
    this.child.stderr.resume();
    createInterface({ input: this.child.stdout }).on('line', (line) => this.lines.push(line));
    this.ended = once(this.child, 'close') as Promise<[number | null, string | null]>;
  }

  write(line: string | Uint8Array): void {
    this.child.stdin.write(line);
    this.child.stdin.write('\n');
  }

  /** Sends a request; gives back its number. */
  send(request: object): number {
    const id = this.#next++;
    this.write(JSON.stringify({ jsonrpc: '2.0', id, ...request }));
    return id;
  }

  /** The answer to a request. */
  async answer(id: number): Promise<Message> {
    for (;;) {
      const found = this.messages().find((message) => message.id === id);
      if (found !== undefined) return found;
      assert.equal(this.child.exitCode, null, 'it ended');
      await sleep(10);
    }
  }

  messages(): Message[] {
    return this.lines.map((line) => JSON.parse(line) as Message);
  }

  async open(): Promise<void> {
    await this.answer(this.send(INITIALIZE));
    this.write('{"jsonrpc":"2.0","method":"notifications/initialized"}');
  }
}

function callOf(name: string, args: object, progressToken?: string) {
  return {
    method: 'tools/call',
    params: { name, arguments: args, ...(progressToken !== undefined && { _meta: { progressToken } }) },
  };
}

test('standard output holds messages of the protocol alone; progress goes to who asked for it', async () => {
  const raw = new RawServer();
  await raw.open();
  const quiet = await raw.answer(raw.send(callOf('solve_python_task', SOLVE)));
  assert.ok(quiet.result);
  assert.equal(raw.lines.length, 2);
  await raw.answer(raw.send(callOf('solve_python_task', SOLVE, 'mine')));
  const progress = raw.messages().filter(({ method }) => method === 'notifications/progress');
  assert.deepEqual(
    progress.map(({ params }) => {
      const { progressToken, progress: step } = params as { progressToken: string; progress: number };
      return [progressToken, step];
    }),
    [
      ['mine', 1],
      ['mine', 2],
    ],
  );
  raw.child.stdin.end();
  assert.deepEqual(await raw.ended, [0, null]);
  for (const { jsonrpc } of raw.messages()) assert.equal(jsonrpc, '2.0');
});

/** Lines that are no messages, or say what cannot be. */
const malformed = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc
    .record(
      {
        jsonrpc: fc.constantFrom('2.0', '1.0', 2),
        id: fc.oneof(fc.integer({ min: 1_000_000 }), fc.constant('text'), fc.constant(null), fc.constant({})),
        method: fc.oneof(
          fc.constantFrom('tools/call', 'tools/list', 'initialize', 'ping', 'notifications/cancelled', 'no/such'),
          fc.anything(),
        ),
        params: fc.oneof(
          fc.record({
            name: fc.constantFrom('solve_python_task', 'check_python', '__proto__'),
            arguments: fc.anything(),
          }),
          fc.record({ requestId: fc.anything(), _meta: fc.anything() }),
          fc.anything(),
        ),
        result: fc.anything(),
      },
      { requiredKeys: ['method'] },
    )
    .map((message) => JSON.stringify(message, (_, value) => (typeof value === 'bigint' ? `${value}` : value))),
);

test('malformed messages never end it, before or after it is initialized', async () => {
  const raw = new RawServer();
  const lines = fc.sample(malformed, { numRuns: 200, seed: SEED });
  for (const line of lines.slice(0, 100)) raw.write(line);
  await raw.open();
  for (const line of lines.slice(100)) raw.write(line);
  const { result } = await raw.answer(raw.send({ method: 'tools/list' }));
  assert.equal((result as { tools: unknown[] }).tools.length, 3);
  const solved = await raw.answer(raw.send(callOf('solve_python_task', SOLVE)));
  assert.equal((solved.result as { structuredContent: { passed: boolean } }).structuredContent.passed, true);
  raw.child.stdin.end();
  assert.deepEqual(await raw.ended, [0, null]);
});

test('a message without an end closes the connection', async () => {
  const raw = new RawServer();
  await raw.open();
  const piece = Buffer.alloc(1024 * 1024, 'x');
  for (let size = 0; size < 12; size += 1) raw.child.stdin.write(piece);
  assert.deepEqual(await raw.ended, [0, null]);
});

for (const [name, end, code] of [
  ['the end of standard input', (raw: RawServer) => raw.child.stdin.end(), 0],
  ['SIGINT', (raw: RawServer) => raw.child.kill('SIGINT'), 130],
  ['SIGTERM', (raw: RawServer) => raw.child.kill('SIGTERM'), 130],
] as const) {
  test(`${name} ends it and all that is under way`, async () => {
    server.answer = () => 'def double(x):\n    while True: pass\n';
    const raw = new RawServer(['--timeout', '600']);
    await raw.open();
    // One runs code that never ends, the other waits for a model.
    raw.send(callOf('solve_python_task', SOLVE));
    while (descendantsOf(raw.child.pid!).length === 0) await sleep(20);
    server.beforeAnswer = () => new Promise(() => {});
    raw.send(callOf('solve_python_task', SOLVE));
    while (server.inFlight === 0) await sleep(20);
    const parts = descendantsOf(raw.child.pid!);
    end(raw);
    assert.deepEqual(await raw.ended, [code, null]);
    assert.deepEqual(await survivorsOf(parts), []);
    await server.idle();
  });
}

test('it ends while a server still loads its model', async () => {
  server.loadsFor = Number.POSITIVE_INFINITY;
  const raw = new RawServer();
  await raw.open();
  raw.send(callOf('solve_python_task', SOLVE));
  await sleep(500);
  const cancelled = raw.send(callOf('solve_python_task', SOLVE));
  const params = { requestId: cancelled, reason: 'test' };
  raw.write(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params }));
  await raw.answer(raw.send({ method: 'ping' }));
  raw.child.stdin.end();
  assert.deepEqual(await raw.ended, [0, null]);
  server.loadsFor = 0;
});

test('an output that nobody reads any more ends it', async () => {
  const raw = new RawServer();
  await raw.open();
  raw.child.stdout.destroy();
  raw.send({ method: 'ping' });
  const [code] = await raw.ended;
  assert.equal(code, 0);
});
