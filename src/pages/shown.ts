import { printable, printableLines } from '../base/printable.ts';

/** A value of a model, a task or a file on one line; control characters, and those that hide or reorder text, are shown as escapes. */
export function shown(value: string): string {
  return printable(value);
}

/** Text of several lines, likewise. */
export function shownLines(value: string): string {
  return printableLines(value.replaceAll('\r\n', '\n'));
}
