import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { withModel } from '../../src/pipeline/pipeline-spec.ts';
import { findPreset } from '../../src/pipeline/presets.ts';
import { mcpHandler } from '../../src/serve/mcp/mcp-handler.ts';
import type { McpServices } from '../../src/serve/mcp/mcp-services.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { Solver } from '../../src/wiring/solver.ts';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { listen } from './mcp-clients.ts';

const SEED = Number(process.env.GREENLOOP_TEST_SEED ?? 1);
const model = new OllamaStub();
const spec = withModel(findPreset('redraw-then-repair')!, 'ollama/llama3.2:3b');
const errors: Error[] = [];
let solver: Solver;
let handler: ReturnType<typeof mcpHandler>;
let http: Awaited<ReturnType<typeof listen>>;

before(async () => {
  await model.start();
  solver = await Solver.open(readSettings({}, { ...process.env, OLLAMA_HOST: model.url }), { parallel: 1 });
  const services: McpServices = {
    pipelineNames: [spec.name],
    solve: ({ task }, signal) => solver.solve(task, spec, { timeoutSeconds: 600, signal }),
    check: (task, code, signal) => solver.check(task, code, { timeoutSeconds: 600, signal }),
  };
  handler = mcpHandler(services, (error) => errors.push(error));
  http = await listen(handler.fetch);
});
beforeEach(() => {
  model.requests.length = 0;
  model.beforeAnswer = () => undefined;
});
after(async () => {
  http.close();
  await handler.close();
  await solver.close();
  await model.stop();
});

const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

function post(body: string, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
  return fetch(http.url, { method: 'POST', body, headers: { ...HEADERS, ...headers }, ...(signal && { signal }) });
}

function request(method: string, params: object, id = 1): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

const INITIALIZE = request('initialize', {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'test', version: '1' },
});

async function newSession(): Promise<Record<string, string>> {
  const response = await post(INITIALIZE);
  assert.equal(response.status, 200);
  await response.text();
  return { 'mcp-session-id': response.headers.get('mcp-session-id') ?? '', 'mcp-protocol-version': '2025-11-25' };
}

const SOLVE = request('tools/call', {
  name: 'solve_python_task',
  arguments: { task: 'Write a function `double(x)` that returns twice x.' },
});

test('a session lasts until its client ends it', async () => {
  const session = await newSession();
  const listed = await post(request('tools/list', {}), session);
  assert.match(await listed.text(), /"solve_python_task"/);
  const ended = await fetch(http.url, { method: 'DELETE', headers: session });
  assert.equal(ended.status, 200);
  const late = await post(request('tools/list', {}), session);
  assert.equal(late.status, 404);
  assert.match(await late.text(), /Session not found/);
});

test('what belongs to no session is refused', async () => {
  assert.equal((await post(request('tools/list', {}))).status, 400);
  assert.equal((await fetch(http.url, { headers: { accept: 'text/event-stream' } })).status, 400);
  assert.equal((await fetch(http.url, { method: 'PUT', body: '{}' })).status, 405);
});

test('the session that was silent for longest makes room for another', async () => {
  const first = await newSession();
  const second = await newSession();
  assert.equal((await post(request('ping', {}), first)).status, 200);
  for (let number = 2; number < 65; number += 1) await newSession();
  assert.equal((await post(request('ping', {}), first)).status, 200);
  assert.equal((await post(request('ping', {}), second)).status, 404);
});

test('a client that is gone ends what was asked for it', async () => {
  model.beforeAnswer = () => new Promise(() => {});
  const session = await newSession();
  const gone = new AbortController();
  const answer = await post(SOLVE, session, gone.signal);
  while (model.inFlight === 0) await sleep(5);
  gone.abort();
  await answer.text().catch(() => {});
  await model.idle();
});

test('code that never ends is ended with the call that it was run for', async () => {
  model.answer = () => 'def double(x: int) -> int:\n    while True: pass\n';
  const session = await newSession();
  const gone = new AbortController();
  const text = 'Write `double(x)`.\n\n>>> double(2)\n4\n';
  const endless = request('tools/call', { name: 'solve_python_task', arguments: { task: text } });
  const answer = await post(endless, session, gone.signal);
  while (model.requests.length === 0 || model.inFlight > 0) await sleep(5);
  await sleep(100);
  gone.abort();
  await answer.text().catch(() => {});
  // There is room for one program at a time.
  const args = { code: 'def double(x):\n    return 2 * x\n', tests: 'assert double(2) == 4\n' };
  const checked = await post(request('tools/call', { name: 'check_python', arguments: args }), session);
  assert.match(await checked.text(), /"passed":true/);
});

const MODERN = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'check_python' };
const headers = fc.constantFrom<Record<string, string>>({}, MODERN, { 'mcp-session-id': 'none' }, { accept: '*/*' });
const envelope = fc.record(
  {
    'io.modelcontextprotocol/protocolVersion': fc.oneof(fc.constant('2026-07-28'), fc.anything()),
    'io.modelcontextprotocol/clientInfo': fc.anything(),
    'io.modelcontextprotocol/clientCapabilities': fc.anything(),
  },
  { requiredKeys: [] },
);
const bodies = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc
    .record({
      jsonrpc: fc.constantFrom('2.0', '1.0'),
      id: fc.oneof(fc.integer(), fc.anything()),
      method: fc.oneof(fc.constantFrom('tools/call', 'initialize', 'server/discover'), fc.string()),
      params: fc.oneof(fc.record({ name: fc.string(), arguments: fc.anything(), _meta: envelope }), fc.anything()),
    })
    .map((message) => JSON.stringify(message, (_, value) => (typeof value === 'bigint' ? `${value}` : value))),
);

test('malformed requests are answered, and none of them by an error of the server', async () => {
  const statuses = new Set<number>();
  for (const [body, extra] of fc.sample(fc.tuple(bodies, headers), { numRuns: 500, seed: SEED })) {
    const response = await post(body, extra);
    await response.text();
    assert.ok(response.status < 500, `${response.status} for ${body}`);
    statuses.add(response.status);
  }
  assert.ok(statuses.has(400));
  const tooLong = await post(request('tools/call', { text: 'x'.repeat(5 * 1024 * 1024) }));
  assert.equal(tooLong.status, 413);
  assert.ok(errors.length > 0);
});
