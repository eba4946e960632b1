import { type Choice, ModelFault, Refusal } from '../base/errors.ts';

/** By which option or command one chooses otherwise. */
const HINTS: Readonly<Record<Choice, string>> = {
  'api-key': '--api-key KEY, or GREENLOOP_API_KEY',
  'data-folder': '--data FOLDER',
  'entry-point': '--entry-point NAME',
  ledger: '--ledger FILE',
  model: 'greenloop models lists all',
  'new-run': 'greenloop bench',
  output: '--out',
  package: '--python PATH, or --with FILE for a file of your own',
  paper: 'without --paper',
  port: '--port N',
  preflight: '--skip-preflight',
  python: '--python PATH',
  'run-folder': '--out FOLDER',
  'search-begun': '--resume --out FOLDER',
  'search-budget': '--budget-calls N',
  'search-new': 'without --resume',
  'server-wait': '--server-wait SECONDS',
  'stored-run': 'greenloop runs lists all',
  'task-limit': '--limit N',
  'task-pattern': '--tasks PATTERN',
  'test-mode': '--test-mode program',
  'time-limit': '--timeout SECONDS',
  'written-run': 'greenloop bench --out FOLDER writes one',
};

/** The message of an error and the option or command that helps: `the task names no function: say which one to write (--entry-point NAME)`. */
export function withAdvice(error: Error): string {
  const hint = hintOf(error);
  return hint === null ? error.message : `${error.message} (${hint})`;
}

/** Of the error, or of the one that it was made of. */
function hintOf(error: unknown): string | null {
  if (error instanceof Refusal && error.choice !== null) return HINTS[error.choice];
  if (error instanceof ModelFault && error.reason === 'missing-model') return 'greenloop models lists all';
  return error instanceof Error && error.cause !== undefined ? hintOf(error.cause) : null;
}
