import type {
  ArgumentNode,
  ComprehensionNode,
  ExpressionNode,
  LambdaNode,
  NamedNode,
  NameNode,
  ParameterNode,
  YieldNode,
} from '../tree/tree.ts';
import { Mark, Scope, type ScopeKind } from './scope.ts';

/** A name at a place in the source, as a character offset. */
export interface NameAt {
  readonly name: string;
  readonly at: number;
}

/** Goes through expressions as CPython's symbol table does: which scope binds and uses which names, and what may not stand there. */
export abstract class ExpressionNames {
  readonly errors: number[] = [];
  protected readonly module = new Scope('module', null, null);
  protected readonly scopes: Scope[] = [this.module];
  protected readonly bindings: NameAt[] = [];
  protected scope: Scope = this.module;
  /** False in what is never evaluated. */
  protected isEvaluated = true;
  /** How many expressions are open that a comprehension goes through. */
  #iterables = 0;

  protected open(kind: ScopeKind, className = this.scope.className): void {
    this.scope = new Scope(kind, this.scope, className);
    this.scopes.push(this.scope);
  }

  protected close(): void {
    this.scope = this.scope.outer ?? this.module;
  }

  /** Binds a name in the scope, or in the module where it is declared global. */
  protected bind({ name, from }: NameNode, mark: number = Mark.bound): void {
    this.bindIn(this.scope, name, from, mark);
  }

  protected bindIn(scope: Scope, plain: string, at: number, mark: number): void {
    const name = scope.formOf(plain);
    const isRebound = (mark & Mark.iteration) !== 0 && scope.has(name, Mark.named);
    if (plain === '__debug__' || isRebound) this.errors.push(at);
    scope.mark(name, mark);
    const isOfModule = scope === this.module || scope.has(name, Mark.global);
    if (!isOfModule) return;
    this.module.mark(name, Mark.bound);
    if ((mark & Mark.deleted) === 0) this.bindings.push({ name, at });
  }

  protected expression(node: ExpressionNode): void {
    switch (node.kind) {
      case 'name':
        this.scope.use(node, this.scope.formOf(node.name));
        break;
      case 'constant':
        break;
      case 'string':
        this.expressions(node.fields);
        break;
      case 'tuple':
      case 'list':
      case 'set':
        this.expressions(node.elements);
        break;
      case 'operation':
        this.expressions(node.operands);
        break;
      case 'attribute':
      case 'subscript':
      case 'call':
        this.#primary(node);
        break;
      default:
        this.#rarer(node);
        break;
    }
  }

  #rarer(node: ExpressionNode): void {
    switch (node.kind) {
      case 'dict':
        for (const { key, value } of node.entries) this.expressions(key === null ? [value] : [key, value]);
        break;
      case 'slice':
        this.expressions(node.bounds);
        break;
      case 'conditional':
        this.expressions([node.then, node.test, node.otherwise]);
        break;
      case 'starred':
        this.expression(node.value);
        break;
      case 'lambda':
        this.#lambda(node);
        break;
      case 'comprehension':
        this.#comprehension(node);
        break;
      case 'named':
        this.#named(node);
        break;
      case 'await':
        this.#waitFor(node.from);
        this.expression(node.value);
        break;
      case 'yield':
        this.#yield(node);
        break;
    }
  }

  protected expressions(nodes: readonly ExpressionNode[]): void {
    for (const node of nodes) this.expression(node);
  }

  protected maybe(node: ExpressionNode | null): void {
    if (node !== null) this.expression(node);
  }

  /** Calls, attributes and subscripts from the inside out, in a loop: `a.b().c()` may be long. */
  #primary(node: ExpressionNode): void {
    const outer: ExpressionNode[] = [];
    let inner = node;
    while (inner.kind === 'attribute' || inner.kind === 'subscript' || inner.kind === 'call') {
      outer.push(inner);
      inner = inner.kind === 'call' ? inner.callee : inner.object;
    }
    this.expression(inner);
    for (const part of outer.reverse()) {
      if (part.kind === 'call') this.given(part.arguments);
      else if (part.kind === 'subscript') this.expression(part.index);
    }
  }

  protected given(given: readonly ArgumentNode[]): void {
    for (const { value } of given) this.expression(value);
  }

  /** What is assigned to: names are bound, the rest is used. */
  protected target(node: ExpressionNode, mark: number = Mark.bound): void {
    if (node.kind === 'name') this.bind(node, mark);
    else if (node.kind === 'starred') this.target(node.value, mark);
    else if (node.kind === 'tuple' || node.kind === 'list') for (const part of node.elements) this.target(part, mark);
    else {
      if (node.kind === 'attribute' && node.name === '__debug__') this.errors.push(node.from);
      this.expression(node);
    }
  }

  /** Defaults are evaluated around a function. */
  protected defaults(parameters: readonly ParameterNode[]): void {
    for (const parameter of parameters) this.maybe(parameter.default);
  }

  protected parameters(parameters: readonly ParameterNode[]): void {
    for (const { name, from } of parameters) {
      if (this.scope.has(this.scope.formOf(name), Mark.parameter)) this.errors.push(from);
      this.bindIn(this.scope, name, from, Mark.parameter);
    }
  }

  #lambda({ parameters, body }: LambdaNode): void {
    this.defaults(parameters);
    this.open('lambda');
    this.parameters(parameters);
    this.expression(body);
    this.close();
  }

  /** The first iterable is evaluated around a comprehension. */
  #comprehension({ from, type, element, value, clauses }: ComprehensionNode): void {
    this.#iterable(clauses[0]!.iterable);
    this.open('comprehension');
    const { scope } = this;
    scope.isWaiting = clauses.some(({ isAsync }) => isAsync);
    clauses.forEach(({ target, iterable, conditions }, at) => {
      this.target(target, Mark.bound | Mark.iteration);
      if (at > 0) this.#iterable(iterable);
      this.expressions(conditions);
    });
    this.maybe(value);
    this.expression(element);
    this.close();
    if (scope.isWaiting && type !== 'generator') this.#waitFor(from);
  }

  #iterable(node: ExpressionNode): void {
    this.#iterables += 1;
    this.expression(node);
    this.#iterables -= 1;
  }

  /** A comprehension that waits needs an async function around, or another comprehension that then waits too. */
  #waitFor(at: number): void {
    if (this.scope.kind === 'comprehension') this.scope.isWaiting = true;
    else if (this.scope.kind !== 'async-function' && this.isEvaluated) this.errors.push(at);
  }

  /** `:=` binds outside of the comprehensions that it stands in (PEP 572). */
  #named({ target, value, from }: NamedNode): void {
    let scope = this.scope;
    if (this.#iterables > 0) this.errors.push(from);
    for (; scope.kind === 'comprehension'; scope = scope.outer!) {
      if (scope.has(target.name, Mark.iteration)) this.errors.push(from);
      scope.mark(target.name, Mark.named);
    }
    const isInComprehension = scope !== this.scope;
    if (scope.kind === 'annotation' || (scope.kind === 'class' && isInComprehension)) this.errors.push(from);
    this.expression(value);
    this.bindIn(scope, target.name, target.from, Mark.bound);
  }

  #yield({ from, isFrom, value }: YieldNode): void {
    if (!this.scope.isFunction || (isFrom && this.scope.kind === 'async-function')) this.errors.push(from);
    this.scope.isGenerator = true;
    this.maybe(value);
  }
}
