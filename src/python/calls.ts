import type { PythonModule } from './python-module.ts';
import type { ArgumentNode, ExpressionNode } from './tree/tree.ts';
import { walkTree } from './tree/walk.ts';

/** A call by name: `f(1, k=2)`, and `sys.exit()` under its dotted name. */
export interface Call {
  readonly name: string;
  readonly at: number;
  /** Positional arguments; null where a `*` hides how many there are. */
  readonly positional: number | null;
  readonly keywords: readonly string[];
}

/** The calls of named functions anywhere in a module, in source order; calls of other expressions are left out. */
export function findCalls(module: PythonModule): Call[] {
  const calls: Call[] = [];
  walkTree(module.tree, (node) => {
    const name = node.kind === 'call' ? dottedName(node.callee) : null;
    if (name !== null && node.kind === 'call') calls.push({ name, at: node.from, ...countArguments(node.arguments) });
  });
  return calls.sort((a, b) => a.at - b.at);
}

/** `a.b.c` for names with points between them; null for any other expression. */
function dottedName(node: ExpressionNode): string | null {
  const parts: string[] = [];
  let inner = node;
  for (; inner.kind === 'attribute'; inner = inner.object) parts.push(inner.name);
  return inner.kind === 'name' ? [...parts, inner.name].reverse().join('.') : null;
}

function countArguments(given: readonly ArgumentNode[]): Pick<Call, 'positional' | 'keywords'> {
  const keywords = given.filter(({ type }) => type === 'keyword').map(({ name }) => name);
  const hasStar = given.some(({ type }) => type === 'star' || type === 'double-star');
  return { positional: hasStar ? null : given.length - keywords.length, keywords };
}
