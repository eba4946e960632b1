const MOST_LINES = 40;
const LONGEST_LINE = 200;
const TELLING = /error|assert|fail|exception|expected|actual|^E\s|^\s*File "/i;

/** What a command printed, in few lines: those that tell of failures before all others, and the last ones. */
export function shortOutput(output: string): string {
  const lines = output
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.trimEnd().slice(0, LONGEST_LINE));
  const written = lines.filter((line) => line !== '');
  if (written.length <= MOST_LINES) return written.join('\n');
  const isLast = (place: number) => place >= written.length - MOST_LINES / 2;
  const telling = written.flatMap((line, place) => (TELLING.test(line) && !isLast(place) ? [place] : []));
  const kept = new Set(telling.slice(-MOST_LINES / 2));
  return written.filter((_, place) => kept.has(place) || isLast(place)).join('\n');
}

/** The last line that a command printed. */
export function lastLine(output: string): string {
  return output.trimEnd().split('\n').at(-1)?.trim().slice(0, LONGEST_LINE) ?? '';
}
