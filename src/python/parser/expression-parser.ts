import { isBinaryOperator, Token, type TokenKind } from '../lexer/token.ts';
import type { ExpressionNode, OperationNode, SliceNode, SubscriptNode } from '../tree/tree.ts';
import { ParameterParser } from './parameter-parser.ts';
import { unassignable } from './targets.ts';

/** Reads expressions. */
export abstract class ExpressionParser extends ParameterParser {
  protected override value(): ExpressionNode {
    return this.kind === Token.yield ? this.yieldExpression() : this.expressions();
  }

  /** An expression, or several with commas; `*value` only among several. */
  protected expressions(): ExpressionNode {
    const from = this.from;
    const first = this.starOrExpression();
    if (this.kind !== Token.comma) {
      if (first.kind === 'starred') this.refuse(from);
      return first;
    }
    const elements = [first];
    while (this.accept(Token.comma) && this.beginsElement()) elements.push(this.starOrExpression());
    return { kind: 'tuple', from, to: this.lastEnd, elements };
  }

  protected override namedExpression(): ExpressionNode {
    if (this.kind !== Token.name || this.ahead(1) !== Token.walrus) return this.expression();
    const target = this.name();
    this.advance();
    const value = this.expression();
    return { kind: 'named', from: target.from, to: this.lastEnd, target, value };
  }

  protected override expression(): ExpressionNode {
    this.enter();
    const from = this.from;
    const first = this.kind === Token.lambda ? this.lambda() : this.disjunction();
    const node = this.kind === Token.if && first.kind !== 'lambda' ? this.conditional(first, from) : first;
    this.leave();
    return node;
  }

  private conditional(then: ExpressionNode, from: number): ExpressionNode {
    this.advance();
    const test = this.disjunction();
    this.expect(Token.else);
    const otherwise = this.expression();
    return { kind: 'conditional', from, to: this.lastEnd, then, test, otherwise };
  }

  protected override lambda(): ExpressionNode {
    const from = this.from;
    this.advance();
    const parameters = this.parameters(Token.colon, false);
    this.expect(Token.colon);
    const body = this.expression();
    return { kind: 'lambda', from, to: this.lastEnd, parameters, body };
  }

  protected override yieldExpression(): ExpressionNode {
    const from = this.from;
    this.expect(Token.yield);
    const isFrom = this.accept(Token.from);
    const value = isFrom ? this.expression() : this.beginsElement() ? this.expressions() : null;
    return { kind: 'yield', from, to: this.lastEnd, isFrom, value };
  }

  protected override disjunction(): ExpressionNode {
    const from = this.from;
    const first = this.inversion();
    if (this.kind !== Token.and && this.kind !== Token.or) return first;
    const operands = [first];
    while (this.accept(Token.and) || this.accept(Token.or)) operands.push(this.inversion());
    return this.operation('boolean', operands, from);
  }

  private inversion(): ExpressionNode {
    if (this.kind !== Token.not) return this.comparison();
    const from = this.from;
    while (this.accept(Token.not));
    return this.operation('boolean', [this.comparison()], from);
  }

  private comparison(): ExpressionNode {
    const from = this.from;
    const first = this.arithmetic();
    if (!this.acceptComparison()) return first;
    const operands = [first, this.arithmetic()];
    while (this.acceptComparison()) operands.push(this.arithmetic());
    return this.operation('comparison', operands, from);
  }

  private acceptComparison(): boolean {
    if (this.accept(Token.comparison) || this.accept(Token.in)) return true;
    if (this.accept(Token.is)) {
      this.accept(Token.not);
      return true;
    }
    if (this.kind !== Token.not || this.ahead(1) !== Token.in) return false;
    this.advance();
    this.advance();
    return true;
  }

  protected override arithmetic(): ExpressionNode {
    const from = this.from;
    const first = this.operand();
    if (!isBinaryOperator(this.kind)) return first;
    const operands = [first];
    while (isBinaryOperator(this.kind)) {
      this.advance();
      operands.push(this.operand());
    }
    return this.operation('arithmetic', operands, from);
  }

  private operation(type: OperationNode['type'], operands: readonly ExpressionNode[], from: number): OperationNode {
    return { kind: 'operation', from, to: this.lastEnd, type, operands };
  }

  /** A primary with the signs and the `await` before it. */
  private operand(): ExpressionNode {
    const from = this.from;
    if (this.kind !== Token.sign && this.kind !== Token.tilde) return this.awaited();
    while (this.accept(Token.sign) || this.accept(Token.tilde));
    return this.operation('arithmetic', [this.awaited()], from);
  }

  private awaited(): ExpressionNode {
    if (this.kind !== Token.await) return this.primary();
    const from = this.from;
    this.advance();
    const value = this.primary();
    return { kind: 'await', from, to: this.lastEnd, value };
  }

  private primary(): ExpressionNode {
    const from = this.from;
    let node = this.atom();
    for (;;) {
      if (this.kind === Token.dot) {
        this.advance();
        const { name } = this.name();
        node = { kind: 'attribute', from, to: this.lastEnd, object: node, name };
      } else if (this.kind === Token.openParen) {
        const given = this.arguments(true);
        node = { kind: 'call', from, to: this.lastEnd, callee: node, arguments: given };
      } else if (this.kind === Token.openBracket) node = this.subscript(node, from);
      else return node;
    }
  }

  private subscript(object: ExpressionNode, from: number): SubscriptNode {
    this.advance();
    const start = this.from;
    const first = this.indexElement();
    const isTuple = this.kind === Token.comma || first.kind === 'starred';
    const elements = [first];
    while (this.accept(Token.comma) && this.kind !== Token.closeBracket) elements.push(this.indexElement());
    const index: ExpressionNode = isTuple ? { kind: 'tuple', from: start, to: this.lastEnd, elements } : first;
    this.expect(Token.closeBracket);
    return { kind: 'subscript', from, to: this.lastEnd, object, index };
  }

  private indexElement(): ExpressionNode {
    const from = this.from;
    if (this.accept(Token.star)) {
      const value = this.expression();
      return { kind: 'starred', from, to: this.lastEnd, value };
    }
    const isNamed = this.kind === Token.name && this.ahead(1) === Token.walrus;
    if (isNamed) return this.namedExpression();
    const lower = this.kind === Token.colon ? null : this.expression();
    return lower === null || this.kind === Token.colon ? this.slice(lower, from) : lower;
  }

  private slice(lower: ExpressionNode | null, from: number): SliceNode {
    const bounds = lower === null ? [] : [lower];
    for (let colons = 0; colons < 2 && this.accept(Token.colon); colons += 1) {
      if (!this.endsSlice(this.kind)) bounds.push(this.expression());
    }
    return { kind: 'slice', from, to: this.lastEnd, bounds };
  }

  private endsSlice(kind: TokenKind): boolean {
    return kind === Token.colon || kind === Token.comma || kind === Token.closeBracket;
  }

  protected override loopTarget(): ExpressionNode {
    const from = this.from;
    const first = this.targetElement();
    let target = first;
    if (this.kind === Token.comma) {
      const elements = [first];
      while (this.accept(Token.comma) && this.beginsElement()) elements.push(this.targetElement());
      target = { kind: 'tuple', from, to: this.lastEnd, elements };
    }
    return this.assignable(target);
  }

  private targetElement(): ExpressionNode {
    return this.kind === Token.star ? this.starred() : this.arithmetic();
  }

  /** The same target, with an error recorded where Python does not assign to it. */
  protected assignable<Target extends ExpressionNode>(target: Target): Target {
    for (const at of unassignable(target)) this.refuse(at);
    return target;
  }
}
