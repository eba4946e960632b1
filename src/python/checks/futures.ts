import type { ImportNode, ModuleNode, StatementNode } from '../tree/tree.ts';

const FEATURES: ReadonlySet<string> = new Set(
  (
    'nested_scopes generators division absolute_import with_statement print_function unicode_literals ' +
    'barry_as_FLUFL generator_stop annotations'
  ).split(' '),
);

/** The imports of `__future__` at the beginning of a module, behind its docstring; anywhere else they are an error. */
export function leadingFutures(tree: ModuleNode): ReadonlySet<StatementNode> {
  const start = tree.body[0] !== undefined && isText(tree.body[0]) ? 1 : 0;
  const end = tree.body.findIndex((statement, at) => at >= start && !isFutureImport(statement));
  return new Set(tree.body.slice(start, end < 0 ? undefined : end));
}

/** True where annotations are not evaluated (PEP 563). */
export function postponesAnnotations(futures: ReadonlySet<StatementNode>): boolean {
  return [...futures].some((node) => node.kind === 'import' && node.names.some(({ path }) => path === 'annotations'));
}

export function isFutureImport(node: StatementNode): node is ImportNode {
  return node.kind === 'import' && node.origin === '__future__';
}

/** True for an import of features that Python knows. */
export function importsFeatures({ isStar, names }: ImportNode): boolean {
  return !isStar && names.every(({ path }) => FEATURES.has(path));
}

function isText(statement: StatementNode): boolean {
  return statement.kind === 'expression' && statement.value.kind === 'string' && statement.value.type === 'text';
}
