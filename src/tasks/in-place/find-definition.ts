import type { Block, ClassNode, FunctionNode, StatementNode } from '../../python/tree/tree.ts';

export type DefinitionNode = FunctionNode | ClassNode;

/** Every definition of these names, each within the one before, also under `if`, `try` and the like; declarations of overloads are none. */
export function findDefinitions(body: Block, [name, ...inner]: readonly string[]): DefinitionNode[] {
  const found = definitionsIn(body).filter((node) => node.name.name === name);
  if (inner.length > 0) return found.flatMap((node) => findDefinitions(node.body, inner));
  return found.filter((node) => !isOverload(node));
}

/** The dotted names of all definitions in a block. */
export function definedNames(body: Block): string[] {
  return definitionsIn(body).flatMap(({ kind, name: { name }, body: inner }) =>
    kind === 'class' ? [name, ...definedNames(inner).map((own) => `${name}.${own}`)] : [name],
  );
}

/** The functions and classes that a block itself defines. */
export function definitionsIn(body: Block): DefinitionNode[] {
  return body.flatMap((node) =>
    node.kind === 'function' || node.kind === 'class' ? [node] : definitionsIn(blocksOf(node)),
  );
}

function isOverload({ decorators }: DefinitionNode): boolean {
  return decorators.some(
    (one) => (one.kind === 'name' && one.name === 'overload') || (one.kind === 'attribute' && one.name === 'overload'),
  );
}

function blocksOf(node: StatementNode): Block {
  switch (node.kind) {
    case 'if':
      return [...node.branches.flatMap(({ body }) => body), ...node.otherwise];
    case 'while':
    case 'for':
      return [...node.body, ...node.otherwise];
    case 'try':
      return [...node.body, ...node.handlers.flatMap(({ body }) => body), ...node.otherwise, ...node.finally];
    case 'match':
      return node.cases.flatMap(({ body }) => body);
    case 'with':
      return node.body;
    default:
      return [];
  }
}
