import { Meanings } from '../python/meanings.ts';
import { readModule } from '../python/python-module.ts';
import type { ExpressionNode, StatementNode, SyntaxNode } from '../python/tree/tree.ts';
import { walkTree } from '../python/tree/walk.ts';
import { isCallOfSharedState, isMutator } from './shared-calls.ts';

/** What tests do that the code can only see in the same process. */
export interface SharedState {
  /** `calls random.seed`, `sets os.environ`: what the line does. */
  readonly what: string;
  /** From 1. */
  readonly line: number;
}

/** The first place where tests share state of the process with the code, or wait for it in an event loop; null where there is none. */
export function findSharedState(tests: string): SharedState | null {
  const module = readModule(tests);
  const meanings = new Meanings(module);
  const called = new Set<string | null>();
  const found: { readonly what: string; readonly at: number }[] = [];
  walkTree(module.tree, (node) => {
    if (node.kind === 'call') called.add(meanings.pathOf(node.callee));
  });
  walkTree(module.tree, (node) => {
    const what = whatIsShared(node, meanings, called);
    if (what !== null) found.push({ what, at: node.from });
  });
  const first = found.sort((a, b) => a.at - b.at)[0];
  return first === undefined ? null : { what: first.what, line: tests.slice(0, first.at).split('\n').length };
}

function whatIsShared(node: SyntaxNode, meanings: Meanings, called: ReadonlySet<string | null>): string | null {
  if (isAsynchronous(node)) return 'waits for asynchronous code';
  if (node.kind === 'call') {
    const path = meanings.pathOf(node.callee);
    const [object] = node.arguments;
    const owner = object === undefined ? null : meanings.pathOf(object.value);
    if (path !== null && isCallOfSharedState(path)) return `calls ${path}`;
    if (path === 'builtins.setattr' || path === 'builtins.delattr') return owner && whatIsSet(owner, 'attribute');
    return path === null ? null : whatIsChanged(path, called);
  }
  return targetsOf(node).reduce<string | null>((what, target) => what ?? whatIsStored(target, meanings), null);
}

function isAsynchronous(node: SyntaxNode): boolean {
  if (node.kind === 'comprehension') return node.clauses.some(({ isAsync }) => isAsync);
  return node.kind === 'await' || ('isAsync' in node && node.isAsync);
}

/** What a statement assigns to or deletes, without the brackets around. */
function targetsOf(node: SyntaxNode): ExpressionNode[] {
  return directTargets(node as StatementNode).flatMap(unpacked);
}

function directTargets(node: StatementNode): readonly ExpressionNode[] {
  switch (node.kind) {
    case 'assignment':
      return node.value === null ? [] : node.targets;
    case 'delete':
      return node.targets;
    case 'for':
      return [node.target];
    case 'with':
      return node.items.flatMap(({ target }) => target ?? []);
    default:
      return [];
  }
}

function unpacked(target: ExpressionNode): ExpressionNode[] {
  if (target.kind === 'starred') return unpacked(target.value);
  return target.kind === 'tuple' || target.kind === 'list' ? target.elements.flatMap(unpacked) : [target];
}

function whatIsStored(target: ExpressionNode, meanings: Meanings): string | null {
  if (target.kind !== 'attribute' && target.kind !== 'subscript') return null;
  const owner = meanings.pathOf(target.object);
  return owner === null ? null : whatIsSet(owner, target.kind === 'attribute' ? 'attribute' : 'item');
}

/** What a new attribute or item of something shared is to the code; null for what the test has to itself. */
function whatIsSet(owner: string, kind: 'attribute' | 'item'): string | null {
  const isMade = owner.includes('()');
  if (owner.startsWith(':')) {
    // What a call returned stays with the code where it is an object, and is a copy where it is a list.
    return kind === 'item' && isMade ? null : `sets an ${kind} of ${owner.slice(1)}`;
  }
  if (isMade || (kind === 'item' && !owner.includes('.'))) return null;
  return `sets an ${kind} of ${owner}`;
}

/** A call such as `sys.path.append(...)`, or of a list that the code defines. */
function whatIsChanged(path: string, called: ReadonlySet<string | null>): string | null {
  const [, owner = '', method = ''] = /^(.*)\.(\w+)$/.exec(path) ?? [];
  if (!isMutator(method) || owner.includes('()')) return null;
  const isOfCode = owner.startsWith(':') && !owner.includes('.') && !called.has(owner);
  const isOfLibrary = /^(?!builtins\.)\w.*\.[a-z_]\w*(?:\[\])*$/.test(owner);
  return isOfCode || isOfLibrary ? `changes ${owner.replace(/^:/, '')}` : null;
}
