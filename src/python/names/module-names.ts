import { isBuiltin } from '../builtins.ts';
import { leadingFutures, postponesAnnotations } from '../checks/futures.ts';
import type { ModuleNode, NameNode } from '../tree/tree.ts';
import type { NameAt } from './expression-names.ts';
import { Mark, type Scope } from './scope.ts';
import { StatementNames } from './statement-names.ts';

/** What a module does with names, in source order. */
export interface ModuleNames {
  /** Names that are bound at the top level, also by functions that declare them global. */
  readonly bindings: readonly NameAt[];
  /** Uses of names that the module's top level or the builtins give. */
  readonly moduleUses: readonly NameAt[];
  /** Uses of names that nothing binds and that are no builtins. */
  readonly free: readonly NameAt[];
  /** Offsets of what CPython's symbol table and compiler refuse about names, `yield` and `await`. */
  readonly errors: readonly number[];
}

/** Reads the names of a tree, with the scopes that CPython has (language reference, chapter 4). */
export function readNames(tree: ModuleNode): ModuleNames {
  return new NameWalk(postponesAnnotations(leadingFutures(tree))).read(tree);
}

class NameWalk extends StatementNames {
  read(tree: ModuleNode): ModuleNames {
    this.block(tree.body);
    for (const { scope, name, at } of this.nonlocals) if (!scope.findsNonlocal(name)) this.errors.push(at);
    const moduleUses = this.scopes.flatMap(usesOfModule).sort(byPlace);
    const free = moduleUses.filter(({ name }) => !isBuiltin(name) && !this.module.has(name, Mark.bound));
    return { bindings: this.bindings.sort(byPlace), moduleUses, free, errors: this.errors };
  }
}

/** What a class uses before it binds it, it looks up at module level, past the functions around it. */
function usesOfModule(scope: Scope): NameAt[] {
  const found = scope.uses.map(formIn(scope)).filter(({ name }) => scope.readsModule(name));
  if (scope.kind !== 'class') return found;
  const early = scope.earlyUses.map(formIn(scope));
  return [...found, ...early.filter(({ name }) => scope.has(name, Mark.bound) || scope.readsModule(name))];
}

function formIn(scope: Scope): (node: NameNode) => NameAt {
  return ({ name, from }) => ({ name: scope.formOf(name), at: from });
}

function byPlace(a: NameAt, b: NameAt): number {
  return a.at - b.at;
}
