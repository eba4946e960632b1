/** A stretch of an answer that may be code. */
export interface AnswerBlock {
  readonly text: string;
  /** `fence`: between fences; `open-fence`: its fence is never closed; `lines`: a run of lines that look like code; `whole`: the answer itself. */
  readonly origin: 'fence' | 'open-fence' | 'lines' | 'whole';
}

/** A line without so many blanks at its beginning, as far as it has them. */
export function withoutIndent(line: string, indent: number): string {
  let from = 0;
  while (from < indent && (line[from] === ' ' || line[from] === '\t')) from += 1;
  return line.slice(from);
}

/** Without blank lines before and blanks after; the first line's own indentation stays. */
export function withoutBlankEdges(text: string): string {
  return text.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
}
