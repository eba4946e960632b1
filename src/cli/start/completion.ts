import { existsSync } from 'node:fs';
import { Argument, Command } from 'commander';
import { presetNames } from '../../pipeline/presets.ts';
import { BENCHMARK_NAMES } from '../../tasks/catalog.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { findModelPlaces } from '../machine/models.ts';
import { withKeptRuns } from '../runs/kept-runs.ts';
import { print } from '../terminal/output.ts';
import { bashScript, type CompletedCommand, fishScript, type ValueKind, zshScript } from './completion-scripts.ts';

const SHELLS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
type Shell = keyof typeof SHELLS;

/** What each option takes that can be completed; files where none of these. */
const OPTION_VALUES: Readonly<Record<string, ValueKind>> = {
  '--model': 'models',
  '--generator': 'models',
  '--refiner': 'models',
  '--analyzer': 'models',
  '--pipeline': 'presets',
  '--benchmark': 'benchmarks',
};

/** Commands whose first argument is a run of the ledger, or a model. */
const ARGUMENT_VALUES: Readonly<Record<string, ValueKind>> = {
  analyze: 'runs',
  report: 'runs',
  export: 'runs',
  view: 'runs',
  'runs show': 'runs',
  'runs rm': 'runs',
  tune: 'models',
};

/** Names that a shell takes as they are: a server may call its models anything. */
const PLAIN = /^[\p{L}\d][\p{L}\d._/:@+-]{0,200}$/u;
/** Newest first. */
const MOST_RUNS = 200;

/** `greenloop completion bash|zsh|fish`: a script that completes commands, options, models, presets and runs. */
export function completionCommand(program: () => Command): Command {
  const command = new Command('completion')
    .description('print a script that completes commands, options, models, presets and runs in your shell')
    .addArgument(new Argument('<shell>', 'your shell').choices(Object.keys(SHELLS)))
    .addHelpText(
      'after',
      `
Examples:
  source <(greenloop completion bash)      # in ~/.bashrc
  source <(greenloop completion zsh)       # in ~/.zshrc, after compinit
  greenloop completion fish > ~/.config/fish/completions/greenloop.fish`,
    );
  command.action((shell: Shell) =>
    runCommand(command, async () => {
      await print(SHELLS[shell](commandsOf(program())));
      return EXIT.ok;
    }),
  );
  return command;
}

/** `greenloop complete models|presets|benchmarks|runs`: the names that the scripts ask for, a line each. */
export function completeCommand(): Command {
  const command = new Command('complete').addArgument(
    new Argument('<kind>').choices(['models', 'presets', 'benchmarks', 'runs'] satisfies ValueKind[]),
  );
  return command.action((kind: ValueKind) =>
    runCommand(
      command,
      async (surroundings) => {
        const names = await valuesOf(kind, surroundings);
        await print(
          names
            .filter((name) => PLAIN.test(name))
            .map((name) => `${name}\n`)
            .join(''),
        );
        return EXIT.ok;
      },
      { goesOnWithoutConfig: true },
    ),
  );
}

async function valuesOf(kind: ValueKind, surroundings: Surroundings): Promise<readonly string[]> {
  switch (kind) {
    case 'presets':
      return presetNames();
    case 'benchmarks':
      return BENCHMARK_NAMES;
    case 'models': {
      const places = await findModelPlaces(surroundings.settings, surroundings.signal);
      return places.flatMap(({ models }) => models ?? []).map(({ name }) => name);
    }
    case 'runs':
      if (!existsSync(surroundings.ledger)) return [];
      return withKeptRuns(surroundings, async (runs) => (await runs.list()).slice(0, MOST_RUNS).map(({ id }) => id));
  }
}

/** All commands with their options, those within others under both names. */
function commandsOf(program: Command): CompletedCommand[] {
  const visible = (command: Command) => command.createHelp().visibleCommands(command);
  const own = (command: Command, path: string): CompletedCommand[] => {
    const completed = {
      path,
      description: command.description(),
      subcommands: visible(command)
        .map((one) => one.name())
        .filter((name) => name !== 'help'),
      options: [...command.options, ...(path === '' ? [] : program.options)]
        .filter(({ hidden }) => !hidden)
        .map(optionOf),
      argument: ARGUMENT_VALUES[path] ?? null,
    };
    const within = visible(command).filter((one) => one.name() !== 'help');
    return [completed, ...within.flatMap((one) => own(one, `${path} ${one.name()}`.trim()))];
  };
  return own(program, '');
}

function optionOf(option: Command['options'][number]): CompletedCommand['options'][number] {
  const { short, long, description, required, argChoices } = option;
  const value = long === undefined || long === null ? null : (OPTION_VALUES[long] ?? null);
  return {
    flags: [short, long].flatMap((flag) => flag ?? []),
    description,
    value: argChoices ?? value ?? (required ? 'files' : null),
  };
}
