import { Token } from '../lexer/token.ts';
import type { ExpressionNode, MatchCase, StatementNode } from '../tree/tree.ts';
import { DefinitionParser } from './definition-parser.ts';

/** Reads `match` statements (PEP 634). */
export abstract class MatchParser extends DefinitionParser {
  protected matchStatement(from: number): StatementNode {
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
