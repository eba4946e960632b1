// How busy `greenloop bench` keeps several unequal model servers: node bench/servers/main.ts [--only NAME] [--json]
// Each server is a process of the harness (bench/harness/server.ts) that answers after a fixed time and counts what it answered. The rival
// deals the requests to the servers in turn and keeps each server's slots full.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mapConcurrently } from '../../src/base/concurrency.ts';
import type { NamedServer } from '../../src/models/named-server.ts';
import { generatorMessages } from '../../src/pipeline/prompts.ts';
import { loadBenchmark } from '../../src/tasks/catalog.ts';
import { openModels } from '../../src/wiring/models.ts';
import { dataPlaces } from '../../src/wiring/places.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { formatTable } from '../format-table.ts';
import type { ServerOptions, ServerStats } from '../harness/server.ts';

const ROOT = join(import.meta.dirname, '../..');
const BENCHMARK = 'starter';

/** Requests at once, and milliseconds of an answer. */
type ServerSize = Pick<ServerOptions, 'slots' | 'answer'>;

interface Scenario {
  readonly name: string;
  readonly servers: readonly ServerSize[];
  readonly repeats: number;
}

const SCENARIOS: readonly Scenario[] = [
  {
    name: '1 slot of 200 ms, 2 slots of 600 ms',
    servers: [
      { slots: 1, answer: 200 },
      { slots: 2, answer: 600 },
    ],
    repeats: 1,
  },
  {
    name: '4 slots of 400 ms, 1 slot of 1000 ms',
    servers: [
      { slots: 4, answer: 400 },
      { slots: 1, answer: 1000 },
    ],
    repeats: 1,
  },
  {
    name: '1 slot of 20 ms, 2 slots of 60 ms',
    servers: [
      { slots: 1, answer: 20 },
      { slots: 2, answer: 60 },
    ],
    repeats: 4,
  },
];

interface Figures {
  readonly scenario: string;
  readonly requests: number;
  readonly seconds: number;
  /** Of each server's slots, the share of that time in which they were busy. */
  readonly busy: readonly number[];
  /** The same of requests alone, without trials and programs that run. */
  readonly aloneBusy: readonly number[];
  readonly rivalSeconds: number;
  readonly rivalBusy: readonly number[];
}

const { values: options } = parseArgs({
  options: { only: { type: 'string', default: '' }, json: { type: 'boolean', default: false } },
});

async function withServers<T>(sizes: readonly ServerSize[], work: (urls: readonly string[]) => Promise<T>): Promise<T> {
  const children: ChildProcess[] = [];
  try {
    const starting = sizes.map(async (size) => {
      const settings: ServerOptions = { benchmark: BENCHMARK, load: 0, ...size };
      const path = join(ROOT, 'bench/harness/server.ts');
      const child = spawn(process.execPath, [path, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'inherit'] });
      children.push(child);
      const [address] = (await once(child.stdout, 'data')) as [Buffer];
      return address.toString().trim();
    });
    return await work(await Promise.all(starting));
  } finally {
    for (const child of children) child.kill();
  }
}

/** Seconds from the first request to the last answer, and the busy share of each server's slots. */
async function readStats(sizes: readonly ServerSize[], urls: readonly string[]) {
  const stats = await Promise.all(urls.map(async (url) => (await (await fetch(`${url}/stats`)).json()) as ServerStats));
  const seconds = Math.max(...stats.map((one) => one.seconds));
  const busy = sizes.map(({ slots, answer }, index) => ((stats[index]?.calls ?? 0) * answer) / 1000 / slots / seconds);
  return { requests: stats.reduce((sum, { calls }) => sum + calls, 0), seconds, busy };
}

