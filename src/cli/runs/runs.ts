import { Command } from 'commander';
import { runList, trialCounts } from '../../report/run-list.ts';
import type { Plan } from '../../runs/plan.ts';
import { findRuns } from '../../runs/read-run.ts';
import { removeRunFolders } from '../../runs/run-folder.ts';
import type { RunListing } from '../../runs/run-store.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { commandAfter, commandText } from '../next-command.ts';
import { printJson, printReport, say } from '../terminal/output.ts';
import { RUN_HELP, withKeptRuns } from './kept-runs.ts';
import { showCommand } from './show.ts';

/** `greenloop runs`: the runs of bench that the ledger keeps. */
export function runsCommand(): Command {
  const command = new Command('runs').description('list the runs, the newest first');
  command.action(() => runCommand(command, list));
  const remove = new Command('rm').description(
    'delete runs, their trials and their folders; cached answers and verdicts stay',
  );
  remove
    .argument('<run...>', RUN_HELP)
    .action((words: string[]) => runCommand(remove, (surroundings) => removeRuns(words, surroundings)));
  const compact = new Command('compact').description('delete what no run uses, and shrink the ledger file');
  compact.action(() => runCommand(compact, compactLedger));
  return command.addCommand(showCommand()).addCommand(remove).addCommand(compact);
}

async function list(surroundings: Surroundings): Promise<number> {
  const runs = await withKeptRuns(surroundings, (store) => store.list());
  if (surroundings.isJson) await printJson({ runs: runs.map(describe) });
  else if (runs.length === 0) say(`there are no runs yet; make one with ${commandText(['bench'])}`);
  else await printReport(runList(runs));
  return EXIT.ok;
}

async function removeRuns(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { removed, folders } = await withKeptRuns(surroundings, async (runs) => {
    const ids = await findRuns(runs, words);
    const plans = (await runs.list()).flatMap(({ id, plan }) => (plan !== null && ids.includes(id) ? [plan] : []));
    await runs.remove(ids);
    return { removed: ids, folders: plans.flatMap((plan) => removeRunFolders(plan)) };
  });
  if (surroundings.isJson) await printJson({ removed, folders });
  else
    say(
      `removed ${removed.join(', ')}`,
      ...folders.map((folder) => `removed ${folder}`),
      `to make the ledger smaller: ${commandAfter(surroundings.words, ['runs', 'compact'])}`,
    );
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
