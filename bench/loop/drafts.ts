// Lets the loop draw up to 1, 2, 4 and 8 recorded drafts, stopped at the first that passes the examples; hidden tests grade:
//   node bench/loop/drafts.ts --data ../shared/data [--out FOLDER] [--tasks N] [--recording TEXT]
// About N tasks of each recording, evenly spread, and only recordings with that text in their title; all where it is not given. Verdicts are kept in
// FOLDER (.greenloop/drafts), so that a second run judges nothing again.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mapConcurrently } from '../../src/base/concurrency.ts';
import { toJsonLines } from '../../src/base/json-lines.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { keepVerdicts, openLedger } from '../../src/wiring/ledger.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { DRAWN_RECORDINGS, type DrawnRecording, openDraws, type TaskTrials, tryDrafts } from './draft-trials.ts';
import { draftTable } from './report-drafts.ts';

const WORKERS = 2;
const SIZES = [2, 4, 8];
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    out: { type: 'string', default: '.greenloop/drafts' },
    tasks: { type: 'string' },
    recording: { type: 'string', default: '' },
  },
});
const { data, out, tasks: most, recording: text } = values;
mkdirSync(out, { recursive: true });
const settings = readSettings();
const ledger = await openLedger(join(out, 'verdicts.sqlite'), {});
const sandbox = await openSandbox(settings, WORKERS);
const kept = await keepVerdicts(sandbox, ledger, settings);
for (const recording of DRAWN_RECORDINGS.filter(({ title }) => title.includes(text))) {
  const measured = await measureRecording(recording, kept);
  writeFileSync(join(out, `${recording.folder}-drafts.jsonl`), toJsonLines(measured.map(toRow)));
  process.stdout.write(`\n${recording.title}, ${measured.length} tasks\n\n${draftTable(measured, SIZES)}\n`);
}
await sandbox.close();
ledger.close();

async function measureRecording(recording: DrawnRecording, on: Sandbox): Promise<TaskTrials[]> {
  const { model, tasks } = await openDraws(data, recording, {
    sandbox: on,
    most: most === undefined ? undefined : Number(most),
  });
  let done = 0;
  return mapConcurrently(tasks, WORKERS, async (task) => {
    const trials = await tryDrafts(task, { model, draws: recording.draws, sizes: SIZES }, on);
    process.stderr.write(`\r${recording.title}: ${++done} of ${tasks.length} tasks`);
    return trials;
  });
}

function toRow({ taskId, bySize }: TaskTrials): object {
  return { taskId, bySize: Object.fromEntries(bySize) };
}
