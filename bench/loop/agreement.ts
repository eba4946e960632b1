// Chooses among recorded drafts by agreement and by examples; hidden tests grade:
//   node bench/loop/agreement.ts --out FOLDER [--tasks N] [--recording TEXT]
// N tasks of each recording, evenly spread, and only recordings with that text in their title; all where it is not given. Verdicts are kept in
// the folder. Needs the recordings and benchmarks beside the repository (../shared/data).
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mapConcurrently } from '../../src/base/concurrency.ts';
import { toJsonLines } from '../../src/base/json-lines.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { keepVerdicts, openLedger } from '../../src/wiring/ledger.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { judgeDrafts, RECORDINGS, type Recording, recordedCodes, type TaskDrafts } from './judged-drafts.ts';
import { choiceTable, reliabilityTable, secondsLine, stoppingLine } from './report-choices.ts';
import { spread } from './spread.ts';

const WORKERS = 2;
const { values } = parseArgs({
  options: { out: { type: 'string' }, tasks: { type: 'string' }, recording: { type: 'string', default: '' } },
});
const { out, tasks: most } = values;
if (out === undefined) throw new Error('expected --out FOLDER');
mkdirSync(out, { recursive: true });
const settings = readSettings();
const ledger = await openLedger(join(out, 'verdicts.sqlite'), {});
const sandbox = await openSandbox(settings, WORKERS);
const kept = await keepVerdicts(sandbox, ledger, settings);
for (const recording of RECORDINGS.filter(({ title }) => title.includes(values.recording))) {
  const judged = await judgeRecording(recording, kept);
  writeFileSync(join(out, `${recording.folder}.jsonl`), toJsonLines(judged));
  process.stdout.write(`\n${reportOf(recording, judged)}\n`);
}
await sandbox.close();
ledger.close();

async function judgeRecording(recording: Recording, on: Sandbox): Promise<TaskDrafts[]> {
  const all = await recordedCodes(recording);
  const chosen = spread(all, most === undefined ? undefined : Number(most));
  let done = 0;
  return mapConcurrently(chosen, WORKERS, async ({ task, codes }) => {
    const judged = await judgeDrafts(task, codes, on);
    process.stderr.write(`\r${recording.title}: ${++done} of ${chosen.length} tasks`);
    return judged;
  });
}

function reportOf({ title }: Recording, judged: readonly TaskDrafts[]): string {
  const heading = `${title}, ${judged.length} tasks; ${secondsLine(judged)}`;
  return [heading, choiceTable(judged), stoppingLine(judged, 8), reliabilityTable(judged, 8)].join('\n\n');
}
