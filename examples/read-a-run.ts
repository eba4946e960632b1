// Reads a stored run in a program:  node examples/read-a-run.ts [LEDGER [RUN]]
// RUN is an id, the beginning of one, or `last`. A program of yours imports from 'greenloop'.
import { join } from 'node:path';
import { analysisReport, analyzeRun, openLedger, readRun, renderText } from '../src/index.ts';

const [file = join('.greenloop', 'ledger.db'), word = 'last'] = process.argv.slice(2);
const ledger = await openLedger(file, {});
try {
  const run = await readRun(ledger.runs, word);
  for (const { pipeline, taskId, outcome, attempts } of run.trials)
    console.log(`# ${pipeline} ${taskId}: ${outcome} after ${attempts.length} attempts`);
  // One trial whole: what was asked, what came, what the checks showed.
  const passed = run.trials.find(({ outcome }) => outcome === 'passed');
  const stored = passed && (await ledger.runs.trial(run.id, passed));
  console.log(stored?.trial.trace.attempts.at(-1)?.code);
  console.log(renderText(analysisReport(analyzeRun(run))));
} finally {
  ledger.close();
}
