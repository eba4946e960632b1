import { Token, type TokenKind } from './token.ts';
import type { TokenList } from './token-list.ts';

/** Collects the tokens of a text. */
export class TokenWriter implements TokenList {
  readonly kinds: TokenKind[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly errors: number[] = [];
  #lastEnd = 0;
  #isLineEmpty = true;

  /** True where the logical line has no token yet. */
  get isLineEmpty(): boolean {
    return this.#isLineEmpty;
  }

  add(kind: TokenKind, from: number, to: number): void {
    this.kinds.push(kind);
    this.starts.push(from);
    this.ends.push(to);
    this.#lastEnd = to;
    this.#isLineEmpty = false;
  }

  /** Ends the logical line, where there is one. */
  endLine(at: number): void {
    if (!this.#isLineEmpty) this.addLayout(Token.newline, at);
    this.#isLineEmpty = true;
  }

  /** Adds a token without text: a line end, a change of indentation, the end. */
  addLayout(kind: TokenKind, at: number): void {
    this.kinds.push(kind);
    this.starts.push(at);
    this.ends.push(this.#lastEnd);
  }

  fail(at: number): void {
    this.errors.push(at);
  }
}
