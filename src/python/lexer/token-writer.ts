import { Token, type TokenKind } from './token.ts';
import type { TokenList } from './token-list.ts';

/** Collects the tokens of a text. */
export class TokenWriter implements TokenList {
  count = 0;
  kinds: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
  readonly errors: number[] = [];
  #lastEnd = 0;
  #isLineEmpty = true;

  /** The length of the text tells how much room to begin with. */
  constructor(length: number) {
    const room = 16 + (length >> 2);
    this.kinds = new Uint8Array(room);
    this.starts = new Int32Array(room);
    this.ends = new Int32Array(room);
  }

  add(kind: TokenKind, from: number, to: number): void {
    this.#lastEnd = to;
    this.#isLineEmpty = false;
    this.#push(kind, from);
  }

  /** Ends the logical line, where there is one. */
  endLine(at: number): void {
    if (!this.#isLineEmpty) this.#push(Token.newline, at);
    this.#isLineEmpty = true;
  }

  /** Adds a token without text: a change of indentation, or the end. */
  addLayout(kind: TokenKind, at: number): void {
    this.#push(kind, at);
  }

  fail(at: number): void {
    this.errors.push(at);
  }

  #push(kind: TokenKind, from: number): void {
    if (this.count === this.kinds.length) this.#grow();
    this.kinds[this.count] = kind;
    this.starts[this.count] = from;
    this.ends[this.count] = this.#lastEnd;
    this.count += 1;
  }

  #grow(): void {
    const { kinds, starts, ends } = this;
    const room = this.count * 2;
    this.kinds = new Uint8Array(room);
    this.starts = new Int32Array(room);
    this.ends = new Int32Array(room);
    this.kinds.set(kinds);
    this.starts.set(starts);
    this.ends.set(ends);
  }
}
