import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Client } from '@modelcontextprotocol/client';
import { withModel } from '../../src/pipeline/pipeline-spec.ts';
import { findPreset } from '../../src/pipeline/presets.ts';
import { mcpHandler } from '../../src/serve/mcp/mcp-handler.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { Solver } from '../../src/wiring/solver.ts';
import { Workplace } from '../cli/cli.ts';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { connectHttp, connectStdio, ERAS, type Era, listen } from './mcp-clients.ts';

const MODEL = 'ollama/llama3.2:3b';
const TASK = 'Write a function `double(x)` that returns twice x.';
const TESTS = 'assert double(2) == 4\nassert double(5) == 10\nassert double(0) == 0\n';
const RIGHT = 'def double(x):\n    return 2 * x\n';
const WRONG = 'def double(x):\n    return x + 2\n';

const place = new Workplace();
const server = new OllamaStub();
/** Answers in order; the last one is repeated. */
let answers: string[] = [];

function environment(): Record<string, string> {
  const entries = Object.entries({ ...place.environment(), OLLAMA_HOST: server.url });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

interface Connection {
  readonly name: string;
  readonly connect: () => Promise<Client>;
}

let http: Awaited<ReturnType<typeof listen>>;
let handler: ReturnType<typeof mcpHandler>;
let solver: Solver;

const CONNECTIONS: readonly Connection[] = ERAS.flatMap((era) => [
  { name: `stdio, ${era}`, connect: () => overStdio(era) },
  { name: `http, ${era}`, connect: () => connectHttp(era, http.url) },
]);

async function overStdio(era: Era, words: readonly string[] = ['-m', MODEL]): Promise<Client> {
  return (await connectStdio(era, words, { env: environment(), cwd: place.path })).client;
}

before(async () => {
  await server.start();
  server.answer = () => (answers.length > 1 ? answers.shift()! : answers[0]!);
  solver = await Solver.open(readSettings({ ollamaUrl: server.url } as never), { parallel: 2 });
  const spec = withModel(findPreset('redraw-then-repair')!, MODEL);
  handler = mcpHandler({
    pipelineNames: [spec.name],
    timeoutSeconds: 10,
    pipeline: async () => ({ spec, solver }),
    solver: async () => solver,
  });
  http = await listen(handler.fetch);
});
beforeEach(() => {
  server.beforeAnswer = () => undefined;
  server.requests.length = 0;
  answers = [RIGHT];
});
after(async () => {
  http.close();
  await handler.close();
  await solver.close();
  await server.stop();
});

async function call(client: Client, name: string, args: Record<string, unknown>) {
  const result = await client.callTool({ name, arguments: args });
  const [part] = result.content as { type: string; text: string }[];
  return { ...result, text: part?.text ?? '', output: (result.structuredContent ?? {}) as Record<string, never> };
}

for (const { name, connect } of CONNECTIONS) {
  test(`smoke ${name}`, async () => {
    const client = await connect();
    const { tools } = await client.listTools();
    console.log(JSON.stringify(tools).length, tools.map((t) => t.name));
    answers = [WRONG, RIGHT];
    const result = await call(client, 'solve_python_task', { task: TASK, tests: TESTS });
    console.log(JSON.stringify(result));
    console.log(JSON.stringify(await call(client, 'check_python', { code: WRONG, tests: TESTS })));
    await client.close();
  });
}
