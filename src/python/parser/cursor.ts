import { Token, type TokenKind } from '../lexer/token.ts';
import type { TokenList } from '../lexer/token-list.ts';
import type { NameNode } from '../tree/tree.ts';

/** The one exception of the parser; whoever reads statements catches it. One object serves all: its stack tells nothing. */
export const BROKEN = new Error('a statement that Python refuses');

/** The deepest nesting of expressions, far beyond what people write; a reader of the tree may recurse as deep. */
const MOST_DEPTH = 1000;

/** A place in the tokens of a text, and the errors found so far. */
export abstract class Cursor {
  readonly #source: string;
  readonly #tokens: TokenList;
  readonly #errors: number[] = [];
  #at = 0;
  #depth = 0;

  constructor(source: string, tokens: TokenList) {
    this.#source = source;
    this.#tokens = tokens;
  }

  /** Offsets of errors, those of the tokens too, in any order. */
  get errors(): readonly number[] {
    return [...this.#tokens.errors, ...this.#errors];
  }

  protected get kind(): TokenKind {
    return this.#tokens.kinds[this.#at] as TokenKind;
  }

  /** Where the token begins. */
  protected get from(): number {
    return this.#tokens.starts[this.#at]!;
  }

  /** Where the token before this one ends. */
  protected get lastEnd(): number {
    return this.#at === 0 ? 0 : this.#tokens.ends[this.#at - 1]!;
  }

  protected get text(): string {
    return this.#source.slice(this.from, this.#tokens.ends[this.#at]);
  }

  /** The kind of a token further on. */
  protected ahead(count: number): TokenKind {
    const at = this.#at + count;
    return at < this.#tokens.count ? (this.#tokens.kinds[at] as TokenKind) : Token.end;
  }

  protected advance(): void {
    if (this.#at < this.#tokens.count - 1) this.#at += 1;
  }

  protected accept(kind: TokenKind): boolean {
    if (this.kind !== kind) return false;
    this.advance();
    return true;
  }

  protected expect(kind: TokenKind): void {
    if (this.kind !== kind) this.fail();
    this.advance();
  }

  /** True at a name that is this soft keyword. */
  protected isWord(word: string): boolean {
    return this.kind === Token.name && this.#source.startsWith(word, this.from) && this.text === word;
  }

  protected name(): NameNode {
    if (this.kind !== Token.name) this.fail();
    const from = this.from;
    const name = normalized(this.text);
    this.advance();
    return { kind: 'name', from, to: this.lastEnd, name };
  }

  /** Records an error and leaves the statement. */
  protected fail(): never {
    this.#depth = 0;
    this.refuse(this.from);
    throw BROKEN;
  }

  /** Records an error that does not hinder reading on. */
  protected refuse(at: number): void {
    this.#errors.push(at);
  }

  /** Of an expression inside of another; `leave` ends it. */
  protected enter(): void {
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH) this.fail();
  }

  protected leave(): void {
    this.#depth -= 1;
  }

  /** Goes to the end of the logical line. */
  protected skipLine(): void {
    while (!isLayout(this.kind)) this.advance();
  }

  /** The number of tokens from here to the end of the logical line. */
  protected lineLength(): number {
    let count = 0;
    while (!isLayout(this.ahead(count))) count += 1;
    return count;
  }
}

function isLayout(kind: TokenKind): boolean {
  return kind <= Token.dedent;
}

const BEYOND_ASCII = /[^\0-\x7f]/;

function normalized(name: string): string {
  return BEYOND_ASCII.test(name) ? name.normalize('NFKC') : name;
}
