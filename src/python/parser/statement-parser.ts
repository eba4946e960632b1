import { Token } from '../lexer/token.ts';
import type { ExpressionNode, Handler, IfNode, ModuleNode, StatementNode } from '../tree/tree.ts';
import { WithParser } from './with-parser.ts';

/** Reads whole modules. */
export class StatementParser extends WithParser {
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
}
