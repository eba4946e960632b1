import { functionsOf } from '../tasks/prompt-context.ts';

/** A message whose end is plain Python as one with that code in a fence; any other message as it is. */
export function fenceTrailingCode(text: string): string {
  if (text.includes('```') || text.includes('~~~')) return text;
  const at =
    /^(?:from [\w.]+ import |import \w|(?:async )?def \w|class \w|@\w|[A-Z][A-Z_]* = )/m.exec(text)?.index ?? 0;
  if (at === 0 || functionsOf(text).length > 0) return text;
  const code = text.slice(at);
  return functionsOf(code).length === 0 ? text : `${text.slice(0, at)}\`\`\`python\n${code.trimEnd()}\n\`\`\`\n`;
}
