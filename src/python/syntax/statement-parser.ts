import { BlockParser } from './block-parser.ts';
import { BROKEN } from './cursor.ts';
import { Token } from './token.ts';
import type {
  ArgumentNode,
  ExpressionNode,
  FunctionNode,
  Handler,
  IfNode,
  MatchCase,
  ModuleNode,
  ParameterNode,
  StatementNode,
  TypeParameterNode,
  WithItem,
} from './tree.ts';

/** Reads whole modules. */
export class StatementParser extends BlockParser {
  module(): ModuleNode {
    const body: StatementNode[] = [];
    while (this.kind !== Token.end) {
      this.statements(body);
      this.accept(Token.dedent);
    }
    return { kind: 'module', from: 0, to: this.lastEnd, body };
  }

  protected override compoundStatement(): StatementNode {
    const from = this.from;
    switch (this.kind) {
      case Token.at:
        return this.decorated(from);
      case Token.def:
        return this.functionStatement(from, [], false);
      case Token.class:
        return this.classStatement(from, []);
      case Token.if:
        return this.ifStatement(from);
      case Token.while:
        return this.whileStatement(from);
      case Token.for:
        return this.forStatement(from, false);
      case Token.try:
        return this.tryStatement(from);
      case Token.with:
        return this.withStatement(from, false);
      case Token.async:
        return this.asyncStatement(from);
      default:
        return this.matchStatement(from);
    }
  }

  private asyncStatement(from: number): StatementNode {
    this.advance();
    if (this.kind === Token.def) return this.functionStatement(from, [], true);
    if (this.kind === Token.for) return this.forStatement(from, true);
    if (this.kind === Token.with) return this.withStatement(from, true);
    return this.fail();
  }

  private decorated(from: number): StatementNode {
    const decorators: ExpressionNode[] = [];
    while (this.accept(Token.at)) {
      decorators.push(this.namedExpression());
      this.expect(Token.newline);
    }
    if (this.kind === Token.class) return this.classStatement(from, decorators);
    const headerFrom = this.from;
    const isAsync = this.accept(Token.async);
    if (this.kind !== Token.def) this.fail();
    return this.functionStatement(from, decorators, isAsync, headerFrom);
  }

  /** A function is known by its name, however broken the rest of its header is. */
  private functionStatement(
    from: number,
    decorators: ExpressionNode[],
    isAsync: boolean,
    headerFrom = from,
  ): FunctionNode {
    this.advance();
    const name = this.name();
    const { typeParameters, parameters, returns } = this.functionHeader();
    this.colon();
    const header = { from: headerFrom, to: this.lastEnd };
    const body = this.body();
    const to = this.lastEnd;
    return {
      kind: 'function',
      from,
      to,
      name,
      isAsync,
      decorators,
      typeParameters,
      parameters,
      returns,
      header,
      body,
    };
  }

  private functionHeader(): Pick<FunctionNode, 'typeParameters' | 'parameters' | 'returns'> {
    let typeParameters: TypeParameterNode[] = [];
    let parameters: ParameterNode[] = [];
    let returns: ExpressionNode | null = null;
    try {
      typeParameters = this.typeParameters();
      this.expect(Token.openParen);
      parameters = this.parameters(Token.closeParen, true);
      this.expect(Token.closeParen);
      if (this.accept(Token.arrow)) returns = this.expression();
    } catch (error) {
      if (error !== BROKEN) throw error;
    }
    return { typeParameters, parameters, returns };
  }

  private classStatement(from: number, decorators: ExpressionNode[]): StatementNode {
    this.advance();
    const name = this.name();
    const { typeParameters, given } = this.classHeader();
    const body = this.block();
    return {
      kind: 'class',
      from,
      to: this.lastEnd,
      name,
      decorators,
      typeParameters,
      arguments: given,
      body,
    };
  }

  private classHeader(): { typeParameters: TypeParameterNode[]; given: ArgumentNode[] } {
    let typeParameters: TypeParameterNode[] = [];
    let given: ArgumentNode[] = [];
    try {
      typeParameters = this.typeParameters();
      if (this.kind === Token.openParen) given = this.arguments(false);
    } catch (error) {
      if (error !== BROKEN) throw error;
    }
    return { typeParameters, given };
  }

  private ifStatement(from: number): IfNode {
    const branches: { test: ExpressionNode; body: StatementNode[] }[] = [];
    do {
      this.advance();
      branches.push({ test: this.namedExpression(), body: this.block() });
    } while (this.kind === Token.elif);
    const otherwise = this.otherwise();
    return { kind: 'if', from, to: this.lastEnd, branches, otherwise };
  }

  private otherwise(): StatementNode[] {
    return this.accept(Token.else) ? this.block() : [];
  }

  private whileStatement(from: number): StatementNode {
    this.advance();
    const test = this.namedExpression();
    const body = this.block();
    const otherwise = this.otherwise();
    return { kind: 'while', from, to: this.lastEnd, test, body, otherwise };
  }

