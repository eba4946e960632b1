// How well `greenloop bench` keeps a model server busy, and how fast it is by itself: node bench/harness/main.ts [--json]
// A server process of its own (server.ts) answers in Ollama's wire format after a fixed time; the rival asks it task by task.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Summary } from '../../src/analysis/summary.ts';
import { mapConcurrently } from '../../src/base/concurrency.ts';
import { generatorMessages, refinerMessages } from '../../src/pipeline/prompts.ts';
import { loadBenchmark } from '../../src/tasks/catalog.ts';
import { dataPlaces } from '../../src/wiring/places.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { formatTable } from '../format-table.ts';
import type { ServerOptions, ServerStats } from './server.ts';

const ROOT = join(import.meta.dirname, '../..');
/** The rival loads so many times as often that its loads are made shorter; only their number is compared. */
const RIVAL_HASTE = 100;
const SOLO = ['--model', 'ollama/solver'];
const CROSS = ['--generator', 'ollama/drafter', '--refiner', 'ollama/solver'];

interface Scenario {
  readonly name: string;
  readonly words: readonly string[];
  readonly repeats: number;
  readonly slots: number;
  readonly answer: number;
  readonly load: number;
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'busy: 4 slots, 250 ms an answer', words: CROSS, repeats: 1, slots: 4, answer: 250, load: 0 },
  { name: 'swaps: one model at a time, 5 s to load', words: CROSS, repeats: 1, slots: 4, answer: 20, load: 5000 },
  { name: 'own speed, verdicts known', words: SOLO, repeats: 20, slots: 16, answer: 0, load: 0 },
  {
    name: 'own speed, every program run',
    words: ['--model', 'ollama/varied'],
    repeats: 5,
    slots: 16,
    answer: 0,
    load: 0,
  },
];

interface Figures {
  readonly scenario: string;
  readonly trials: number;
  readonly seconds: number;
  readonly trialsPerSecond: number;
  /** Of what the server can do in that time at most, how much it did. */
  readonly busy: number | null;
  readonly loads: number;
  readonly peakMebibytes: number;
  /** Models that the rival had loaded; null where it has no part. */
  readonly rivalLoads: number | null;
}

const { values: options } = parseArgs({
  options: {
    benchmark: { type: 'string', default: 'humaneval' },
    only: { type: 'string', default: '' },
    repeats: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

async function withServer<T>(scenario: Scenario, work: (url: string) => Promise<T>): Promise<T> {
  const { slots, answer, load } = scenario;
  const settings: ServerOptions = { benchmark: options.benchmark, slots, answer, load };
  const path = join(import.meta.dirname, 'server.ts');
  const server = spawn(process.execPath, [path, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [address] = (await once(server.stdout, 'data')) as [Buffer];
    return await work(address.toString().trim());
  } finally {
    server.kill();
  }
}

async function statsOf(url: string): Promise<ServerStats> {
  return (await (await fetch(`${url}/stats`)).json()) as ServerStats;
}

/** The real command, in a process and with a ledger of its own. */
async function runBench(scenario: Scenario, url: string, folder: string): Promise<{ summary: Summary; peak: number }> {
  const out = join(folder, 'run');
  const words = [
    ...['bench', '--benchmark', options.benchmark, '--skip-preflight', '--out', out, '--json'],
    ...['--ledger', join(folder, 'ledger.db'), '--slots', String(scenario.slots)],
    ...['--repeats', String(scenario.repeats), ...scenario.words],
  ];
  const child = spawn(process.execPath, [join(ROOT, 'src/cli/main.ts'), ...words], {
    env: { ...process.env, OLLAMA_HOST: url },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const peak = watchMemory(child);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`bench ended with ${code}`);
  return { summary: JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')) as Summary, peak: peak() };
}

/** The most memory in bytes that a process had, as the system counts it. */
function watchMemory(child: ChildProcess): () => number {
  let most = 0;
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      most = Math.max(most, 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0));
    } catch {
      clearInterval(timer);
    }
  }, 200);
  return () => {
    clearInterval(timer);
    return most;
  };
}

/** A plain script's way: so many workers as the server has slots, each with one task from draft to repair. */
async function runRival({ slots }: Scenario, url: string): Promise<void> {
  const { tasks } = await loadBenchmark(options.benchmark, dataPlaces(readSettings()));
  const ask = async (model: string, messages: object[]) => {
    const answer = await fetch(`${url}/api/chat`, { method: 'POST', body: JSON.stringify({ model, messages }) });
    const { message } = (await answer.json()) as { message: { content: string } };
    return message.content;
  };
  await mapConcurrently(tasks, slots, async ({ prompt }) => {
    const code = await ask('drafter:latest', generatorMessages(prompt, 'default'));
    await ask('solver:latest', refinerMessages(prompt, { code, feedback: null }, null, 'default'));
  });
}

async function measure(given: Scenario): Promise<Figures> {
  const scenario = { ...given, repeats: Number(options.repeats ?? given.repeats) };
  const folder = mkdtempSync(join(tmpdir(), 'greenloop-harness-'));
  try {
    const { summary, peak, stats } = await withServer(scenario, async (url) => ({
      ...(await runBench(scenario, url, folder)),
      stats: await statsOf(url),
    }));
    const rival =
      scenario.answer === 0
        ? null
        : await withServer({ ...scenario, load: scenario.load / RIVAL_HASTE }, async (url) => {
            await runRival(scenario, url);
            return statsOf(url);
          });
    const trials = summary.pipelines.reduce((sum, pipeline) => sum + pipeline.trials, 0);
    const ideal = (stats.calls * scenario.answer) / 1000 / scenario.slots;
    return {
      scenario: scenario.name,
      trials,
      seconds: summary.seconds,
      trialsPerSecond: trials / summary.seconds,
      busy: scenario.answer === 0 ? null : ideal / stats.seconds,
      loads: stats.loads,
      peakMebibytes: peak / (1 << 20),
      rivalLoads: rival?.loads ?? null,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowOf({
  scenario,
  trials,
  seconds,
  trialsPerSecond,
  busy,
  loads,
  peakMebibytes,
  rivalLoads,
}: Figures): string[] {
  return [
    scenario,
    String(trials),
    seconds.toFixed(1),
    trialsPerSecond.toFixed(0),
    busy === null ? '-' : `${(100 * busy).toFixed(1)} %`,
    String(loads),
    `${peakMebibytes.toFixed(0)} MiB`,
    rivalLoads === null ? '-' : String(rivalLoads),
  ];
}

const results: Figures[] = [];
for (const scenario of SCENARIOS.filter(({ name }) => name.startsWith(options.only))) {
  results.push(await measure(scenario));
}
const header = ['scenario', 'trials', 'seconds', 'trials/s', 'server busy', 'loads', 'peak', "rival's loads"];
process.stdout.write(
  options.json
    ? `${JSON.stringify({ cores: availableParallelism(), results }, null, 2)}\n`
    : `${formatTable(header, results.map(rowOf))}\n`,
);
