import { once } from 'node:events';
import { Command } from 'commander';
import { printable } from '../../base/printable.ts';
import type { PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import type { RequestLog } from '../../serve/http/app.ts';
import { type ServeOptions, USUAL_LIMITS, USUAL_PORT } from '../../serve/serve-options.ts';
import { VIRTUAL } from '../../serve/virtual-models.ts';
import { openLedger } from '../../wiring/ledger.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { choosePipelinesOrDefault } from '../options/chosen-pipelines.ts';
import { addModelOptions, type ModelOptions, pipelinesOf } from '../options/model-options.ts';
import { collect, limitSeconds, portNumber, wholeNumber } from '../options/option-values.ts';
import { addQueueOption, chosenQueue } from '../options/services-options.ts';
import { say } from '../terminal/output.ts';
import { serverNotices } from '../terminal/progress.ts';

interface ServeCommandOptions extends ModelOptions {
  readonly port: number;
  readonly host: string;
  readonly apiKey?: string;
  readonly allowHost?: readonly string[];
  readonly allowOrigin?: readonly string[];
  readonly concurrent: number;
  readonly waiting: number;
  readonly queue?: string;
  readonly maxSeconds: number;
  readonly budgetTokens: number;
  readonly keep?: boolean;
}

/** How long answers under way may take when the server is stopped. */
const GRACE_MS = 800;

/** `greenloop serve`: pipelines as models behind the interfaces that editors speak. */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description('serve pipelines as models, with the APIs of OpenAI, Ollama and Anthropic')
    .optionsGroup('Server:')
    .option('--port <n>', 'port to listen on, 0 for any', portNumber, USUAL_PORT)
    .option('--host <address>', 'address to listen on; other machines need --api-key', '127.0.0.1')
    .option('--api-key <key>', 'key that every request must carry (or GREENLOOP_API_KEY, which no process list shows)')
    .option('--allow-host <name>', 'host name that requests may use; repeatable', collect)
    .option(
      '--allow-origin <origin>',
      'web page that may send requests, e.g. http://localhost:3000; repeatable',
      collect,
    )
    .option('--concurrent <n>', 'requests answered at once', wholeNumber, USUAL_LIMITS.concurrent)
    .option('--waiting <n>', 'requests that may wait; more get status 429', wholeNumber, USUAL_LIMITS.waiting)
    .option(
      '--budget-tokens <n>',
      'most tokens of one answer: all attempts, prompts included',
      wholeNumber,
      USUAL_LIMITS.tokens,
    )
    .option('--keep', 'keep every solved task as a run in the ledger, prompts and answers included')
    .option(
      '--max-seconds <n>',
      'most seconds of one answer, without the wait for its turn',
      limitSeconds,
      USUAL_LIMITS.seconds,
    );
  return addModelOptions(addQueueOption(command), 'model of the pipelines; repeatable').action(
    (options: ServeCommandOptions) => runCommand(command, (surroundings) => run(options, surroundings)),
  );
}

async function run(options: ServeCommandOptions, surroundings: Surroundings): Promise<number> {
  const { pipelines, settings } = await choosePipelinesOrDefault(
    options,
    namedPipelines,
    surroundings,
    chosenQueue(options),
  );
  const ledger = options.keep ? await openLedger(surroundings.ledger, {}) : null;
  try {
    // No other command needs the server.
    const { serve } = await import('../../serve/serve.ts');
    const server = await serve(
      { ...serveOptionsOf(options, surroundings), pipelines, ...(ledger !== null && { runs: ledger.runs }) },
      settings,
    );
    say(...helloLines(server.url, pipelines));
    await untilStopped(surroundings).finally(() => server.close(GRACE_MS));
  } finally {
    ledger?.close();
  }
  return EXIT.interrupted;
}

async function untilStopped({ signal }: Surroundings): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
  say('stopping');
}

function serveOptionsOf(options: ServeCommandOptions, { isJson }: Surroundings): Omit<ServeOptions, 'pipelines'> {
  const { host, port, concurrent, waiting, maxSeconds: seconds, budgetTokens: tokens } = options;
  return {
    ...{ host, port, concurrent, waiting, limits: { seconds, tokens } },
    apiKey: options.apiKey ?? (process.env.GREENLOOP_API_KEY || null),
    allowedHosts: options.allowHost ?? [],
    allowedOrigins: options.allowOrigin ?? [],
    solver: { notices: serverNotices(), queue: chosenQueue(options), onFallback: (line) => say(`greenloop: ${line}`) },
    onTrouble: (line) => say(`greenloop: ${printable(line)}`),
    onRequest: (log) => say(isJson ? JSON.stringify({ time: new Date().toISOString(), ...log }) : lineOf(log)),
  };
}

/** A lone model draws and repairs. */
function namedPipelines(options: ModelOptions): PipelineSpec[] {
  const isLone = options.model !== undefined && options.pipeline === undefined;
  return pipelinesOf(isLone ? { ...options, pipeline: ['redraw-then-repair'] } : options, 'redraw-then-repair');
}

function helloLines(url: string, pipelines: readonly PipelineSpec[]): string[] {
  const names = pipelines.map(({ name, generator }) => `${VIRTUAL}${name} (drafts by ${generator.model})`);
  return [
    `listening at ${url}; Ctrl-C stops`,
    `OpenAI: base URL ${url}/v1; Ollama: ${url}; Anthropic: ${url}`,
    ...names.map((name) => `model ${printable(name)}`),
  ];
}

/** One request for people: what was asked, what came of it, how long it took. */
function lineOf({ method, path, status, seconds, model, verdict, plainBecause, error }: RequestLog): string {
  const what = error ?? (plainBecause === null ? (verdict ?? '') : `plain: ${plainBecause}`);
  const words = [method, path, `${status}`, `${seconds.toFixed(2)} s`, model ?? '', what];
  return printable(words.filter((word) => word !== '').join(' '));
}
