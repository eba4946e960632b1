import type { CallToolResult } from '@modelcontextprotocol/server';
import { asGreenloopError, Refusal } from '../../base/errors.ts';
import { printable } from '../../base/printable.ts';

/** A result whose text is for people and whose content fits the tool's output schema. */
export function toolResult(lines: readonly string[], structuredContent: Record<string, unknown>): CallToolResult {
  return { content: [textOf(lines)], structuredContent };
}

/** The result of a call that broke: one line that says what to do, and what else is worth keeping. */
export function faultResult(error: unknown, lines: readonly string[] = []): CallToolResult {
  return { content: [textOf([faultLine(error), ...lines])], isError: true };
}

/** What broke, and what to do about it, in one line. */
function faultLine(error: unknown): string {
  const fault = asGreenloopError(error);
  const hint = fault instanceof Refusal && fault.choice === 'entry-point' ? ' (give entry_point)' : '';
  return `${printable(fault.message)}${hint}`;
}

function textOf(lines: readonly string[]) {
  return { type: 'text' as const, text: lines.filter((line) => line !== '').join('\n\n') };
}
