/** The code in Markdown: fenced blocks (an unclosed one runs to the end) and spans between backticks. */
export interface MarkdownCode {
  readonly blocks: readonly string[];
  readonly spans: readonly string[];
}

/** Finds the code in Markdown; indentation that a whole fence has is taken off its lines. */
export function findCode(markdown: string): MarkdownCode {
  const blocks: string[] = [];
  const prose: string[] = [];
  let fence: OpenFence | null = null;
  for (const line of markdown.split(/\r\n?|\n/)) {
    const mark = /^([ \t]*)(`{3,}|~{3,})/.exec(line);
    if (fence === null && mark !== null) fence = { indent: mark[1]!, mark: mark[2]!, lines: [] };
    else if (fence === null) prose.push(line);
    else if (mark?.[2]?.startsWith(fence.mark) === true) {
      blocks.push(fence.lines.join('\n'));
      fence = null;
    } else fence.lines.push(line.startsWith(fence.indent) ? line.slice(fence.indent.length) : line);
  }
  if (fence !== null) blocks.push(fence.lines.join('\n'));
  return { blocks, spans: [...prose.join('\n').matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!) };
}

interface OpenFence {
  readonly indent: string;
  readonly mark: string;
  readonly lines: string[];
}
