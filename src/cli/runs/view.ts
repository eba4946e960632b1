import { Command } from 'commander';
import { findRun } from '../../runs/read-run.ts';
import type { RunStore } from '../../runs/run-store.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { portNumber } from '../options/option-values.ts';
import { showUntilStopped } from '../terminal/show-page.ts';
import { RUN_HELP, withKeptRuns } from './kept-runs.ts';

interface ViewOptions {
  readonly port?: number;
  readonly host: string;
  readonly open?: boolean;
}

const USUAL_PORT = 11_501;

/** `greenloop view`: stored runs as pages in the browser. */
export function viewCommand(): Command {
  const command = new Command('view')
    .description('show runs, comparisons and every attempt of a trial in your browser, on this machine alone')
    .argument('[run]', RUN_HELP)
    .option('--port <n>', `port to listen on, 0 for any free one (default: ${USUAL_PORT} if it is free)`, portNumber)
    .option('--host <address>', 'address of this machine to listen on', '127.0.0.1')
    .option('--open', 'open the page in the browser');
  return command.action((run: string | undefined, options: ViewOptions) =>
    runCommand(command, (surroundings) => view(run, options, surroundings)),
  );
}

async function view(word: string | undefined, options: ViewOptions, surroundings: Surroundings): Promise<number> {
  await withKeptRuns(surroundings, async (store) => {
    const path = await pathOf(store, word);
    // No other command needs the server.
    const { serveRuns } = await import('../../view/serve-view.ts');
    const { host, port = USUAL_PORT, open: opens = false } = options;
    const isAnyPort = options.port === undefined;
    const server = await serveRuns(store, { host, port, isAnyPort });
    await showUntilStopped({ server, path, opens }, surroundings);
  });
  return EXIT.interrupted;
}

async function pathOf(store: RunStore, word: string | undefined): Promise<string> {
  return word === undefined ? '/' : `/runs/${(await findRun(store, word)).id}`;
}
