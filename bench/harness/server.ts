// A model server in Ollama's wire format that answers after a fixed time: node bench/harness/server.ts '{"slots": 4, ...}'
// Prints its address. As Ollama it takes requests in their order, as many at once as it has slots, and holds one model at a time.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { generatorMessages } from '../../src/pipeline/prompts.ts';
import { loadBenchmark } from '../../src/tasks/catalog.ts';
import { dataPlaces } from '../../src/wiring/places.ts';
import { readSettings } from '../../src/wiring/settings.ts';

export interface ServerOptions {
  readonly benchmark: string;
  readonly slots: number;
  /** Milliseconds that an answer takes, and that it takes to load another model. */
  readonly answer: number;
  readonly load: number;
}

/** What the server saw. */
export interface ServerStats {
  readonly calls: number;
  /** Models loaded, the first one too. */
  readonly loads: number;
  /** Seconds from the first request to the last answer. */
  readonly seconds: number;
}

interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

interface Waiting {
  readonly model: string;
  readonly start: () => void;
}

/** `drafter` answers wrongly, `solver` as the reference, and `varied` so too, but never twice in the same words. */
const MODELS = ['drafter:latest', 'solver:latest', 'varied:latest'];

const options = JSON.parse(process.argv[2] ?? '{}') as ServerOptions;
const { tasks } = await loadBenchmark(options.benchmark, dataPlaces(readSettings()));
const taskOfPrompt = new Map(
  tasks.map(({ prompt }, index) => [generatorMessages(prompt, 'default').at(-1)?.content, index]),
);

let [calls, loads, inFlight, first, last] = [0, 0, 0, 0, 0];
let loaded: string | null = null;
let isLoading = false;
const waiting: Waiting[] = [];

function answerTo({ model, messages }: ChatRequest): string {
  const text = messages.at(-1)?.content ?? '';
  const index = taskOfPrompt.get(text) ?? Number(/# task (\d+)/.exec(text)?.[1]);
  const task = tasks[index];
  if (task?.reference == null) throw new Error(`expected a request for a task, got ${text.slice(0, 200)}`);
  const isDraft = model.startsWith('drafter');
  const code = isDraft ? `def ${task.prompt.entryPoint}(*_):\n    return NotImplemented` : task.reference;
  return `\`\`\`python\n${code}\n# task ${index}${model.startsWith('varied') ? ` answer ${calls}` : ''}\n\`\`\``;
}

async function startNext(): Promise<void> {
  while (!isLoading && inFlight < options.slots) {
    const [next] = waiting;
    if (next === undefined || (next.model !== loaded && inFlight > 0)) return;
    if (next.model !== loaded) {
      isLoading = true;
      await sleep(options.load);
      isLoading = false;
      [loaded, loads] = [next.model, loads + 1];
    }
    waiting.shift();
    inFlight += 1;
    next.start();
  }
}

async function chat(request: ChatRequest): Promise<object> {
  first ||= performance.now();
  await new Promise<void>((start) => {
    waiting.push({ model: request.model, start });
    void startNext();
  });
  if (options.answer > 0) await sleep(options.answer);
  calls += 1;
  inFlight -= 1;
  last = performance.now();
  void startNext();
  const content = answerTo(request);
  const counts = { prompt_eval_count: 100, eval_count: 100, total_duration: 1e6 * options.answer };
  return { model: request.model, message: { role: 'assistant', content }, done: true, done_reason: 'stop', ...counts };
}

async function reply(request: IncomingMessage): Promise<object> {
  if (request.url === '/api/version') return { version: '0.12.6' };
  if (request.url === '/api/tags') return { models: MODELS.map((name) => ({ name, digest: name })) };
  if (request.url === '/stats') return { calls, loads, seconds: (last - first) / 1000 } satisfies ServerStats;
  return chat((await json(request)) as ChatRequest);
}

const server = createServer((request, response) => {
  reply(request).then(
    (body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
    (error: unknown) => response.writeHead(500).end(JSON.stringify({ error: String(error) })),
  );
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
