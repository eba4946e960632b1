import type { SyntaxNode } from './tree.ts';

/** Calls back for every node of a tree, in no certain order; without recursion, so that trees may be deep. */
export function walkTree(root: SyntaxNode, visit: (node: SyntaxNode) => void): void {
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const part = pending.pop();
    if (typeof part !== 'object' || part === null) continue;
    if ('kind' in part) visit(part as SyntaxNode);
    for (const child of Object.values(part)) if (typeof child === 'object') pending.push(child);
  }
}
