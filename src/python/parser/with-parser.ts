import { Token } from '../lexer/token.ts';
import type { StatementNode, WithItem } from '../tree/tree.ts';
import { MatchParser } from './match-parser.ts';

/** Reads `with` statements, whose items may stand in brackets. */
export abstract class WithParser extends MatchParser {
  protected withStatement(from: number, isAsync: boolean): StatementNode {
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
}
