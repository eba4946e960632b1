import { Command } from 'commander';
import { printable } from '../../base/printable.ts';
import type { Plan } from '../../runs/plan.ts';
import { findRuns } from '../../runs/read-run.ts';
import type { RunListing } from '../../runs/run-store.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { print, printJson, say } from '../terminal/output.ts';
import { displayWidth, formatTable, shortened, TABLE_WIDTH } from '../terminal/table.ts';
import { RUN_HELP, withKeptRuns } from './kept-runs.ts';

const HEADER = ['run', 'state', 'trials', 'passed', 'benchmark', 'pipelines'] as const;

/** `greenloop runs`: the runs of bench that the ledger keeps. */
export function runsCommand(): Command {
  const command = new Command('runs').description('list the runs of bench that are kept, the newest first');
  command.action(() => runCommand(command, list));
  const remove = new Command('rm').description('forget runs and their trials; answers and verdicts stay');
  remove
    .argument('<run...>', RUN_HELP)
    .action((words: string[]) => runCommand(remove, (surroundings) => removeRuns(words, surroundings)));
  const compact = new Command('compact').description('drop what no run uses and give free room back');
  compact.action(() => runCommand(compact, compactLedger));
  return command.addCommand(remove).addCommand(compact);
}

async function list(surroundings: Surroundings): Promise<number> {
  const runs = await withKeptRuns(surroundings, (store) => store.list());
  if (surroundings.isJson) await printJson({ runs: runs.map(describe) });
  else if (runs.length === 0) say('no runs are kept yet; make one with greenloop bench');
  else await print(`${runsTable(runs)}\n`);
  return EXIT.ok;
}

async function removeRuns(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const removed = await withKeptRuns(surroundings, async (runs) => {
    const ids = await findRuns(runs, words);
    await runs.remove(ids);
    return ids;
  });
  if (surroundings.isJson) await printJson({ removed });
  else say(`removed ${removed.join(', ')}; greenloop runs compact makes the file smaller`);
  return EXIT.ok;
}

async function compactLedger(surroundings: Surroundings): Promise<number> {
  const { before, after } = await withKeptRuns(surroundings, (runs) => runs.compact());
  const { ledger, isJson } = surroundings;
  if (isJson) await printJson({ ledger, before, after });
  else say(`${ledger}: ${before} bytes before, ${after} after`);
  return EXIT.ok;
}

/** A run as `--json` has it; of one that another version of greenloop wrote no more than its state is known. */
function describe(run: RunListing) {
  const { id, started, state, plan } = run;
  return { id, started, state, trials: trialCounts(run), ...(plan && describePlan(plan)) };
}

function describePlan({ benchmark, tasks, pipelines, models, repeats, seed }: Plan) {
  return {
    benchmark: { ...benchmark, tasks: tasks.length },
    pipelines: pipelines.map(({ name }) => name),
    models: models.map(({ name }) => name),
    repeats,
    seed,
  };
}

function trialCounts({ plan, outcomes }: RunListing) {
  const { passed = 0, 'not-passed': notPassed = 0, fault: faults = 0 } = outcomes;
  const planned = plan && plan.pipelines.length * plan.tasks.length * plan.repeats;
  return { planned, ended: passed + notPassed + faults, passed, faults };
}

/** The names of benchmarks and pipelines share the width that the other columns leave. */
function runsTable(runs: readonly RunListing[]): string {
  const rows = runs.map((run) => {
    const { planned, ended, passed } = trialCounts(run);
    return [run.id, run.state, `${ended}/${planned ?? '?'}`, String(passed)];
  });
  const widths = HEADER.slice(0, 4).map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column] ?? '')].map(displayWidth)),
  );
  const room = TABLE_WIDTH - widths.reduce((sum, width) => sum + width + 2, 2);
  const benchmarks = runs.map(({ plan }) => fitting(plan?.benchmark.name ?? 'of another version', room / 2));
  const rest = room - Math.max(HEADER[4].length, ...benchmarks.map(displayWidth));
  const pipelines = runs.map(({ plan }) => fitting(plan?.pipelines.map(({ name }) => name).join(', ') ?? '', rest));
  return formatTable(
    HEADER,
    rows.map((row, index) => [...row, benchmarks[index] ?? '', pipelines[index] ?? '']),
  );
}

function fitting(name: string, width: number): string {
  return shortened(printable(name), Math.floor(width));
}
