import type { SyntaxNode } from '@lezer/common';

/** One name that an import statement binds: the node of the binding, and the dotted path that it stands for. */
export interface ImportedNode {
  readonly bound: SyntaxNode;
  readonly path: readonly SyntaxNode[];
}

/** Names that one ImportStatement node binds; `from m import *` binds none that can be told. */
export function importedNodes(statement: SyntaxNode): ImportedNode[] {
  const imported: ImportedNode[] = [];
  let isListing = statement.firstChild?.name === 'import';
  let path: SyntaxNode[] = [];
  let alias: SyntaxNode | null = null;
  const flush = (): void => {
    const bound = alias ?? path[0];
    if (bound !== undefined) imported.push({ bound, path });
    path = [];
    alias = null;
  };
  let isAlias = false;
  for (const child of childrenOf(statement)) {
    if (child.name === 'import') isListing = true;
    else if (!isListing) continue;
    else if (child.name === ',') flush();
    else if (child.name === 'as') isAlias = true;
    else if (child.name === 'VariableName' && isAlias) {
      alias = child;
      isAlias = false;
    } else if (child.name === 'VariableName') path.push(child);
  }
  flush();
  return imported;
}

/** The children of a node in order. */
export function* childrenOf(node: SyntaxNode): Generator<SyntaxNode> {
  for (let child = node.firstChild; child !== null; child = child.nextSibling) yield child;
}
