import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectHttp, ERAS } from './mcp-clients.ts';
import { type Json, jsonOf, MODEL, ownServer, post, RIGHT, WISH, WRONG } from './own-server.ts';

const hasty = ownServer({ limits: { seconds: 3 } });
const narrow = ownServer({ concurrent: 1 });
const impatient = ownServer({ patience: { readMs: 300 } });
beforeEach(() => {
  for (const { ollama } of [hasty, narrow]) ollama.answer = () => RIGHT;
});

const CHAT = { model: MODEL, messages: [{ role: 'user', content: WISH }] };
/** As the stub wants it, for a model of its own. */
const BEHIND = {
  ...{ ...CHAT, model: 'llama3.2:3b', truncate: false, shift: false, keep_alive: '5m' },
  options: { num_ctx: 4096, num_predict: 100, temperature: 0, seed: 1 },
};
const NEVER = () => new Promise<string>(() => {});

/** The answers in order; after them the model is silent. */
function answers(...texts: readonly string[]): () => string | Promise<string> {
  const left = [...texts];
  return () => left.shift() ?? NEVER();
}

async function runningOf({ url }: { readonly url: string }): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/requests_running (\d+)/.exec(text)?.[1]);
}

test('when the time of an answer is over, the best code so far is the answer, in chats, /v1/solve and MCP', async () => {
  const client = await connectHttp(ERAS[0], new URL(`${hasty.url}/mcp`));
  await post(hasty, '/v1/solve', { task: WISH });
  const ask: Readonly<Record<string, () => Promise<Json>>> = {
    chat: async () => (await jsonOf(post(hasty, '/v1/chat/completions', CHAT))).greenloop,
    solve: async () => (await jsonOf(post(hasty, '/v1/solve', { task: WISH }))).proof,
    mcp: async () => {
      const { structuredContent } = await client.callTool({ name: 'solve_python_task', arguments: { task: WISH } });
      return structuredContent;
    },
  };
  for (const [name, asked] of Object.entries(ask)) {
    hasty.ollama.answer = answers(WRONG);
    const { verdict, attempts, cost } = await asked();
    assert.deepEqual([verdict, attempts, cost.calls], ['failed', 1, 2], name);
    await hasty.ollama.idle();
  }
  await client.close();
});

test('without any code by then, and in a plain call, it is an error that says so', async () => {
  hasty.ollama.answer = NEVER;
  const hello = { model: MODEL, max_tokens: 100, messages: [{ role: 'user', content: 'Good morning!' }] };
  const responses = await Promise.all([
    post(hasty, '/v1/chat/completions', CHAT),
    post(hasty, '/v1/solve', { task: WISH }),
    post(hasty, '/v1/messages', hello),
  ]);
  for (const response of responses) {
    assert.deepEqual(
      [response.status, (await jsonOf(response)).error.message],
      [504, 'there was no answer within 3 s'],
    );
  }
  const client = await connectHttp(ERAS[0], new URL(`${hasty.url}/mcp`));
  const { isError, content } = await client.callTool({ name: 'solve_python_task', arguments: { task: WISH } });
  assert.deepEqual(
    [isError, (content as Json)[0].text],
    [true, 'the time limit was reached before there was any code'],
  );
  await client.close();
  await hasty.ollama.idle();
  assert.equal(await runningOf(hasty), 0);
});

test('a task of MCP waits for its turn like every other', async () => {
  const client = await connectHttp(ERAS[0], new URL(`${narrow.url}/mcp`));
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const { promise: held, resolve: letGo } = Promise.withResolvers<string>();
  narrow.ollama.answer = () => {
    resolve();
    return held;
  };
  const chat = post(narrow, '/v1/chat/completions', CHAT);
  await asked;
  const solved = client.callTool({ name: 'solve_python_task', arguments: { task: WISH } });
  while (!/requests_waiting 1/.test(await (await fetch(`${narrow.url}/metrics`)).text())) await sleep(10);
  assert.equal(narrow.ollama.requests.length, 1);
  letGo(RIGHT);
  assert.equal((await chat).status, 200);
  assert.equal(((await solved).structuredContent as Json).passed, true);
  await client.close();
});

test('a client that reads nothing for too long is given up', async () => {
  const remarks = 'A remark. '.repeat(2_000_000);
  impatient.ollama.answer = () => remarks;
  const behind = { ...BEHIND, stream: false };
  for (const [path, body] of Object.entries({ '/api/chat': behind, '/v1/solve': { task: WISH, stream: true } })) {
    if (path === '/v1/solve') impatient.ollama.answer = () => `${'A remark. '.repeat(2000)}\n\n${RIGHT}`;
    const socket = askSilently(impatient.url, path, body);
    while ((await runningOf(impatient)) === 0) await sleep(5);
    while ((await runningOf(impatient)) > 0) await sleep(20);
    assert.deepEqual([impatient.logs.findLast((log) => log.path === path)?.status, path], [499, path]);
    socket.destroy();
  }
});

/** Asks, and never reads what is answered. */
function askSilently(url: string, path: string, value: object): Socket {
  const body = JSON.stringify(value);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  return socket;
}

test('a client that reads nothing and leaves gives its turn back', async () => {
  // Each part is told with all that came before it: more than the buffers between the two hold.
  narrow.ollama.answer = () => `${'A remark. '.repeat(2000)}\n\n${RIGHT}`;
  const socket = askSilently(narrow.url, '/v1/solve', { task: WISH, stream: true });
  while ((await runningOf(narrow)) === 0) await sleep(5);
  await narrow.ollama.idle();
  await sleep(500);
  assert.equal(await runningOf(narrow), 1);
  socket.destroy();
  while ((await runningOf(narrow)) > 0) await sleep(10);
  while (narrow.logs.findLast(({ path }) => path === '/v1/solve') === undefined) await sleep(10);
  assert.equal(narrow.logs.findLast(({ path }) => path === '/v1/solve')?.status, 499);
});
