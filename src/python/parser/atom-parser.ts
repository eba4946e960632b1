import { beginsExpression, Token, type TokenKind } from '../lexer/token.ts';
import type {
  ComprehensionClause,
  ComprehensionNode,
  ConstantNode,
  DictNode,
  ExpressionNode,
  SequenceNode,
} from '../tree/tree.ts';
import { StringParser } from './string-parser.ts';

type DictEntry = DictNode['entries'][number];

/** Reads names, literals, and what stands in brackets. */
export abstract class AtomParser extends StringParser {
  /** An expression without commas that is no `:=`. */
  protected abstract expression(): ExpressionNode;
  /** The same with `:=`. */
  protected abstract namedExpression(): ExpressionNode;
  /** An expression of `or` and all that binds closer. */
  protected abstract disjunction(): ExpressionNode;
  /** An expression of `|` and all that binds closer. */
  protected abstract arithmetic(): ExpressionNode;
  protected abstract yieldExpression(): ExpressionNode;
  protected abstract lambda(): ExpressionNode;
  /** The targets of a loop. */
  protected abstract loopTarget(): ExpressionNode;

  protected atom(): ExpressionNode {
    switch (this.kind) {
      case Token.name:
        return this.name();
      case Token.number:
        return this.constant('number');
      case Token.string:
      case Token.formatStart:
        return this.string();
      case Token.openParen:
        return this.parenthesized();
      case Token.openBracket:
        return this.list();
      case Token.openBrace:
        return this.braced();
      case Token.true:
        return this.constant('True');
      case Token.false:
        return this.constant('False');
      case Token.none:
        return this.constant('None');
      case Token.ellipsis:
        return this.constant('ellipsis');
      default:
        return this.fail();
    }
  }

  protected constant(type: ConstantNode['type']): ConstantNode {
    const from = this.from;
    this.advance();
    return { kind: 'constant', from, to: this.lastEnd, type };
  }

  /** `*value` or an expression that may be a `:=`. */
  protected element(): ExpressionNode {
    return this.kind === Token.star ? this.starred() : this.namedExpression();
  }

  protected starred(): ExpressionNode {
    const from = this.from;
    this.expect(Token.star);
    const value = this.arithmetic();
    return { kind: 'starred', from, to: this.lastEnd, value };
  }

  /** Elements from the second one on, up to a bracket; a comma may stand at the end. */
  protected moreElements(first: ExpressionNode): ExpressionNode[] {
    const elements = [first];
    while (this.accept(Token.comma) && this.beginsElement()) elements.push(this.element());
    return elements;
  }

  protected beginsElement(): boolean {
    return beginsExpression(this.kind) || this.kind === Token.star;
  }

  protected isLoop(): boolean {
    return this.kind === Token.for || (this.kind === Token.async && this.ahead(1) === Token.for);
  }

  /** A generator without its own brackets, behind its element. */
  protected generator(element: ExpressionNode, from: number): ComprehensionNode {
    return this.comprehension('generator', element, null, from);
  }

  /** An empty tuple, a tuple, a generator, or an expression in brackets. */
  private parenthesized(): ExpressionNode {
    const from = this.from;
    this.advance();
    if (this.kind === Token.closeParen) return this.close(Token.closeParen, 'tuple', [], from);
    const isYield = this.kind === Token.yield;
    const first = isYield ? this.yieldExpression() : this.element();
    if (this.isLoop() && !isYield) {
      const generator = this.generator(first, from);
      this.expect(Token.closeParen);
      return { ...generator, to: this.lastEnd };
    }
    if (this.kind === Token.comma && !isYield) {
      return this.close(Token.closeParen, 'tuple', this.moreElements(first), from);
    }
    this.expect(Token.closeParen);
    if (first.kind === 'starred') this.refuse(first.from);
    return first;
  }

  private close(
    kind: TokenKind,
    type: SequenceNode['kind'],
    elements: readonly ExpressionNode[],
    from: number,
  ): SequenceNode {
    this.expect(kind);
    return { kind: type, from, to: this.lastEnd, elements };
  }

  private list(): ExpressionNode {
    const from = this.from;
    this.advance();
    if (!this.beginsElement()) return this.close(Token.closeBracket, 'list', [], from);
    const first = this.element();
    if (!this.isLoop()) return this.close(Token.closeBracket, 'list', this.moreElements(first), from);
    const comprehension = this.comprehension('list', first, null, from);
    this.expect(Token.closeBracket);
    return { ...comprehension, to: this.lastEnd };
  }

  private braced(): ExpressionNode {
    const from = this.from;
    this.advance();
    if (this.kind === Token.closeBrace || this.kind === Token.doubleStar) return this.dict([], from);
    const start = this.from;
    const first = this.element();
    const isBare = first.kind === 'starred' || (first.kind === 'named' && first.from === start);
    if (this.kind === Token.colon && !isBare) return this.keyed(first, from);
    if (!this.isLoop()) return this.close(Token.closeBrace, 'set', this.moreElements(first), from);
    const comprehension = this.comprehension('set', first, null, from);
    this.expect(Token.closeBrace);
    return { ...comprehension, to: this.lastEnd };
  }

  /** A dict, or a comprehension of one, behind its first key. */
  private keyed(key: ExpressionNode, from: number): ExpressionNode {
    this.expect(Token.colon);
    const value = this.expression();
    if (!this.isLoop()) return this.dict([{ key, value }], from);
    const comprehension = this.comprehension('dict', key, value, from);
    this.expect(Token.closeBrace);
    return { ...comprehension, to: this.lastEnd };
  }

  private dict(entries: DictEntry[], from: number): DictNode {
    if (entries.length > 0 && this.kind !== Token.closeBrace) this.expect(Token.comma);
    while (this.kind !== Token.closeBrace) {
      entries.push(this.dictEntry());
      if (!this.accept(Token.comma)) break;
    }
    this.expect(Token.closeBrace);
    return { kind: 'dict', from, to: this.lastEnd, entries };
  }

  private dictEntry(): DictEntry {
    if (this.accept(Token.doubleStar)) return { key: null, value: this.arithmetic() };
    const key = this.expression();
    this.expect(Token.colon);
    return { key, value: this.expression() };
  }

  private comprehension(
    type: ComprehensionNode['type'],
    element: ExpressionNode,
    value: ExpressionNode | null,
    from: number,
  ): ComprehensionNode {
    if (element.kind === 'starred') this.refuse(element.from);
    const clauses: ComprehensionClause[] = [];
    while (this.isLoop()) clauses.push(this.clause());
    return { kind: 'comprehension', from, to: this.lastEnd, type, element, value, clauses };
  }

  private clause(): ComprehensionClause {
    const isAsync = this.accept(Token.async);
    this.expect(Token.for);
    const target = this.loopTarget();
    this.expect(Token.in);
    const iterable = this.disjunction();
    const conditions: ExpressionNode[] = [];
    while (this.accept(Token.if)) conditions.push(this.disjunction());
    return { isAsync, target, iterable, conditions };
  }
}
