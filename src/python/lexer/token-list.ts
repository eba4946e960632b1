/**
 * The tokens of a text, each with the character offsets of its beginning and its end; line ends and changes of indentation end where the
 * token before them does. The last token is the end.
 */
export interface TokenList {
  readonly count: number;
  readonly kinds: ArrayLike<number>;
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
  /** Offsets of what no Python can be made of, in any order. */
  readonly errors: readonly number[];
}
