import type { SyntaxNode } from '@lezer/common';
import type { PythonModule } from './python-module.ts';
import { childrenOf } from './syntax-nodes.ts';

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
  module.tree.iterate({
    enter: (ref) => {
      if (ref.name !== 'CallExpression') return;
      const node = ref.node;
      const name = calleeOf(module, node);
      const list = node.getChild('ArgList');
      if (name !== null && list !== null) calls.push({ name, at: node.from, ...readArguments(module, list) });
    },
  });
  return calls;
}

function calleeOf(module: PythonModule, call: SyntaxNode): string | null {
  const callee = call.firstChild;
  if (callee?.name !== 'VariableName' && callee?.name !== 'MemberExpression') return null;
  const text = module.source.slice(callee.from, Math.min(callee.to, callee.from + 200));
  return /^\w+(?:\.\w+)*$/.test(text) ? text : null;
}

function readArguments(module: PythonModule, list: SyntaxNode): Pick<Call, 'positional' | 'keywords'> {
  const groups: SyntaxNode[][] = [[]];
  for (const child of childrenOf(list)) {
    if (child.name === ',') groups.push([]);
    else if (child.name !== '(' && child.name !== ')' && child.name !== 'Comment') groups.at(-1)!.push(child);
  }
  const given = groups.filter((group) => group.length > 0);
  const keywords = given.filter((group) => group[1]?.name === 'AssignOp');
  const hasStar = given.some((group) => group[0]!.name === '*' || group[0]!.name === '**');
  return {
    positional: hasStar ? null : given.length - keywords.length,
    keywords: keywords.map((group) => module.source.slice(group[0]!.from, group[0]!.to)),
  };
}
