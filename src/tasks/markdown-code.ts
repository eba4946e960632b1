/** The code in Markdown: fenced blocks (an unclosed one runs to the end) and spans between backticks. */
export interface MarkdownCode {
  readonly blocks: readonly string[];
  readonly spans: readonly string[];
}

/** A fenced block of Markdown. */
export interface Fence {
  /** Without the indentation that the whole fence has. */
  readonly code: string;
  /** The first word after the opening mark, in lower case; empty where there is none. */
  readonly language: string;
  /** Where its opening mark begins in the text, and where its closing line ends. */
  readonly from: number;
  readonly to: number;
}

/** Markdown taken apart: its fenced blocks, and the text around them. */
export interface FencedText {
  readonly fences: readonly Fence[];
  readonly prose: string;
}

/** Finds the code in Markdown; indentation that a whole fence has is taken off its lines. */
export function findCode(markdown: string): MarkdownCode {
  const { fences, prose } = findFences(markdown);
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
  return { blocks: fences.map(({ code }) => code), spans };
}

/** Takes the fenced blocks out of Markdown, in order. */
export function findFences(markdown: string): FencedText {
  const fences: Fence[] = [];
  const prose: string[] = [];
  let open: OpenFence | null = null;
  for (const { at, line } of linesOf(markdown)) {
    const mark = /^([ \t]*)(`{3,}|~{3,})/.exec(line);
    if (open === null && mark !== null) open = openFence(line, at, mark[1]!, mark[2]!);
    else if (open === null) prose.push(line);
    else if (mark?.[2]?.startsWith(open.mark) === true) {
      fences.push(closed(open, at + line.length));
      open = null;
    } else open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
  }
  if (open !== null) fences.push(closed(open, markdown.length));
  return { fences, prose: prose.join('\n') };
}

interface Line {
  readonly at: number;
  readonly line: string;
}

function linesOf(text: string): Line[] {
  let at = 0;
  return text.split(/(\r\n?|\n)/).flatMap((line, index) => {
    at += line.length;
    return index % 2 === 0 ? [{ at: at - line.length, line }] : [];
  });
}

interface OpenFence {
  readonly from: number;
  readonly indent: string;
  readonly mark: string;
  readonly language: string;
  readonly lines: string[];
}

function openFence(line: string, from: number, indent: string, mark: string): OpenFence {
  const language = /[\w+#-]+/.exec(line.slice(indent.length + mark.length))?.[0].toLowerCase() ?? '';
  return { from, indent, mark, language, lines: [] };
}

function closed({ from, language, lines }: OpenFence, to: number): Fence {
  return { code: lines.join('\n'), language, from, to };
}
