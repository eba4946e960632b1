// Judges the same samples in several ways in one run: node bench/sandbox/compare.ts [--draws N] [--report all|first]
// Needs the recordings and benchmarks beside the repository (../shared/data). Prints a table and, with --json, the figures.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mapConcurrently } from '../../src/base/concurrency.ts';
import { findProgram } from '../../src/base/find-program.ts';
import { readJsonLines, toJsonLines } from '../../src/base/json-lines.ts';
import { readInterpreter } from '../../src/sandbox/native/interpreter.ts';
import { findIsolation } from '../../src/sandbox/native/isolation.ts';
import { NativeSandbox } from '../../src/sandbox/native-sandbox.ts';
import { findHost } from '../../src/sandbox/pyodide/host-command.ts';
import { PyodideSandbox } from '../../src/sandbox/pyodide-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { loadBenchmark } from '../../src/tasks/catalog.ts';
import type { Task } from '../../src/tasks/task.ts';
import { formatTable } from '../format-table.ts';
import { memoryOfDescendants, ProcessorMeter } from './processes.ts';

const root = join(import.meta.dirname, '../..');
const data = join(root, '../shared/data');
const LIMIT_SECONDS = 3;
const WORKERS = 2;

interface Sample {
  readonly id: string;
  readonly task: Task;
  readonly code: string;
}

interface Figures {
  readonly method: string;
  readonly runs: number;
  readonly passed: readonly string[];
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly p50Milliseconds: number;
}

const { values: options } = parseArgs({
  options: {
    draws: { type: 'string', default: '20' },
    report: { type: 'string', default: 'first' },
    ways: { type: 'string', default: 'pyodide' },
    rivals: { type: 'string', default: 'floor,subprocess,fork-exec' },
    json: { type: 'boolean', default: false },
  },
});

async function readSamples(draws: number): Promise<Sample[]> {
  const { tasks } = await loadBenchmark('humaneval', {
    dataFolder: join(data, 'benchmarks'),
    cacheFolder: '',
  });
  const byId = new Map(tasks.map((task) => [task.prompt.id, task]));
  const file = join(data, 'recordings/codegen-16b-humaneval-100samples/samples.jsonl.gz');
  const rows = readJsonLines(file) as { task_id: string; draw: number; completion: string }[];
  return rows
    .filter(({ draw }) => draw < draws)
    .map(({ task_id, draw, completion }) => {
      const task = byId.get(task_id) as Task;
      return { id: `${task_id}#${draw}`, task, code: task.prompt.text + completion };
    });
}

async function readReferences(name: string): Promise<Sample[]> {
  const { tasks } = await loadBenchmark(name, {
    dataFolder: join(data, 'benchmarks'),
    cacheFolder: '',
  });
  return tasks.map((task) => ({ id: task.prompt.id, task, code: task.reference ?? '' }));
}

type Way = 'greenloop' | 'pyodide' | 'pyodide-bwrap';

async function openSandbox(way: Way = 'greenloop'): Promise<Sandbox> {
  const searchPath = process.env.PATH ?? '';
  const bubblewrap = findProgram(['bwrap'], searchPath);
  const runner = join(root, 'src/sandbox/runner');
  if (way !== 'greenloop') {
    const host = findHost(runner, way === 'pyodide' ? null : bubblewrap);
    return PyodideSandbox.open({ host, cacheFolder: join(root, '.greenloop/bench-cache'), parallel: WORKERS });
  }
  const python = readInterpreter(findProgram(['/usr/bin/python3', 'python3'], searchPath) ?? 'python3');
  const isolation = findIsolation({ bubblewrap, python, visiblePackages: [], runner });
  if (isolation === null) throw new Error('no isolation works here');
  return new NativeSandbox({ isolation, python, parallel: WORKERS });
}

function judge(sandbox: Sandbox, { task, code }: Sample) {
  const { context, entryPoint } = task.prompt;
  const tests = task.grader.suites()[0]?.program ?? null;
  const report = options.report === 'all' ? 'all' : 'first';
  return sandbox.run({ code, context, entryPoint, tests, timeoutSeconds: LIMIT_SECONDS, report });
}

interface OurFigures extends Figures {
  readonly timedOut: readonly string[];
  /** What each sample came to: a kind of verdict, or the fault. */
  readonly kinds: ReadonlyMap<string, string>;
  readonly megabytes: number;
}

async function measureOurs(samples: readonly Sample[], way: Way = 'greenloop'): Promise<OurFigures> {
  const sandbox = await openSandbox(way);
  await Promise.all(samples.slice(0, WORKERS).map((sample) => judge(sandbox, sample)));
  const meter = new ProcessorMeter();
  const start = performance.now();
  const times: number[] = [];
  const verdicts = await mapConcurrently(samples, WORKERS, async (sample) => {
    const began = performance.now();
    const kind = await judge(sandbox, sample).then(
      (verdict) => verdict.kind,
      (error: Error) => `${error.name}: ${error.message.split(' is not supported')[0]}`,
    );
    times.push(performance.now() - began);
    return { id: sample.id, kind };
  });
  const figures = {
    method: way,
    runs: samples.length,
    passed: verdicts.filter(({ kind }) => kind === 'passed').map(({ id }) => id),
    kinds: new Map(verdicts.map(({ id, kind }) => [id, kind])),
    timedOut: verdicts.filter(({ kind }) => kind === 'timed-out').map(({ id }) => id),
    wallSeconds: (performance.now() - start) / 1000,
    cpuSeconds: meter.stop(),
    p50Milliseconds: median(times),
    megabytes: memoryOfDescendants() / (1 << 20),
  };
  await sandbox.close();
  return figures;
}

