import { readModule } from '../python/python-module.ts';
import type { NameNode } from '../python/tree/tree.ts';
import { walkTree } from '../python/tree/walk.ts';

/** The functions that Python text calls by their bare names, builtins too, in order of the first call. */
export function calledFunctions(source: string): string[] {
  const called: NameNode[] = [];
  walkTree(readModule(source).tree, (node) => {
    if (node.kind === 'call' && node.callee.kind === 'name') called.push(node.callee);
  });
  return [...new Set(called.sort((a, b) => a.from - b.from).map(({ name }) => name))];
}
