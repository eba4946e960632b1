import type { NameNode } from '../tree/tree.ts';

export type ScopeKind =
  | 'module'
  | 'class'
  | 'function'
  | 'async-function'
  | 'lambda'
  | 'comprehension'
  /** Type parameters with what is evaluated beside them, and annotations that are not evaluated. */
  | 'annotation';

/** What a scope does to a name; several at once are added. */
export const Mark = {
  bound: 1,
  parameter: 2,
  global: 4,
  nonlocal: 8,
  used: 16,
  annotated: 32,
  /** A variable of a comprehension. */
  iteration: 64,
  /** Bound by `:=` in a comprehension, for the scope around it. */
  named: 128,
  deleted: 256,
} as const;

/** One scope of a module, as CPython's symbol table has it. */
export class Scope {
  readonly kind: ScopeKind;
  readonly outer: Scope | null;
  /** The innermost class around, which gives private names their form; null outside of classes. */
  readonly className: string | null;
  readonly marks = new Map<string, number>();
  readonly uses: NameNode[] = [];
  /** In a class: uses of names that it has not bound so far. */
  readonly earlyUses: NameNode[] = [];
  isGenerator = false;
  /** True for a comprehension that waits. */
  isWaiting = false;
  /** Where a function returns a value first; null where it does not. */
  returnsValueAt: number | null = null;

  constructor(kind: ScopeKind, outer: Scope | null, className: string | null) {
    this.kind = kind;
    this.outer = outer;
    this.className = className;
  }

  get isFunction(): boolean {
    return this.kind === 'function' || this.kind === 'async-function' || this.kind === 'lambda';
  }

  has(name: string, marks: number): boolean {
    return ((this.marks.get(name) ?? 0) & marks) !== 0;
  }

  mark(name: string, mark: number): void {
    this.marks.set(name, (this.marks.get(name) ?? 0) | mark);
  }

  use(node: NameNode, name: string): void {
    const known = this.marks.get(name) ?? 0;
    const isEarly = this.kind === 'class' && (known & Mark.bound) === 0;
    (isEarly ? this.earlyUses : this.uses).push(node);
    this.marks.set(name, known | Mark.used);
  }

  /** The form of a name inside of a class: `__x` is private to it. */
  formOf(name: string): string {
    if (this.className === null || !name.startsWith('__') || name.endsWith('__')) return name;
    const owner = this.className.replace(/^_+/, '');
    return owner === '' ? name : `_${owner}${name}`;
  }

  /** True where a name that is used here is looked up at module level, or among the builtins. */
  readsModule(name: string): boolean {
    let isSeen = true;
    for (let scope: Scope = this; scope.outer !== null; scope = scope.outer) {
      if (isSeen || scope.kind !== 'class') {
        if (scope.has(name, Mark.global)) return true;
        if (scope.has(name, Mark.bound | Mark.parameter) && !scope.has(name, Mark.nonlocal)) return false;
      }
      if (scope.kind === 'class' && name === '__class__') return false;
      isSeen = scope.kind === 'annotation';
    }
    return true;
  }

  /** True where `nonlocal` finds a name in a function around. */
  findsNonlocal(name: string): boolean {
    for (let scope = this.outer; scope !== null; scope = scope.outer) {
      if (scope.kind === 'class' && name === '__class__') return true;
      if (scope.kind === 'annotation' && scope.has(name, Mark.parameter)) return false;
      if (!scope.isFunction) continue;
      if (scope.has(name, Mark.global)) return false;
      if (scope.has(name, Mark.bound | Mark.parameter) && !scope.has(name, Mark.nonlocal)) return true;
    }
    return false;
  }
}
