import type { PythonModule, Statement } from './python-module.ts';
import { membersOf } from './standard-names.ts';
import type { ImportNode } from './tree/tree.ts';
import { walkTree } from './tree/walk.ts';

/** A name that an import statement binds; `path` is what it stands for, such as `collections.Counter`. */
interface ImportedName {
  readonly name: string;
  readonly path: string;
  readonly at: number;
}

/** The names that import statements bind anywhere in a module, in source order. */
export function importedNames(module: PythonModule): ImportedName[] {
  return importNodes(module).flatMap(({ origin, names }) =>
    names.map(({ path, bound }) => ({
      name: bound.name,
      path: origin === null ? path : `${origin}.${path}`,
      at: bound.from,
    })),
  );
}

/** The modules whose names are all imported: `from math import *` gives `math`. */
export function starImports(module: PythonModule): string[] {
  return importNodes(module).flatMap(({ isStar, origin }) => (isStar && origin !== null ? [origin] : []));
}

/** A module that is imported, with the names that are taken from it; none where it is imported itself, `*` for all of them. */
export interface ImportedModule {
  readonly module: string;
  readonly names: readonly string[];
}

/** The modules that import statements anywhere in a module name, relative ones with their points, in source order. */
export function importedModules(module: PythonModule): ImportedModule[] {
  return importNodes(module).flatMap(({ origin, isStar, names }) => {
    const paths = names.map(({ path }) => path);
    if (origin === null) return paths.map((path) => ({ module: path, names: [] }));
    return [{ module: origin, names: isStar ? ['*'] : paths }];
  });
}

/** Names that are used somewhere in a module and bound nowhere that the use can see, in order of first use. */
export function freeNames(module: PythonModule): string[] {
  const names = new Set(module.names.free.map(({ name }) => name));
  for (const origin of starImports(module)) for (const name of membersOf(origin)) names.delete(name);
  return [...names];
}

/**
 * The names that code inside one top-level statement looks up at module level, builtins too: a parameter, a local variable or a
 * keyword argument of the same name is no such use.
 */
export function moduleReads(module: PythonModule, statement: Statement): ReadonlySet<string> {
  const { moduleUses } = module.names;
  const names = new Set<string>();
  for (let next = firstFrom(moduleUses, statement.from); next < moduleUses.length; next += 1) {
    const { name, at } = moduleUses[next]!;
    if (at >= statement.to) break;
    names.add(name);
  }
  return names;
}

/** The index of the first use at a place or behind it. */
function firstFrom(uses: readonly { readonly at: number }[], from: number): number {
  let low = 0;
  let high = uses.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (uses[middle]!.at < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

function importNodes(module: PythonModule): ImportNode[] {
  const nodes: ImportNode[] = [];
  walkTree(module.tree, (node) => {
    if (node.kind === 'import') nodes.push(node);
  });
  return nodes.sort((a, b) => a.from - b.from);
}
