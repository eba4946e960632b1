import { beginsExpression, Token, type TokenKind } from '../lexer/token.ts';
import type { StatementNode } from '../tree/tree.ts';
import { BROKEN } from './cursor.ts';
import { SimpleStatementParser } from './simple-statement-parser.ts';

/** Keywords that begin a statement with a block. */
const COMPOUND: ReadonlySet<TokenKind> = new Set<TokenKind>([
  Token.at,
  Token.async,
  Token.class,
  Token.def,
  Token.for,
  Token.if,
  Token.try,
  Token.while,
  Token.with,
]);

/** Reads blocks, and goes on with the next line after a statement that is broken. */
export abstract class BlockParser extends SimpleStatementParser {
  /** A statement with a block. */
  protected abstract compoundStatement(): StatementNode;

  /** Statements up to the end of their block. Lines that are indented without need are an error, and belong to the block. */
  protected statements(into: StatementNode[]): void {
    while (this.kind !== Token.end && this.kind !== Token.dedent) {
      if (this.kind === Token.indent) {
        this.refuse(this.from);
        this.advance();
        this.statements(into);
        this.accept(Token.dedent);
      } else if (COMPOUND.has(this.kind) || this.beginsMatch()) this.readCompound(into);
      else this.readLine(into);
    }
  }

  /** `match` is a keyword where the line ends in a colon. */
  private beginsMatch(): boolean {
    if (this.kind !== Token.name || !this.isWord('match')) return false;
    const isSubject = beginsExpression(this.ahead(1)) || this.ahead(1) === Token.star;
    return isSubject && this.ahead(this.lineLength() - 1) === Token.colon;
  }

  private readCompound(into: StatementNode[]): void {
    const from = this.from;
    try {
      into.push(this.compoundStatement());
    } catch (error) {
      this.forgive(error);
      const { lastEnd } = this;
      const body = this.kind === Token.indent ? this.indented() : [];
      into.push({ kind: 'broken', from, to: Math.max(lastEnd, this.lastEnd), body });
    }
  }

  /** The statements of one line; none of them where one is broken. */
  private readLine(into: StatementNode[]): void {
    const from = this.from;
    const known = into.length;
    try {
      this.simpleStatements(into);
    } catch (error) {
      this.forgive(error);
      into.length = known;
      into.push({ kind: 'broken', from, to: this.lastEnd, body: [] });
    }
  }

  /** After a broken statement: goes behind its line. */
  protected forgive(error: unknown): void {
    if (error !== BROKEN) throw error;
    this.skipLine();
    this.accept(Token.newline);
  }

  /** A colon and what follows it: the rest of the line or the indented lines below. */
  protected block(): StatementNode[] {
    this.colon();
    return this.body();
  }

  /** The colon of a header; the rest of a header without one is left out. */
  protected colon(): void {
    if (this.accept(Token.colon)) return;
    this.refuse(this.from);
    this.skipLine();
  }

  protected body(): StatementNode[] {
    if (this.accept(Token.newline)) return this.indented();
    const statements: StatementNode[] = [];
    this.readLine(statements);
    return statements;
  }

  private indented(): StatementNode[] {
    const statements: StatementNode[] = [];
    if (!this.accept(Token.indent)) this.refuse(this.lastEnd);
    else {
      this.statements(statements);
      this.accept(Token.dedent);
    }
    return statements;
  }
}
