/** Requests from this number on never fail. */
export const NEVER_FAILS = 1_000_000;

/** Ways in which a call of the model server fails. */
export const WAYS = ['500', 'reset', 'time-out', 'half JSON', 'overflow'] as const;
export type Way = (typeof WAYS)[number];

/** What the model server saw. */
export interface ModelServerStats {
  readonly calls: number;
  readonly failed: Readonly<Record<Way, number>>;
}