  private forStatement(from: number, isAsync: boolean): StatementNode {
    this.advance();
    const target = this.loopTarget();
    this.expect(Token.in);
    const iterable = this.expressions();
    const body = this.block();
    const otherwise = this.otherwise();
    return { kind: 'for', from, to: this.lastEnd, isAsync, target, iterable, body, otherwise };
  }

  private withStatement(from: number, isAsync: boolean): StatementNode {
    this.advance();
    const isBracketed = this.hasBracketedItems();
    if (isBracketed) this.advance();
    const items: WithItem[] = [];
    do items.push(this.withItem());
    while (this.accept(Token.comma) && !(isBracketed && this.kind === Token.closeParen));
    if (isBracketed) this.expect(Token.closeParen);
    const body = this.block();
    return { kind: 'with', from, to: this.lastEnd, isAsync, items, body };
  }

  /** True where the brackets after `with` hold an `as`; without one they are a tuple or an expression as well. */
  private hasBracketedItems(): boolean {
    if (this.kind !== Token.openParen) return false;
    let depth = 0;
    for (let count = 0; ; count += 1) {
      const kind = this.ahead(count);
      if (kind >= Token.openParen && kind <= Token.openBrace) depth += 1;
      else if (kind >= Token.closeParen && kind <= Token.closeBrace) depth -= 1;
      else if (kind === Token.as && depth === 1) return true;
      if (depth === 0 || kind === Token.newline || kind === Token.end) return false;
    }
  }

  private withItem(): WithItem {
    const value = this.expression();
    if (!this.accept(Token.as)) return { value, target: null };
    const target = this.assignable(this.kind === Token.star ? this.starred() : this.arithmetic());
    return { value, target };
  }

  private tryStatement(from: number): StatementNode {
    this.advance();
    const body = this.block();
    const isStar = this.ahead(1) === Token.star;
    const handlers: Handler[] = [];
    while (this.kind === Token.except) handlers.push(this.handler(isStar));
    if (handlers.slice(0, -1).some(({ type }) => type === null)) this.refuse(from);
    const otherwise = handlers.length > 0 ? this.otherwise() : [];
    const hasFinally = this.accept(Token.finally);
    const last = hasFinally ? this.block() : [];
    if (handlers.length === 0 && !hasFinally) this.refuse(this.from);
    return { kind: 'try', from, to: this.lastEnd, isStar, body, handlers, otherwise, finally: last };
  }

  private handler(isStar: boolean): Handler {
    const from = this.from;
    this.advance();
    if (this.accept(Token.star) !== isStar) this.refuse(from);
    const isBare = this.kind === Token.colon;
    if (isBare && isStar) this.fail();
    const type = isBare ? null : this.handledTypes();
    const mayHaveName = type !== null && !this.isOpenTuple(type);
    const name = mayHaveName && this.accept(Token.as) ? this.name() : null;
    const body = this.block();
    return { from, to: this.lastEnd, type, name, body };
  }

  /** Several types need no brackets where they get no name (PEP 758). */
  private handledTypes(): ExpressionNode {
    const from = this.from;
    const first = this.expression();
    if (!this.accept(Token.comma)) return first;
    const elements = [first];
    while (this.kind !== Token.colon) {
      elements.push(this.expression());
      if (!this.accept(Token.comma)) break;
    }
    return { kind: 'tuple', from, to: this.lastEnd, elements };
  }

  /** True for a tuple without brackets. */
  private isOpenTuple(node: ExpressionNode): boolean {
    return node.kind === 'tuple' && node.from === node.elements[0]?.from;
  }

  private matchStatement(from: number): StatementNode {
    this.advance();
    const subject = this.subject();
    const cases: MatchCase[] = [];
    this.colon();
    this.expect(Token.newline);
    if (!this.accept(Token.indent)) this.fail();
    while (this.kind !== Token.dedent && this.kind !== Token.end) this.readCase(cases);
    this.accept(Token.dedent);
    return { kind: 'match', from, to: this.lastEnd, subject, cases };
  }

  private subject(): ExpressionNode {
    const from = this.from;
    const first = this.element();
    if (this.kind === Token.comma) {
      return { kind: 'tuple', elements: this.moreElements(first), from, to: this.lastEnd };
    }
    if (first.kind === 'starred') this.refuse(from);
    return first;
  }

  /** A case that is broken is left out, with all that is indented under it. */
  private readCase(cases: MatchCase[]): void {
    try {
      if (!this.isWord('case')) this.fail();
      this.advance();
      const pattern = this.patterns();
      const guard = this.accept(Token.if) ? this.namedExpression() : null;
      cases.push({ pattern, guard, body: this.block() });
    } catch (error) {
      this.forgive(error);
      if (this.accept(Token.indent)) {
        this.statements([]);
        this.accept(Token.dedent);
      }
    }
  }
}
