/** Python in a fence that no line of it ends. */
export function fenced(code: string): string {
  const longest = Math.max(0, ...[...code.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}python\n${code.trimEnd()}\n${fence}`;
}
