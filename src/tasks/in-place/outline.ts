import type { Block, StatementNode } from '../../python/tree/tree.ts';
import type { DefinitionNode } from './find-definition.ts';
import { indentAt, lineStart } from './layout.ts';
import type { Target } from './target.ts';

const LONGEST_STATEMENT = 200;

interface Part {
  readonly text: string;
  readonly isOwn: boolean;
  /** What is kept first where not all fits. */
  readonly rank: number;
}

const Rank = { around: 0, import: 1, sibling: 2, other: 3 } as const;

/**
 * The file around the definition in at most so many characters: all of it where that fits; else the definition as it stands, imports,
 * constants, and of the other functions and classes the headers.
 */
export function outlineOf(target: Target, room: number): string {
  const { text } = target.file;
  if (text.length <= room) return normalized(text).trimEnd();
  const parts = partsOf(text, target.module.tree.body, target.node, Rank.other);
  let left = room - parts.filter(({ isOwn }) => isOwn).reduce((sum, part) => sum + part.text.length, 0);
  const kept = new Set<Part>();
  for (const part of parts.toSorted((a, b) => a.rank - b.rank)) {
    if (!part.isOwn && part.text.length >= left) continue;
    kept.add(part);
    if (!part.isOwn) left -= part.text.length + 1;
  }
  return normalized(
    parts
      .filter((part) => kept.has(part))
      .map((part) => part.text)
      .join('\n'),
  );
}

function partsOf(source: string, body: Block, own: DefinitionNode, rank: number): Part[] {
  return body.flatMap((node) => {
    const isAround = node.from < own.from && own.to <= node.to;
    if (node === own) return [{ text: wholeLines(source, node), isOwn: true, rank: Rank.around }];
    if (node.kind === 'class') {
      const header = { text: headerOf(source, node), isOwn: false, rank: isAround ? Rank.around : rank };
      return [header, ...partsOf(source, node.body, own, isAround ? Rank.sibling : rank)];
    }
    if (isAround) return [{ text: wholeLines(source, node), isOwn: true, rank: Rank.around }];
    return [{ text: shortText(source, node), isOwn: false, rank: node.kind === 'import' ? Rank.import : rank }];
  });
}

/** A function as its header alone, anything else whole or cut. */
function shortText(source: string, node: StatementNode): string {
  if (node.kind === 'function') return `${headerOf(source, node)} ...`;
  const text = wholeLines(source, node);
  const first = text.split(/\r\n?|\n/)[0] ?? '';
  return text.length <= LONGEST_STATEMENT ? text : `${first.slice(0, LONGEST_STATEMENT)} ...`;
}

function headerOf(source: string, node: DefinitionNode): string {
  const first = node.body[0];
  const end = node.kind === 'function' ? node.header.to : (first?.from ?? node.to);
  return source.slice(lineStart(source, node.from), end).trimEnd();
}

function wholeLines(source: string, { from, to }: StatementNode): string {
  return indentAt(source, from) + source.slice(from, to);
}

function normalized(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