function measureRival(method: string, samples: readonly Sample[]): Figures {
  const folder = mkdtempSync(join(tmpdir(), 'greenloop-bench-'));
  try {
    const file = join(folder, 'samples.jsonl');
    writeFileSync(file, toJsonLines(samples.map((sample) => ({ id: sample.id, program: programOf(sample) }))));
    // An environment without packages, as greenloop runs them: whatever happens to be installed would be imported and measured.
    execFileSync('/usr/bin/python3', ['-m', 'venv', '--without-pip', join(folder, 'environment')]);
    const words = [join(import.meta.dirname, 'rivals.py'), method, file, String(WORKERS)];
    return JSON.parse(
      execFileSync(join(folder, 'environment/bin/python3'), words, { encoding: 'utf8', maxBuffer: 1 << 28 }),
    ) as Figures;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function programOf({ task, code }: Sample): string {
  const program = task.grader.suites()[0]?.program;
  const checks = program !== undefined && 'checks' in program ? program.checks : '';
  return `${code}\n${checks}\n${checks.includes('def check(') ? `check(${task.prompt.entryPoint})\n` : ''}`;
}

async function trivialRun(way: Way): Promise<number> {
  const sandbox = await openSandbox(way);
  const times: number[] = [];
  for (let i = 0; i < 300; i += 1) {
    const began = performance.now();
    const tests = { setup: '', checks: 'assert double(2) == 4' };
    const code = `def double(x):\n    return 2 * x  # ${i}\n`;
    await sandbox.run({ code, context: '', entryPoint: 'double', tests, timeoutSeconds: 3, report: 'first' });
    times.push(performance.now() - began);
  }
  await sandbox.close();
  return median(times);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function row({ method, runs, passed, wallSeconds, cpuSeconds, p50Milliseconds }: Figures, base: number): string[] {
  const rate = runs / cpuSeconds;
  const cells = [
    rate.toFixed(0),
    `${(rate / base).toFixed(1)}x`,
    (runs / wallSeconds).toFixed(0),
    p50Milliseconds.toFixed(1),
    String(passed.length),
  ];
  return [method, ...cells];
}

if (!existsSync(data)) throw new Error(`${data} does not exist: this benchmark needs recordings of real models`);
const all = await readSamples(Number(options.draws));
const { timedOut, passed, wallSeconds } = await measureOurs(all);
const ending = all.filter(({ id }) => !timedOut.includes(id));
const ways = (options.ways === '' ? [] : options.ways.split(',')) as Way[];
const rivals = options.rivals === '' ? [] : options.rivals.split(',');
const sets = [
  { title: `${ending.length} CodeGen-16B samples on HumanEval that end by themselves`, samples: ending },
  {
    title: 'reference solutions of HumanEval and MBPP',
    samples: [...(await readReferences('humaneval')), ...(await readReferences('mbpp'))],
  },
];
const machine = readFileSync('/proc/cpuinfo', 'utf8').match(/model name\s*:\s*(.*)/)?.[1] ?? 'unknown processor';
console.log(`${machine}, ${WORKERS} workers, limit ${LIMIT_SECONDS} s, greenloop reports ${options.report}`);
console.log(
  `all ${all.length} samples in ${wallSeconds.toFixed(0)} s: ${passed.length} pass, ${timedOut.length} time out (${timedOut.slice(0, 10).join(', ')})\n`,
);
for (const { title, samples } of sets) {
  const ours = await measureOurs(samples);
  const others: OurFigures[] = [];
  for (const way of ways) others.push(await measureOurs(samples, way));
  const figures: Figures[] = [ours, ...others, ...rivals.map((method) => measureRival(method, samples))];
  const base = figures.find(({ method }) => method === 'fork-exec') ?? ours;
  const table = figures.map((item) => row(item, base.runs / base.cpuSeconds));
  console.log(
    `${title}\n\n${formatTable(['method', 'runs per CPU s', 'ratio', 'runs per s', 'p50 ms', 'passed'], table)}\n`,
  );
  for (const other of others) {
    const differ = samples.filter(({ id }) => other.kinds.get(id) !== ours.kinds.get(id)).map(({ id }) => id);
    console.log(`${other.method}: ${differ.length} of ${samples.length} outcomes differ from greenloop's`);
    for (const id of differ) console.log(`  ${id}: ${ours.kinds.get(id)} / ${other.kinds.get(id)}`);
  }
  for (const rival of figures.slice(1 + others.length)) {
    const theirs = new Set(rival.passed);
    const differ = samples.filter(({ id }) => theirs.has(id) !== ours.passed.includes(id)).map(({ id }) => id);
    console.log(
      `${rival.method}: ${differ.length} verdicts differ from greenloop's${differ.length === 0 ? '' : `: ${differ.join(', ')}`}`,
    );
  }
  for (const { method, megabytes } of [ours, ...others])
    console.log(`memory of the pool of ${method}: ${megabytes.toFixed(0)} MiB\n`);
  if (options.json)
    console.log(JSON.stringify(figures.map(({ passed: ids, ...rest }) => ({ ...rest, passed: ids.length }))));
}
for (const way of ['greenloop', ...ways] as const)
  console.log(`trivial run of ${way}: p50 ${(await trivialRun(way)).toFixed(2)} ms`);
