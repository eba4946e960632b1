import { type Choice, ModelFault, Refusal } from '../base/errors.ts';
import { commandText } from './next-command.ts';

/** Commands that help, with what they are for. */
const COMMANDS = {
  model: ['list all with', 'models'],
  'new-run': ['make one with', 'bench'],
  'stored-run': ['list all with', 'runs'],
  'written-run': ['write one with', 'bench', '--out', 'FOLDER'],
} as const satisfies Partial<Record<Choice, readonly [purpose: string, ...words: string[]]>>;

type CommandChoice = keyof typeof COMMANDS;

/** Options by which one chooses otherwise. */
const OPTIONS: Readonly<Record<Exclude<Choice, CommandChoice>, string>> = {
  'api-key': '--api-key KEY, or GREENLOOP_API_KEY',
  'data-folder': '--data FOLDER',
  'entry-point': '--entry-point NAME',
  ledger: '--ledger FILE',
  output: '--out',
  package: '--python PATH, or --with FILE for a file of your own',
  paper: 'without --paper',
  port: '--port N',
  preflight: '--skip-preflight',
  python: '--python PATH',
  queue: '--queue URL, or GREENLOOP_QUEUE',
  'run-folder': '--out FOLDER',
  'search-begun': '--resume --out FOLDER',
  'search-budget': '--budget-calls N',
  'search-new': 'without --resume',
  'server-wait': '--server-wait SECONDS',
  'task-limit': '--limit N',
  'task-pattern': '--tasks PATTERN',
  'test-mode': '--test-mode program',
  'time-limit': '--timeout SECONDS',
};

/** The message of an error and the option or command that helps: `the task names no function: say which one to write (--entry-point NAME)`. */
export function withAdvice(error: Error): string {
  const hint = hintOf(error);
  return hint === null ? error.message : `${error.message} (${hint})`;
}

/** Of the error, or of the one that it was made of. */
function hintOf(error: unknown): string | null {
  if (error instanceof Refusal && error.choice !== null) return hintFor(error.choice);
  if (error instanceof ModelFault && error.reason === 'missing-model') return hintFor('model');
  return error instanceof Error && error.cause !== undefined ? hintOf(error.cause) : null;
}

function hintFor(choice: Choice): string {
  if (!isCommandChoice(choice)) return OPTIONS[choice];
  const [purpose, ...words] = COMMANDS[choice];
  return `${purpose} ${commandText(words)}`;
}

function isCommandChoice(choice: Choice): choice is CommandChoice {
  return Object.hasOwn(COMMANDS, choice);
}
