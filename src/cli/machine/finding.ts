/** What `doctor` says of one thing. */
export interface Finding {
  readonly what: string;
  readonly isGood: boolean;
  /** True for what greenloop cannot do without. */
  readonly isNeeded: boolean;
  readonly detail: string;
}
