import type { Command } from 'commander';
import { readSettings, type Settings } from '../wiring.ts';
import { type Config, readConfig } from './config.ts';

/** The options that every command has. */
export interface GlobalOptions {
  readonly data?: string;
  readonly json?: boolean;
  readonly debug?: boolean;
}

/** What a command needs of its surroundings. */
export interface Surroundings {
  readonly settings: Settings;
  readonly config: Config;
  readonly isJson: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

export const EXIT = { ok: 0, notPassed: 1, refused: 2, interrupted: 130 } as const;

/** Runs a command's body with its surroundings; what it returns is the exit code. Ctrl-C aborts its signal, a second one ends it at once. */
export async function runCommand(
  command: Command,
  over: Partial<Settings>,
  body: (surroundings: Surroundings) => Promise<number>,
): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const config = readConfig();
  const interrupt = new AbortController();
  const onInterrupt = () => {
    if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
    interrupt.abort(new Interrupted());
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  const settings = readSettings({
    ...config.settings,
    ...(options.data !== undefined && { dataFolder: options.data }),
    ...over,
  });
  try {
    process.exitCode = await body({ settings, config, isJson: options.json ?? false, signal: interrupt.signal });
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.stderr.write('stopped\n');
    process.exitCode = EXIT.interrupted;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

/** The reason with which Ctrl-C aborts. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}
