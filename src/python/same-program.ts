import { readTokens } from './lexer/lexer.ts';

/** Whether two sources are one program to Python: all but comments and layout is the same. */
export function isSameProgram(one: string, other: string): boolean {
  return one === other || tokensOf(one) === tokensOf(other);
}

/** All that Python reads of a source. */
function tokensOf(source: string): string {
  const { count, kinds, starts, ends } = readTokens(source);
  return JSON.stringify(
    Array.from({ length: count }, (_, index) => [kinds[index], source.slice(starts[index]!, ends[index]!).trim()]),
  );
}
