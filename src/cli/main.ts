import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { GreenloopError } from '../base/errors.ts';
import { printable } from '../base/printable.ts';
import { packageRoot } from '../wiring.ts';
import { benchCommand } from './bench.ts';
import { checkCommand } from './check.ts';
import { EXIT } from './command.ts';
import { doctorCommand } from './doctor.ts';
import { modelsCommand } from './models.ts';
import { scoreCommand } from './score.ts';
import { solveCommand } from './solve.ts';

/** The command line: `greenloop COMMAND`. Sets the exit code; never throws. */
export async function main(words: readonly string[]): Promise<void> {
  const program = new Command('greenloop')
    .description(
      'makes small local language models write code that passes, and shows with honest numbers whether that helped',
    )
    .version(version(), '--version')
    .option('--data <folder>', 'folder of benchmark files (or GREENLOOP_DATA)')
    .option('--json', 'print one JSON value to standard output')
    .option('--debug', 'show where an error came from');
  for (const command of [
    solveCommand(),
    benchCommand(),
    scoreCommand(),
    checkCommand(),
    doctorCommand(),
    modelsCommand(),
  ]) {
    program.addCommand(command);
  }
  for (const command of [program, ...program.commands])
    command.exitOverride().showHelpAfterError('(--help shows all options)');
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    process.exitCode = exitCodeOf(error, words.includes('--debug'));
  }
}

function exitCodeOf(error: unknown, isDebug: boolean): number {
  // Commander has printed its own message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.refused;
  const text = isDebug && error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
  process.stderr.write(`${text.split('\n').map(printable).join('\n')}\n`);
  return EXIT.refused;
}

function messageOf(error: unknown): string {
  if (error instanceof GreenloopError) return `greenloop: ${error.message}`;
  const text = error instanceof Error ? error.message : String(error);
  return `greenloop: internal error: ${text}; run again with --debug and report it`;
}

function version(): string {
  return (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version;
}

if (import.meta.main) await main(process.argv.slice(2));
