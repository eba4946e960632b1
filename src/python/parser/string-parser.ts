import { Token } from '../lexer/token.ts';
import type { ExpressionNode, StringNode } from '../tree/tree.ts';
import { Cursor } from './cursor.ts';

/** Reads string literals with their replacement fields. */
export abstract class StringParser extends Cursor {
  /** What stands in a replacement field: an expression, a tuple without brackets or a `yield`. */
  protected abstract value(): ExpressionNode;

  /** String literals side by side; bytes mix with bytes only, t-strings with t-strings only. */
  protected string(): StringNode {
    const from = this.from;
    const literals: { from: number; to: number }[] = [];
    const fields: ExpressionNode[] = [];
    let type = typeOf(this.text);
    while (this.kind === Token.string || this.kind === Token.formatStart) {
      const start = this.from;
      type = this.joined(type, typeOf(this.text));
      if (this.kind === Token.string) this.advance();
      else this.formatString(fields);
      literals.push({ from: start, to: this.lastEnd });
    }
    return { kind: 'string', from, to: this.lastEnd, type, literals, fields };
  }

  private joined(left: StringNode['type'], right: StringNode['type']): StringNode['type'] {
    if (left === right) return left;
    if (left !== 'text' && left !== 'formatted') this.refuse(this.from);
    if (right !== 'text' && right !== 'formatted') this.refuse(this.from);
    return 'formatted';
  }

  private formatString(fields: ExpressionNode[]): void {
    this.advance();
    while (!this.accept(Token.formatEnd)) {
      if (this.kind === Token.openBrace) this.field(fields);
      else this.expect(Token.formatText);
    }
  }

  private field(fields: ExpressionNode[]): void {
    this.expect(Token.openBrace);
    fields.push(this.value());
    this.accept(Token.equals);
    if (this.accept(Token.exclamation)) this.conversion();
    if (this.accept(Token.colon)) {
      while (this.kind !== Token.closeBrace) {
        if (this.kind === Token.openBrace) this.field(fields);
        else this.expect(Token.formatText);
      }
    }
    this.expect(Token.closeBrace);
  }

  private conversion(): void {
    const isKnown = this.isWord('s') || this.isWord('r') || this.isWord('a');
    if (!isKnown || this.from !== this.lastEnd) this.fail();
    this.advance();
  }
}

function typeOf(literal: string): StringNode['type'] {
  if (literal.startsWith("'") || literal.startsWith('"')) return 'text';
  const prefix = /^[a-zA-Z]*/.exec(literal)![0].toLowerCase();
  if (prefix.includes('b')) return 'bytes';
  if (prefix.includes('f')) return 'formatted';
  return prefix.includes('t') ? 'template' : 'text';
}
