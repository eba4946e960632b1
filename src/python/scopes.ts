import type { SyntaxNode, SyntaxNodeRef, Tree } from '@lezer/common';
import { isBuiltin } from './builtins.ts';
import { childrenOf, importedNodes } from './syntax-nodes.ts';

/** A name at a place in the source, as a character offset. */
export interface NameAt {
  readonly name: string;
  readonly at: number;
}

/** What a whole source binds at its top level, and which names it uses that nothing binds, both in source order. */
export interface ModuleNames {
  readonly bindings: readonly NameAt[];
  readonly free: readonly NameAt[];
  /** Uses that no function, class or comprehension inside the module binds, builtins too, in source order. */
  readonly moduleUses: readonly NameAt[];
}

type Role = 'bind' | 'skip' | 'global' | 'bind-outside';

interface Scope {
  readonly kind: 'module' | 'function' | 'class' | 'comprehension';
  readonly outer: Scope | null;
  readonly bound: Set<string>;
  readonly uses: NameAt[];
}

const SCOPES: Readonly<Record<string, Scope['kind']>> = {
  FunctionDefinition: 'function',
  LambdaExpression: 'function',
  ClassDefinition: 'class',
  ArrayComprehensionExpression: 'comprehension',
  SetComprehensionExpression: 'comprehension',
  DictionaryComprehensionExpression: 'comprehension',
  ComprehensionExpression: 'comprehension',
};
const NESTED_TARGETS = new Set(['TupleExpression', 'ArrayExpression', 'ParenthesizedExpression']);

/** The scope that a node opens inside the module, or null. A generator may stand in a call without its own brackets. */
function scopeKind(node: SyntaxNodeRef): Scope['kind'] | null {
  if (node.name === 'ArgList') return node.node.getChild('for') === null ? null : 'comprehension';
  return SCOPES[node.name] ?? null;
}

/** Names that a parse tree binds at module level and names that it leaves free (used, bound nowhere, no builtin). */
export function readNames(tree: Tree, source: string): ModuleNames {
  const walk = new NameWalk(source);
  tree.iterate({ enter: (node) => walk.enter(node), leave: (node) => walk.leave(node) });
  return walk.result();
}

class NameWalk {
  readonly #source: string;
  readonly #roles = new Map<number, Role>();
  readonly #targets = new Set<number>();
  readonly #scopes: Scope[] = [];
  readonly #bindings: NameAt[] = [];
  readonly #module: Scope = { kind: 'module', outer: null, bound: new Set(), uses: [] };
  #scope: Scope = this.#module;

  constructor(source: string) {
    this.#source = source;
  }

