import { createInterface } from 'node:readline/promises';

/** True where somebody sits at a terminal and can answer a question. */
export function canBeAsked(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Asks a question that is answered with yes or no; anything but yes is no. Throws the signal's reason when aborted. */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await terminal.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    terminal.close();
  }
}
