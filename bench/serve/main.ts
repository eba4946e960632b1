// How greenloop's server holds under load: node bench/serve/main.ts [--requests 2000] [--clients 200] [--share 0.02] [--json]
// A model server (model-server.ts) fails in five ways, each with that share of its calls. Each request asks for a function with a marker of
// its own. Before, and without failures, calls through greenloop and plain ones to the model server take turns.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mapConcurrently } from '../../src/base/concurrency.ts';
import { formatTable } from '../format-table.ts';
import { ASKED_WIRES, askFor, type Outcome, post, promptFor } from './clients.ts';
import { type ModelServerStats, NEVER_FAILS, WAYS } from './model-server-stats.ts';

const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '2000' },
    clients: { type: 'string', default: '200' },
    share: { type: 'string', default: '0.02' },
    calls: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
  },
});
const TIMEOUT_SECONDS = 2;
const WARM_UP = 20;

interface Latency {
  /** Milliseconds, p50 each: plain calls, what a chat that is no task takes more, whole answers, and what those take more. */
  readonly plain: number;
  readonly chat: number;
  readonly whole: number;
  readonly overhead: number;
  /** Until the first byte of a stream. */
  readonly firstByte: number;
}

interface Memory {
  /** MiB of the heap after the first tenth of the requests, after half and after all, garbage collected. */
  readonly tenth: number;
  readonly half: number;
  readonly all: number;
}

interface Load {
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly requestsPerSecond: number;
  readonly memory: Memory;
  readonly upstream: ModelServerStats;
}

async function start(program: string, settings: object): Promise<{ url: string; child: ChildProcess }> {
  const path = join(import.meta.dirname, program);
  const words = ['--expose-gc', path, JSON.stringify(settings)];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const [address] = (await once(child.stdout!, 'data')) as [Buffer];
  return { url: address.toString().trim(), child };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function firstByte(url: string, marker: number): Promise<number> {
  const start = performance.now();
  const messages = [{ role: 'user', content: promptFor(marker) }];
  const response = await post(`${url}/v1/chat/completions`, { model: 'greenloop/bench', messages, stream: true });
  const reader = response.body!.getReader();
  await reader.read();
  const milliseconds = performance.now() - start;
  for (let isDone = false; !isDone; ) ({ done: isDone } = await reader.read());
  return milliseconds;
}

/** The same question to both in turn, so that whatever else the machine does meets both. */
async function measureLatency(url: string, upstream: string): Promise<Latency> {
  const taken: { plain: number; chat: number; whole: number; firstByte: number }[] = [];
  for (let call = 0; call < WARM_UP + Number(options.calls); call += 1) {
    const marker = NEVER_FAILS + call;
    const messages = [{ role: 'user', content: promptFor(marker) }];
    const body = { model: 'marker', messages, stream: false };
    const chat = {
      model: 'greenloop/bench',
      messages: [{ role: 'user', content: `marked_${marker}` }],
      max_tokens: 500,
    };
    const times = {
      plain: await timed(async () => (await post(`${upstream}/api/chat`, body)).json()),
      chat: await timed(async () => (await post(`${url}/v1/messages`, chat)).json()),
      whole: await timed(() => askFor(url, marker, ASKED_WIRES[0]!)),
      firstByte: await firstByte(url, marker),
    };
    if (call >= WARM_UP) taken.push(times);
  }
  const p50 = (of: (times: (typeof taken)[number]) => number) => median(taken.map(of));
  return {
    plain: p50(({ plain }) => plain),
    chat: p50(({ chat, plain }) => chat - plain),
    whole: p50(({ whole }) => whole),
    overhead: p50(({ whole, plain }) => whole - plain),
    firstByte: p50(({ firstByte }) => firstByte),
  };
}

/** MiB of its heap that a server still uses once garbage is collected. */
async function memoryOf(child: ChildProcess): Promise<number> {
  const answered = once(child, 'message');
  child.send('memory');
  const [mebibytes] = (await answered) as [number];
  return mebibytes;
}

async function load(url: string, child: ChildProcess, upstream: string): Promise<Load> {
  const requests = Number(options.requests);
  const outcomes: Record<Outcome, number> = { passed: 0, error: 0, 'mixed up': 0, lost: 0 };
  const memory = { tenth: 0, half: 0, all: 0 };
  const marks = { tenth: Math.ceil(requests / 10), half: Math.ceil(requests / 2) };
  const start = performance.now();
  let done = 0;
  const markers = Array.from({ length: requests }, (_, marker) => marker);
  await mapConcurrently(markers, Number(options.clients), async (marker) => {
    outcomes[await askFor(url, marker, ASKED_WIRES[marker % ASKED_WIRES.length]!)] += 1;
    done += 1;
    if (done === marks.tenth) memory.tenth = await memoryOf(child);
    else if (done === marks.half) memory.half = await memoryOf(child);
  });
  memory.all = await memoryOf(child);
  const requestsPerSecond = requests / ((performance.now() - start) / 1000);
  const stats = (await (await fetch(`${upstream}/stats`)).json()) as ModelServerStats;
  return { outcomes, requestsPerSecond, memory, upstream: stats };
}

function rowsOf({ latency, load }: { latency: Latency; load: Load }): string[][] {
  const { outcomes, memory, upstream } = load;
  const milliseconds = (value: number) => `${value.toFixed(1)} ms`;
  const mebibytes = (value: number) => `${value.toFixed(1)} MiB`;
  return [
    ['plain call of the model server, p50', milliseconds(latency.plain)],
    ['through greenloop, first draft passes, p50', milliseconds(latency.whole)],
    ['overhead, code run and verified, p50', milliseconds(latency.overhead)],
    ['overhead, a chat that is no task, p50', milliseconds(latency.chat)],
    ['first byte of a stream, p50', milliseconds(latency.firstByte)],
    ...Object.entries(outcomes).map(([outcome, count]) => [`answers: ${outcome}`, String(count)]),
    ['requests a second', load.requestsPerSecond.toFixed(1)],
    ['model calls', String(upstream.calls)],
    ...WAYS.map((way) => [`model calls that failed: ${way}`, String(upstream.failed[way])]),
    ['heap after a tenth of the requests', mebibytes(memory.tenth)],
    ['heap after half', mebibytes(memory.half)],
    ['heap after all', mebibytes(memory.all)],
  ];
}

const model = await start('model-server.ts', { share: Number(options.share) });
const own = await start('greenloop-server.ts', { ollama: model.url, timeoutSeconds: TIMEOUT_SECONDS });
try {
  const latency = await measureLatency(own.url, model.url);
  const results = { latency, load: await load(own.url, own.child, model.url) };
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ cores: availableParallelism(), ...options, ...results }, null, 2)}\n`
      : `${formatTable(['measured', 'value'], rowsOf(results))}\n`,
  );
} finally {
  own.child.kill();
  model.child.kill();
}
