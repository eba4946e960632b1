import type {
  AssignmentNode,
  Block,
  ClassNode,
  DeclarationNode,
  ExpressionNode,
  FunctionNode,
  ImportNode,
  ParameterNode,
  StatementNode,
  TryNode,
  TypeAliasNode,
  TypeParameterNode,
} from '../tree/tree.ts';
import { PatternNames } from './pattern-names.ts';
import { Mark, type Scope } from './scope.ts';

/** Goes through statements: which scope binds and uses which names, and what may not stand there. */
export abstract class StatementNames extends PatternNames {
  readonly #postponesAnnotations: boolean;
  protected readonly nonlocals: { readonly scope: Scope; readonly name: string; readonly at: number }[] = [];

  constructor(postpones: boolean) {
    super();
    this.#postponesAnnotations = postpones;
  }

  protected block(statements: Block): void {
    for (const statement of statements) this.#statement(statement);
  }

  #statement(node: StatementNode): void {
    switch (node.kind) {
      case 'expression':
        this.expression(node.value);
        break;
      case 'assignment':
        this.#assignment(node);
        break;
      case 'return':
        if (node.value !== null) this.scope.returnsValueAt ??= node.from;
        this.maybe(node.value);
        break;
      case 'function':
        this.#function(node);
        break;
      case 'class':
        this.#class(node);
        break;
      case 'import':
        this.#import(node);
        break;
      case 'delete':
        for (const target of node.targets) this.target(target, Mark.bound | Mark.deleted);
        break;
      case 'assert':
        this.expression(node.test);
        this.maybe(node.message);
        break;
      case 'raise':
        this.maybe(node.value);
        this.maybe(node.cause);
        break;
      case 'global':
      case 'nonlocal':
        this.#declaration(node);
        break;
      case 'type-alias':
        this.#typeAlias(node);
        break;
      default:
        this.#compound(node);
        break;
    }
  }

  #compound(node: StatementNode): void {
    switch (node.kind) {
      case 'if':
        for (const { test, body } of node.branches) {
          this.expression(test);
          this.block(body);
        }
        this.block(node.otherwise);
        break;
      case 'while':
        this.expression(node.test);
        this.block(node.body);
        this.block(node.otherwise);
        break;
      case 'for':
        this.expression(node.iterable);
        this.target(node.target);
        this.block(node.body);
        this.block(node.otherwise);
        break;
      case 'with':
        for (const { value, target } of node.items) {
          this.expression(value);
          if (target !== null) this.target(target);
        }
        this.block(node.body);
        break;
      case 'try':
        this.#try(node);
        break;
      case 'match':
        this.expression(node.subject);
        for (const { pattern, guard, body } of node.cases) {
          this.pattern(pattern);
          this.maybe(guard);
          this.block(body);
        }
        break;
      case 'broken':
        this.block(node.body);
        break;
    }
  }

  #try(node: TryNode): void {
    this.block(node.body);
    for (const { type, name, body } of node.handlers) {
      this.maybe(type);
      if (name !== null) this.bind(name);
      this.block(body);
    }
    this.block(node.otherwise);
    this.block(node.finally);
  }

  #assignment({ targets, annotation, isAugmented, value }: AssignmentNode): void {
    this.maybe(value);
    for (const target of targets) {
      if (isAugmented && target.kind === 'name') this.expression(target);
      if (annotation !== null && target.kind === 'name') this.#annotatedName(target.name, target.from);
      this.target(target);
    }
    if (annotation === null) return;
    this.isEvaluated = !this.scope.isFunction;
    this.#annotation(annotation);
    this.isEvaluated = true;
  }

  /** A name with an annotation is none of another scope. */
  #annotatedName(name: string, at: number): void {
    const form = this.scope.formOf(name);
    if (this.scope !== this.module && this.scope.has(form, Mark.global | Mark.nonlocal)) this.errors.push(at);
    this.scope.mark(form, Mark.annotated);
  }

  #annotation(node: ExpressionNode): void {
    if (this.#postponesAnnotations) this.open('annotation');
    this.expression(node);
    if (this.#postponesAnnotations) this.close();
  }

  #function(node: FunctionNode): void {
    this.expressions(node.decorators);
    this.defaults(node.parameters);
    this.bind(node.name);
    this.#openTypeParameters(node.typeParameters);
    this.#annotations(node.parameters, node.returns);
    this.open(node.isAsync ? 'async-function' : 'function');
    this.parameters(node.parameters);
    this.block(node.body);
    const { isGenerator, returnsValueAt } = this.scope;
    if (node.isAsync && isGenerator && returnsValueAt !== null) this.errors.push(returnsValueAt);
    this.close();
    this.#closeTypeParameters(node.typeParameters);
  }

  #annotations(parameters: readonly ParameterNode[], returns: ExpressionNode | null): void {
    for (const { annotation } of parameters) if (annotation !== null) this.#annotation(annotation);
    if (returns !== null) this.#annotation(returns);
  }

  #class(node: ClassNode): void {
    this.expressions(node.decorators);
    this.bind(node.name);
    this.#openTypeParameters(node.typeParameters);
    this.given(node.arguments);
    this.open('class', node.name.name);
    this.block(node.body);
    this.close();
    this.#closeTypeParameters(node.typeParameters);
  }

  #typeAlias(node: TypeAliasNode): void {
    this.bind(node.name);
    this.#openTypeParameters(node.typeParameters);
    this.open('annotation');
    this.expression(node.value);
    this.close();
    this.#closeTypeParameters(node.typeParameters);
  }

  #openTypeParameters(parameters: readonly TypeParameterNode[]): void {
    if (parameters.length === 0) return;
    this.open('annotation');
    for (const { name, from, bound, default: fallback } of parameters) {
      if (this.scope.has(name, Mark.parameter)) this.errors.push(from);
      this.bindIn(this.scope, name, from, Mark.parameter);
      this.maybe(bound);
      this.maybe(fallback);
    }
  }

  #closeTypeParameters(parameters: readonly TypeParameterNode[]): void {
    if (parameters.length > 0) this.close();
  }

  #import({ isStar, names, from }: ImportNode): void {
    if (isStar && this.scope !== this.module) this.errors.push(from);
    for (const { bound } of names) this.bind(bound);
  }

  #declaration({ kind, names, from }: DeclarationNode): void {
    if (kind === 'nonlocal' && this.scope === this.module) this.errors.push(from);
    const taken =
      Mark.bound | Mark.parameter | Mark.used | Mark.annotated | (kind === 'global' ? Mark.nonlocal : Mark.global);
    for (const { name: plain, from: at } of names) {
      const name = this.scope.formOf(plain);
      if (this.scope.has(name, taken)) this.errors.push(at);
      this.scope.mark(name, kind === 'global' ? Mark.global : Mark.nonlocal);
      if (kind === 'nonlocal') this.nonlocals.push({ scope: this.scope, name, at });
    }
  }
}
