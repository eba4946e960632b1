// A model server in Ollama's wire format that fails now and then: node bench/serve/model-server.ts '{"share": 0.02}'
// Prints its address. A request for marked_N is answered with that function; which calls fail, and how, is decided by N and how often it was asked.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { deriveSeed } from '../../src/base/hash.ts';
import { type ModelServerStats, NEVER_FAILS, WAYS, type Way } from './model-server-stats.ts';

export interface ModelServerOptions {
  /** Of calls, how many fail in each way: from 0 to 0.2. */
  readonly share: number;
}

interface ChatRequest {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages: readonly { readonly content: string }[];
}

const { share } = JSON.parse(process.argv[2] ?? '{"share": 0}') as ModelServerOptions;
const failed: Record<Way, number> = { '500': 0, reset: 0, 'time-out': 0, 'half JSON': 0, overflow: 0 };
const asked = new Map<number, number>();
let calls = 0;

/** How this call of a request fails; null where it does not. */
function wayOf(marker: number): Way | null {
  if (marker >= NEVER_FAILS) return null;
  const times = asked.get(marker) ?? 0;
  asked.set(marker, times + 1);
  const drawn = deriveSeed('bench/serve', marker, times) / 2 ** 31;
  return WAYS[Math.floor(drawn / share)] ?? null;
}

function answerFor(marker: number, model: string): object {
  const content = `\`\`\`python\ndef marked_${marker}(x):\n    return x + ${marker}\n\`\`\``;
  const message = { role: 'assistant', content };
  const usage = { prompt_eval_count: 100, eval_count: 30, total_duration: 1e6 };
  return { model, created_at: new Date(0).toISOString(), message, done: true, done_reason: 'stop', ...usage };
}

function fail(way: Way, response: ServerResponse, answer: string): void {
  failed[way] += 1;
  const half = answer.slice(0, answer.length / 2);
  if (way === '500') response.writeHead(500).end('{"error":"out of memory"}');
  else if (way === 'half JSON') response.end(half);
  else if (way === 'overflow') {
    const error = 'the input length exceeds the context length';
    response.writeHead(400).end(JSON.stringify({ error }));
  } else if (way === 'reset') {
    response.writeHead(200, { 'content-length': answer.length }).write(half);
    setTimeout(() => response.destroy(), 2);
  }
  // Nothing is answered where it is to time out.
}

async function chat(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { model, messages } = (await json(request)) as ChatRequest;
  const marker = Number(/marked_(\d+)/.exec(messages.map(({ content }) => content).join('\n'))?.[1]);
  calls += 1;
  const answer = `${JSON.stringify(answerFor(marker, model))}\n`;
  const way = wayOf(marker);
  response.setHeader('content-type', 'application/x-ndjson');
  if (way === null) response.end(answer);
  else fail(way, response, answer);
}

function fixed(url: string | undefined): object {
  if (url === '/api/version') return { version: '0.12.6' };
  if (url === '/api/tags') return { models: [{ name: 'marker:latest', digest: 'marker' }] };
  if (url === '/stats') return { calls, failed } satisfies ModelServerStats;
  return {};
}

const server = createServer((request, response) => {
  if (request.url !== '/api/chat') {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(fixed(request.url)));
    return;
  }
  chat(request, response).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