/** The real command, in a process with a ledger and a configuration of its own. */
async function runBench({ servers, repeats }: Scenario, urls: readonly string[], folder: string): Promise<void> {
  const entries = entriesOf(servers, urls).map(({ name, kind, url, slots }) => ({ name, kind, url, slots }));
  mkdirSync(join(folder, 'greenloop'));
  writeFileSync(join(folder, 'greenloop', 'config.yaml'), JSON.stringify({ servers: entries }));
  const words = [
    ...['bench', '--benchmark', BENCHMARK, '--skip-preflight', '--out', join(folder, 'run'), '--json'],
    ...['--ledger', join(folder, 'ledger.db'), '--repeats', String(repeats), '--model', 'ollama/solver'],
  ];
  const child = spawn(process.execPath, [join(ROOT, 'src/cli/main.ts'), ...words], {
    cwd: folder,
    env: { ...process.env, XDG_CONFIG_HOME: folder },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`bench ended with ${code}`);
}

/** The requests of the drafts alone, all at once. */
async function askAlone({ servers, repeats }: Scenario, urls: readonly string[]): Promise<void> {
  const { tasks } = await loadBenchmark(BENCHMARK, dataPlaces(readSettings()));
  const open = await openModels(['ollama/solver'], readSettings({ servers: entriesOf(servers, urls) }, {}));
  const model = open('ollama/solver');
  const requests = Array.from({ length: repeats }, (_, repeat) =>
    tasks.map(({ prompt }) => ({
      messages: generatorMessages(prompt, 'default'),
      sampling: { temperature: 0, maxTokens: 512, seed: repeat },
      draw: { taskId: prompt.id, repeat, role: 'generator', attempt: 0, place: 0, places: 1 } as const,
    })),
  );
  await Promise.all(requests.flat().map((request) => model.complete(request)));
}

function entriesOf(sizes: readonly ServerSize[], urls: readonly string[]): NamedServer[] {
  const rest = { kind: 'ollama', keyVariable: null, key: undefined, models: null };
  return urls.map((url, index) => ({ ...rest, name: `box${index}`, url, slots: sizes[index]?.slots ?? null }));
}

async function runRival({ servers, repeats }: Scenario, urls: readonly string[]): Promise<void> {
  const { tasks } = await loadBenchmark(BENCHMARK, dataPlaces(readSettings()));
  const all = Array.from({ length: repeats }, () => tasks).flat();
  const dealt = urls.map((_, place) => all.filter((_, index) => index % urls.length === place));
  const answering = dealt.map((own, place) =>
    mapConcurrently(own, servers[place]!.slots, async ({ prompt }) => {
      const body = JSON.stringify({ model: 'solver:latest', messages: generatorMessages(prompt, 'default') });
      await (await fetch(`${urls[place]}/api/chat`, { method: 'POST', body })).json();
    }),
  );
  await Promise.all(answering);
}

async function measure(scenario: Scenario): Promise<Figures> {
  const { name, servers } = scenario;
  const folder = mkdtempSync(join(tmpdir(), 'greenloop-servers-'));
  try {
    const own = await withServers(servers, async (urls) => {
      await runBench(scenario, urls, folder);
      return readStats(servers, urls);
    });
    const alone = await withServers(servers, async (urls) => {
      await askAlone(scenario, urls);
      return readStats(servers, urls);
    });
    const rival = await withServers(servers, async (urls) => {
      await runRival(scenario, urls);
      return readStats(servers, urls);
    });
    return { scenario: name, ...own, aloneBusy: alone.busy, rivalSeconds: rival.seconds, rivalBusy: rival.busy };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowOf({ scenario, requests, seconds, busy, aloneBusy, rivalSeconds, rivalBusy }: Figures): string[] {
  const shares = (list: readonly number[]) => list.map((share) => `${(100 * share).toFixed(1)} %`).join(', ');
  return [
    scenario,
    String(requests),
    seconds.toFixed(1),
    shares(busy),
    shares(aloneBusy),
    rivalSeconds.toFixed(1),
    shares(rivalBusy),
  ];
}

const results: Figures[] = [];
for (const scenario of SCENARIOS.filter(({ name }) => name.startsWith(options.only))) {
  results.push(await measure(scenario));
}
const header = ['servers', 'requests', 'seconds', 'busy', 'requests alone', "rival's seconds", "rival's busy"];
process.stdout.write(
  options.json
    ? `${JSON.stringify({ cores: availableParallelism(), results }, null, 2)}\n`
    : `${formatTable(header, results.map(rowOf))}\n`,
);