  enter(node: SyntaxNodeRef): void {
    if (node.name === 'VariableName') {
      this.#visitName(node);
      return;
    }
    if (NESTED_TARGETS.has(node.name) && this.#targets.has(node.from)) this.#markTargets(node.node, () => true);
    MARKERS[node.name]?.(this.#marks, node.node);
    const kind = scopeKind(node);
    if (kind !== null) this.#openScope(kind);
  }

  leave(node: SyntaxNodeRef): void {
    if (scopeKind(node) !== null) this.#scope = this.#scope.outer ?? this.#module;
  }

  result(): ModuleNames {
    const uses = [this.#module, ...this.#scopes].flatMap((scope) =>
      scope.uses.filter(({ name }) => !isBoundInside(name, scope)),
    );
    const moduleUses = uses.sort((a, b) => a.at - b.at);
    const free = moduleUses.filter(({ name }) => !isBuiltin(name) && !this.#module.bound.has(name));
    return { bindings: this.#bindings, free, moduleUses };
  }

  readonly #marks: Marks = {
    role: (node, role) => this.#roles.set(node.from, role),
    targets: (parent, isTarget) => this.#markTargets(parent, isTarget),
  };

  #openScope(kind: Scope['kind']): void {
    this.#scope = { kind, outer: this.#scope, bound: new Set(), uses: [] };
    this.#scopes.push(this.#scope);
  }

  #visitName(node: SyntaxNodeRef): void {
    const name = this.#source.slice(node.from, node.to);
    const role = this.#roles.get(node.from);
    if (role === 'skip') return;
    if (role === undefined) {
      this.#scope.uses.push({ name, at: node.from });
      return;
    }
    const scope =
      role === 'global' ? this.#module : role === 'bind-outside' ? (this.#scope.outer ?? this.#module) : this.#scope;
    scope.bound.add(name);
    if (scope === this.#module) this.#bindings.push({ name, at: node.from });
  }

  #markTargets(parent: SyntaxNode, isTarget: (child: SyntaxNode) => boolean): void {
    for (const child of childrenOf(parent)) {
      if (!isTarget(child)) continue;
      if (child.name === 'VariableName') this.#roles.set(child.from, 'bind');
      else if (NESTED_TARGETS.has(child.name)) this.#targets.add(child.from);
    }
  }
}

interface Marks {
  role(node: SyntaxNode, role: Role): void;
  /** Marks the children that `isTarget` names as assigned to, inside brackets too. */
  targets(parent: SyntaxNode, isTarget: (child: SyntaxNode) => boolean): void;
}

/** Per node kind: which of its names are bound, or are no variables at all; every other name is a use. */
const MARKERS: Readonly<Record<string, (marks: Marks, node: SyntaxNode) => void>> = {
  FunctionDefinition: markDefinedName,
  ClassDefinition: markDefinedName,
  ParamList: markParameters,
  ArgList: markArguments,
  KeywordPattern: (marks, node) => markFirst(marks, node, 'skip'),
  AssignStatement: markAssigned,
  UpdateStatement: (marks, node) => markFirst(marks, node, 'bind'),
  NamedExpression: (marks, node) => markFirst(marks, node, 'bind-outside'),
  TypeDefinition: (marks, node) => markFirst(marks, node, 'bind'),
  TypeParam: (marks, node) => markFirst(marks, node, 'bind'),
  CapturePattern: (marks, node) => markFirst(marks, node, 'bind'),
  MappingPattern: (marks, node) => markAfter(marks, node, '**'),
  AsPattern: (marks, node) => markAfter(marks, node, 'as'),
  WithStatement: (marks, node) => markAfter(marks, node, 'as'),
  TryStatement: (marks, node) => markAfter(marks, node, 'as'),
  ForStatement: markLoopTargets,
  ArrayComprehensionExpression: markLoopTargets,
  SetComprehensionExpression: markLoopTargets,
  DictionaryComprehensionExpression: markLoopTargets,
  ComprehensionExpression: markLoopTargets,
  ScopeStatement: markDeclared,
  ImportStatement: markImported,
};

function markDefinedName(marks: Marks, node: SyntaxNode): void {
  const name = node.getChild('VariableName');
  if (name !== null) marks.role(name, 'bind-outside');
}

function markFirst(marks: Marks, node: SyntaxNode, role: Role): void {
  const name = node.firstChild;
  if (name?.name === 'VariableName') marks.role(name, role === 'bind-outside' ? walrusRole(node) : role);
  else if (name !== null && name.name !== 'VariableName') markDefinedAfterKeyword(marks, name, role);
}

function markDefinedAfterKeyword(marks: Marks, keyword: SyntaxNode, role: Role): void {
  const name = keyword.nextSibling;
  if (keyword.name === 'type' && name?.name === 'VariableName') marks.role(name, role);
}

/** A walrus binds outside of the comprehension that it stands in (PEP 572). */
function walrusRole(node: SyntaxNode): Role {
  for (let outer = node.parent; outer !== null; outer = outer.parent) {
    const kind = scopeKind(outer);
    if (kind !== null) return kind === 'comprehension' ? 'bind-outside' : 'bind';
  }
  return 'bind';
}

/** `f(a=1)` names no variable `a`; `f(x for x in y)` binds its own `x`. */
function markArguments(marks: Marks, node: SyntaxNode): void {
  markLoopTargets(marks, node);
  let previous: SyntaxNode | null = null;
  for (const child of childrenOf(node)) {
    if (child.name === 'AssignOp' && previous?.name === 'VariableName') marks.role(previous, 'skip');
    previous = child;
  }
}

function markAfter(marks: Marks, node: SyntaxNode, sign: string): void {
  let isNext = false;
  marks.targets(node, (child) => {
    const isTarget = isNext;
    isNext = child.name === sign;
    return isTarget;
  });
}

function markParameters(marks: Marks, node: SyntaxNode): void {
  let isDefault = false;
  marks.targets(node, (child) => {
    if (child.name === 'AssignOp') isDefault = true;
    else if (child.name === ',') isDefault = false;
    return !isDefault && child.name === 'VariableName';
  });
}

function markAssigned(marks: Marks, node: SyntaxNode): void {
  const children = [...childrenOf(node)];
  const last = children.findLastIndex((child) => child.name === 'AssignOp');
  const end = last < 0 ? children.length : last;
  const targets = new Set(children.slice(0, end).map((child) => child.from));
  marks.targets(node, (child) => targets.has(child.from));
}

function markLoopTargets(marks: Marks, node: SyntaxNode): void {
  let isInTarget = false;
  marks.targets(node, (child) => {
    if (child.name === 'for') isInTarget = true;
    else if (child.name === 'in') isInTarget = false;
    return isInTarget;
  });
}

function markDeclared(marks: Marks, node: SyntaxNode): void {
  const isGlobal = node.getChild('global') !== null;
  for (const child of childrenOf(node)) {
    if (child.name === 'VariableName') marks.role(child, isGlobal ? 'global' : 'skip');
  }
}

function markImported(marks: Marks, node: SyntaxNode): void {
  for (const child of childrenOf(node)) if (child.name === 'VariableName') marks.role(child, 'skip');
  for (const { bound } of importedNodes(node)) marks.role(bound, 'bind');
}

/** A class body is seen from itself alone, every other scope from all scopes within it. */
function isBoundInside(name: string, from: Scope): boolean {
  for (let scope = from; scope.outer !== null; scope = scope.outer) {
    if (scope.bound.has(name) && (scope === from || scope.kind !== 'class')) return true;
  }
  return false;
}
