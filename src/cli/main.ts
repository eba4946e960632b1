import { join } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { Fault, GreenloopError } from '../base/errors.ts';
import { packageVersion } from '../base/package-root.ts';
import { printable, printableLines } from '../base/printable.ts';
import { SANDBOX_KINDS } from '../wiring/settings.ts';
import { withAdvice } from './advice.ts';
import { benchCommand } from './bench/bench.ts';
import { EXIT } from './command.ts';
import { examplesHelp } from './command-examples.ts';
import { evolveCommand } from './evolve/evolve.ts';
import { checkCommand } from './judge/check.ts';
import { importCommand } from './judge/import.ts';
import { scoreCommand } from './judge/score.ts';
import { configCommand } from './machine/config.ts';
import { doctorCommand } from './machine/doctor.ts';
import { modelsCommand } from './machine/models.ts';
import { pullCommand } from './machine/pull.ts';
import { Unfinished } from './next-command.ts';
import { limitSeconds, path } from './options/option-values.ts';
import { workerCommand } from './queue/worker.ts';
import { workersCommand } from './queue/workers.ts';
import { analyzeCommand } from './runs/analyze.ts';
import { compareCommand } from './runs/compare.ts';
import { exportCommand } from './runs/export.ts';
import { reportCommand } from './runs/report.ts';
import { runsCommand } from './runs/runs.ts';
import { viewCommand } from './runs/view.ts';
import { mcpCommand } from './serve/mcp.ts';
import { serveCommand } from './serve/serve.ts';
import { keepHeapSmall } from './small-heap.ts';
import { solveCommand } from './solve/solve.ts';
import { completeCommand, completionCommand } from './start/completion.ts';
import { initCommand } from './start/init.ts';
import { tuneCommand } from './start/tune.ts';
import { printJson, say, watchStandardStreams } from './terminal/output.ts';

/** The command line: `greenloop COMMAND`. Sets the exit code; never throws. */
export async function main(words: readonly string[]): Promise<void> {
  watchStandardStreams();
  keepHeapSmall();
  const program = greenloop().setOptionValue('words', words);
  try {
    await program.parseAsync(withoutHelpOfUnknown(words, program), { from: 'user' });
  } catch (error) {
    process.exitCode = exitCodeOf(error, program.opts<{ debug?: boolean }>().debug ?? false);
    if (process.exitCode !== EXIT.ok && words.includes('--json')) await printJson(refusalOf(error)).catch(() => {});
  }
}

/** Help of a command that there is not would be that of all: such a command is an error with and without `--help`. */
function withoutHelpOfUnknown(words: readonly string[], program: Command): readonly string[] {
  const name = words.find((word, place) => !word.startsWith('-') && !takesValue(words[place - 1], program));
  const isKnown = name === undefined || name === 'help' || program.commands.some((command) => command.name() === name);
  return isKnown ? words : words.filter((word) => word !== '--help' && word !== '-h');
}

function takesValue(word: string | undefined, program: Command): boolean {
  return program.options.some(({ long, required }) => required && long === word);
}

/** An error as `--json` has it. */
function refusalOf(error: unknown) {
  const kind = error instanceof Fault ? 'fault' : isExpected(error) ? 'refused' : 'internal';
  const message = error instanceof CommanderError ? error.message.replace(/^error: /, '') : messageOf(error);
  const next = error instanceof Unfinished ? { next: error.next } : {};
  const text = message.replace(/^greenloop: /, '').slice(0, LONGEST_MESSAGE);
  return { version: packageVersion(), error: { kind, message: text, ...next } };
}

function isExpected(error: unknown): boolean {
  return error instanceof GreenloopError || error instanceof CommanderError || isSystemError(error);
}

/** All commands, by what they are for, as the help lists them. */
const COMMANDS: Readonly<Record<string, readonly (() => Command)[]>> = {
  'Solve:': [solveCommand, checkCommand],
  'Start:': [initCommand, tuneCommand, pullCommand],
  'Serve:': [serveCommand, mcpCommand],
  'Measure:': [
    benchCommand,
    analyzeCommand,
    compareCommand,
    reportCommand,
    runsCommand,
    viewCommand,
    exportCommand,
    scoreCommand,
    importCommand,
  ],
  'Search:': [evolveCommand],
  'Many machines:': [workerCommand, workersCommand],
  'Look:': [doctorCommand, modelsCommand, configCommand],
};

function greenloop(): Command {
  const program = new Command('greenloop')
    .description(
      'make small local language models write Python code that passes its tests, and measure how well they do',
    )
    .version(packageVersion(), '--version')
    .option('--data <folder>', 'folder of benchmark files (or GREENLOOP_DATA)', path)
    .option('--python <path>', 'Python interpreter or virtual environment that runs the code', path)
    .addOption(
      new Option('--sandbox <kind>', 'where code runs (default: auto, native where it works)').choices(SANDBOX_KINDS),
    )
    .option(
      '--ledger <file>',
      'file that caches answers and verdicts, and keeps runs',
      path,
      join('.greenloop', 'ledger.db'),
    )
    .option('--request-timeout <seconds>', 'time limit for one answer of a model (default: 300)', limitSeconds)
    .option('--json', 'print one JSON value and nothing else to standard output')
    .option('--debug', 'show the stack of an error')
    .addHelpText('after', '\nExit codes: 0 passed or done, 1 failed, 2 refused or a fault, 3 unchecked,\n130 Ctrl-C.');
  for (const [group, makers] of Object.entries(COMMANDS)) {
    program.commandsGroup(group);
    for (const make of makers) program.addCommand(make());
  }
  program.addCommand(completionCommand(() => program).helpGroup('Start:'));
  program.addCommand(completeCommand(), { hidden: true });
  program.helpCommand(true);
  for (const command of withSubcommands(program)) {
    command
      .exitOverride()
      .showHelpAfterError('(--help shows all options)')
      .configureHelp({ showGlobalOptions: true })
      .addHelpText('after', examplesHelp(fullName(command)))
      .configureOutput({ writeErr: (text) => process.stderr.write(printableLines(text)) });
  }
  return program;
}

/** The name of a command after that of the program: `runs show`. */
function fullName(command: Command): string {
  const names = [command.name()];
  for (let { parent } = command; parent !== null; parent = parent.parent) names.unshift(parent.name());
  return names.slice(1).join(' ');
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/** A message may quote names out of files. */
const LONGEST_MESSAGE = 4000;

function exitCodeOf(error: unknown, isDebug: boolean): number {
  // Commander has printed its own message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.refused;
  say(isDebug && error instanceof Error ? stackOf(error) : printable(messageOf(error).slice(0, LONGEST_MESSAGE)));
  if (error instanceof Unfinished) say(`to continue: ${error.next}`);
  return EXIT.refused;
}

function messageOf(error: unknown): string {
  if (error instanceof GreenloopError) return `greenloop: ${withAdvice(error)}`;
  const text = error instanceof Error ? error.message : String(error);
  if (isSystemError(error))
    return `greenloop: the system said ${text}; make room or choose another place, and run again`;
  return `greenloop: internal error: ${text}; run again with --debug and report it`;
}

/** True for a file that could not be written or read: the disk's fault, and none of ours. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'errno' in error;
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}

if (import.meta.main) await main(process.argv.slice(2));
