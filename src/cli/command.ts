import { constants } from 'node:os';
import type { Command } from 'commander';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { openSandbox } from '../wiring/sandbox.ts';
import { readSettings, type SandboxKind, type Settings } from '../wiring/settings.ts';
import { type Config, readConfig, readConfigIfSound } from './options/config.ts';
import { say } from './terminal/output.ts';
import { killAfterSignal } from './terminal/signal-watchdog.ts';

/** Options of commands that change settings, and `--json`. */
interface SettingOptions {
  readonly data?: string;
  readonly slots?: number;
  readonly python?: string;
  readonly sandbox?: SandboxKind;
  readonly json?: boolean;
  readonly ledger: string;
  readonly words: readonly string[];
  readonly requestTimeout?: number;
}

/** What a command needs of its surroundings. */
export interface Surroundings {
  readonly settings: Settings;
  /** Those of the settings that options gave. */
  readonly chosen: Partial<Settings>;
  readonly config: Config;
  /** File of the ledger. */
  readonly ledger: string;
  readonly isJson: boolean;
  /** What followed `greenloop` on the command line. */
  readonly words: readonly string[];
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** `unchecked`: there is code, but nothing that says whether it is right. */
export const EXIT = { ok: 0, notPassed: 1, refused: 2, unchecked: 3, interrupted: 130 } as const;

const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** For what was done to be written and told; then the process ends. */
const GRACE_MS = 1300;
/** For a process that does not even come to that. */
const KILL_AFTER_MS = 1600;
/** One for the process, however many commands it runs. */
let watchdog: Promise<void> | undefined;

/**
 * Runs a command's body with its surroundings; what it returns is the exit code. Ctrl-C aborts its signal, a second one ends it at once, and
 * within two seconds it ends whatever is under way; `drains`: it takes the time that this needs.
 */
export async function runCommand(
  command: Command,
  body: (surroundings: Surroundings) => Promise<number>,
  { goesOnWithoutConfig = false, drains = false } = {},
): Promise<void> {
  const interrupt = new AbortController();
  const onInterrupt = () => {
    if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
    interrupt.abort(new Interrupted());
    if (!drains) setTimeout(endNow, GRACE_MS).unref();
  };
  for (const name of INTERRUPTS) process.on(name, onInterrupt);
  if (!drains) await watchProcess();
  try {
    // The watchdog has not seen a signal that came before it listened.
    interrupt.signal.throwIfAborted();
    const config = goesOnWithoutConfig ? readConfigIfSound() : readConfig();
    process.exitCode = await body(surroundingsOf(command, config, interrupt.signal));
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    say('stopped');
    process.exitCode = EXIT.interrupted;
  } finally {
    // Interrupted, it keeps listening to its end, so that a second Ctrl-C ends it with the same exit code at any moment.
    if (!interrupt.signal.aborted) for (const name of INTERRUPTS) process.off(name, onInterrupt);
    // A connection to a server that is away would keep it from ending.
    else if (drains) process.exit();
  }
}

function watchProcess(): Promise<void> {
  watchdog ??= killAfterSignal(
    INTERRUPTS.map((name) => constants.signals[name]),
    KILL_AFTER_MS,
  );
  return watchdog;
}

function endNow(): void {
  say('stopped; unfinished work did not end in time');
  process.exit(EXIT.interrupted);
}

function surroundingsOf(command: Command, config: Config, signal: AbortSignal): Surroundings {
  const {
    data,
    slots,
    python,
    sandbox,
    ledger,
    words,
    requestTimeout,
    json = false,
  } = command.optsWithGlobals<SettingOptions>();
  const chosen = {
    ...(data !== undefined && { dataFolder: data }),
    ...(slots !== undefined && { slots }),
    ...(python !== undefined && { python }),
    ...(sandbox !== undefined && { sandbox }),
    ...(requestTimeout !== undefined && { modelTimeoutSeconds: requestTimeout }),
  };
  const settings = readSettings(chosen, process.env, config.settings);
  return { settings, chosen, config, ledger, isJson: json, words, signal };
}

/** Opens the sandbox and tells people, not programs, where it is not the native one. */
export function openSandboxAloud(
  { settings, isJson }: Pick<Surroundings, 'settings' | 'isJson'>,
  parallel?: number,
): Promise<Sandbox> {
  return openSandbox(settings, parallel, isJson ? undefined : (line) => say(`greenloop: ${line}`));
}

/** The reason with which Ctrl-C aborts. */
class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}
