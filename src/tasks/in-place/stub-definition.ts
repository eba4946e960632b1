import type { FunctionNode, SyntaxNode } from '../../python/tree/tree.ts';
import { walkTree } from '../../python/tree/walk.ts';
import type { DefinitionNode } from './find-definition.ts';
import { layoutOf } from './layout.ts';
import { encodeSource } from './source-file.ts';
import type { Target } from './target.ts';

/** Tells greenloop of the call, and raises NotImplementedError. */
const CALLED = '__import__("greenloop_reach").called()';

/** The file with a definition that only tells that it is called: its functions, where it is a class. Null where it has none. */
export function stubDefinition(target: Target): Uint8Array | null {
  const { file, node, newline } = target;
  const functions = functionsOf(node);
  if (functions.length === 0) return null;
  let text = file.text;
  for (const one of functions.toReversed()) {
    const { indent, unit } = layoutOf(file.text, one);
    const lines = [CALLED, ...(isAsyncGenerator(one) ? ['yield'] : [])].map(
      (line) => `${newline}${indent}${unit}${line}`,
    );
    text = text.slice(0, one.header.to) + lines.join('') + text.slice(one.to);
  }
  return encodeSource(text, file, '');
}

function functionsOf(node: DefinitionNode): FunctionNode[] {
  return node.kind === 'function' ? [node] : node.body.filter((one) => one.kind === 'function');
}

/** Without a `yield` its call would give a coroutine, which a loop over it never runs. */
function isAsyncGenerator(node: FunctionNode): boolean {
  let found = false;
  if (node.isAsync) walkTree(node as SyntaxNode, ({ kind }) => (found ||= kind === 'yield'));
  return found;
}
