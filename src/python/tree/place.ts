/** What every part of a tree has: its place in the text, in characters. Brackets around an expression are no part of it. */
export interface Place {
  readonly from: number;
  readonly to: number;
}
