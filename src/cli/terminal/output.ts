import { Refusal } from '../../base/errors.ts';
import { printable, printableLines } from '../../base/printable.ts';
import { fileErrorReason } from '../../base/write-file.ts';
import { renderText } from '../../report/render-text.ts';
import type { Report } from '../../report/table.ts';
import { TEXT_WIDTH } from '../../report/text-width.ts';
import { outcomeColour, paintFor } from './colour.ts';
import { liveLine } from './live-line.ts';

const READER_GONE = new Set(['EPIPE', 'ERR_STREAM_DESTROYED']);

/** Keeps a closed or full standard stream from ending the program: `print` says what matters of it. */
export function watchStandardStreams(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

/** Writes to standard output and waits until it is out; a reader that wants no more (`| head -1`) is no error. */
export async function print(text: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.ErrnoException | null | undefined>();
  liveLine.above(() => process.stdout.write(text, resolve));
  const error = await promise;
  if (error == null || READER_GONE.has(error.code ?? '')) return;
  throw new Refusal(`cannot write to standard output: ${fileErrorReason(error)}`, { cause: error });
}

/** Prints a report for people, as wide as their terminal. */
export function printReport(report: Report): Promise<void> {
  return print(`${renderText(report, process.stdout.columns || TEXT_WIDTH)}\n`);
}

/** Prints one JSON value alone. */
export function printJson(value: unknown): Promise<void> {
  return print(`${harmlessJson(JSON.stringify(value))}\n`);
}

/** JSON text that says the same without characters that a terminal would obey, or that hide or reorder text: they become \\u escapes. */
export function harmlessJson(json: string): string {
  return json.replace(/[\u007f-\u009f\p{Cf}\u2028\u2029]/gu, (characters) =>
    Array.from({ length: characters.length }, (_, index) => {
      return `\\u${characters.charCodeAt(index).toString(16).padStart(4, '0')}`;
    }).join(''),
  );
}

/** Says something to the user on standard error, a line each; control characters of foreign text are shown as escapes. */
export function say(...lines: readonly string[]): void {
  if (lines.length > 0) liveLine.above(() => process.stderr.write(`${lines.map(printableLines).join('\n')}\n`));
}

/** Says a line that begins with an outcome (`passed: ...`), which a terminal shows in its colour. */
export function sayOutcome(outcome: string, rest: string): void {
  const paint = paintFor(process.stderr);
  const line = `${paint(outcome, outcomeColour(outcome))}: ${printable(rest)}\n`;
  liveLine.above(() => process.stderr.write(line));
}
