// Takes the code out of every recorded answer, and compares with what another version took:
//   node bench/extraction/main.ts --save before.jsonl       (with the other version checked out)
//   node bench/extraction/main.ts --against before.jsonl    judges the samples whose code differs, both ways
// Needs the recordings and benchmarks beside the repository (../shared/data).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mapConcurrently } from '../../src/base/concurrency.ts';
import { readJsonLines, toJsonLines } from '../../src/base/json-lines.ts';
import { extractCode } from '../../src/pipeline/extract.ts';
import { REPAIR_NAMES, repairCode } from '../../src/pipeline/repair.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { loadBenchmark } from '../../src/tasks/catalog.ts';
import type { Task } from '../../src/tasks/task.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { formatTable } from '../format-table.ts';

const data = join(import.meta.dirname, '../../../shared/data');
const RECORDINGS = {
  'qwen3-0.6b-humaneval-10samples': 'humaneval',
  'qwen25-1.5b-instruct-mbpp-12runs': 'mbpp',
  'codegen-16b-humaneval-100samples': 'humaneval',
} as const;
type RecordingName = keyof typeof RECORDINGS;
const LIMIT_SECONDS = 4;
const WORKERS = 2;

interface Row {
  readonly task_id: string;
  readonly draw: number;
  readonly completion: string;
}

/** What was taken out of one answer: as extracted, and with all static repairs. */
interface Taken {
  readonly recording: string;
  readonly id: string;
  readonly none: string;
  readonly all: string;
}

const { values } = parseArgs({ options: { save: { type: 'string' }, against: { type: 'string' } } });
const started = process.cpuUsage();
const tasks = new Map<string, Map<string, Task>>();
for (const name of new Set(Object.values(RECORDINGS))) tasks.set(name, await readTasks(name));
const taken = (Object.keys(RECORDINGS) as RecordingName[]).flatMap(takeAll);
process.stdout.write(`${taken.length} answers, ${(process.cpuUsage(started).user / 1e6).toFixed(1)} s of CPU\n`);
if (values.save !== undefined) writeFileSync(values.save, toJsonLines(taken));
if (values.against !== undefined) await compare(readJsonLines(values.against) as Taken[]);

async function readTasks(name: string): Promise<Map<string, Task>> {
  const places = { dataFolder: join(data, 'benchmarks'), cacheFolder: '/nowhere' };
  const { tasks } = await loadBenchmark(name, places);
  return new Map(tasks.map((task) => [task.prompt.id, task]));
}

function takeAll(recording: RecordingName): Taken[] {
  const rows = readJsonLines(join(data, 'recordings', recording, 'samples.jsonl.gz')) as Row[];
  return rows.flatMap(({ task_id, draw, completion }) => {
    const task = taskOf(recording, task_id);
    if (task === undefined) return [];
    const none = extractCode(completion, task.prompt).code;
    const all = repairCode(none, task.prompt, new Set(REPAIR_NAMES)).code;
    return [{ recording, id: `${task_id} ${draw}`, none, all }];
  });
}

function taskOf(recording: RecordingName, id: string): Task | undefined {
  return tasks.get(RECORDINGS[recording])!.get(id);
}

/** Judges where the code differs, and prints what was gained and what was lost, each loss by its name. */
async function compare(before: readonly Taken[]): Promise<void> {
  const earlier = new Map(before.map((row) => [`${row.recording} ${row.id}`, row]));
  const sandbox = await openSandbox(readSettings(), WORKERS);
  try {
    for (const recording of Object.keys(RECORDINGS) as RecordingName[]) {
      for (const way of ['none', 'all'] as const) {
        const pairs = taken
          .filter((row) => row.recording === recording)
          .map((row) => ({ id: row.id, now: row[way], before: earlier.get(`${recording} ${row.id}`)?.[way] ?? '' }));
        await compareOne(recording, way, pairs, sandbox);
      }
    }
  } finally {
    await sandbox.close();
  }
}

interface Pair {
  readonly id: string;
  readonly now: string;
  readonly before: string;
}

async function compareOne(recording: RecordingName, way: string, pairs: readonly Pair[], sandbox: Sandbox) {
  const changed = pairs.filter(({ now, before }) => now !== before);
  const judged = await mapConcurrently(changed, WORKERS, async (pair) => ({
    ...pair,
    passed: await passes(recording, pair.id, pair.now, sandbox),
    passedBefore: await passes(recording, pair.id, pair.before, sandbox),
  }));
  const gained = judged.filter(({ passed, passedBefore }) => passed && !passedBefore);
  const lost = judged.filter(({ passed, passedBefore }) => !passed && passedBefore);
  const rows = [[recording, way, pairs.length, changed.length, gained.length, lost.length].map(String)];
  const columns = ['recording', 'repair', 'answers', 'changed', 'gained', 'lost'];
  process.stdout.write(`${formatTable(columns, rows)}\n`);
  for (const { id, before, now } of lost) process.stdout.write(`lost: ${id}\n--- before\n${before}\n--- now\n${now}\n`);
}

async function passes(recording: RecordingName, id: string, code: string, sandbox: Sandbox): Promise<boolean> {
  const { prompt, grader } = taskOf(recording, id.split(' ')[0]!)!;
  const { context, entryPoint } = prompt;
  for (const { program } of grader.suites()) {
    const request = {
      code,
      context,
      entryPoint,
      tests: program,
      timeoutSeconds: LIMIT_SECONDS,
      report: 'first',
    } as const;
    if ((await sandbox.run(request)).kind !== 'passed') return false;
  }
  return true;
}
