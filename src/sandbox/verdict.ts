/** An exception that the candidate raised, with its own frames only. */
export interface RaisedException {
  readonly type: string;
  readonly message: string;
  /** As Python prints it, without frames that are not the candidate's or the test's. */
  readonly traceback: string;
  /** Line of the candidate (from 1) in which it was raised; null where none of its lines was involved. */
  readonly line: number | null;
  /** Short representations of the local variables of that frame. */
  readonly locals: Readonly<Record<string, string>>;
}

/** One assertion of a test, or one test of a test file. Representations are cut to a sensible length. */
export interface Check {
  /** Name of the test of a test file: `TestStack.test_pop`; null where checks are assertions outside of any. */
  readonly test: string | null;
  /** The assertion as the test writes it, without `assert`; the name of the test where all of one passed. */
  readonly source: string;
  readonly passed: boolean;
  /** The last call of the candidate that it made: `f([1, 2], 3)`; null where it made none. */
  readonly call: string | null;
  readonly actual: string | null;
  /** Comparison operator, as Python writes it; null where the assertion is no comparison. */
  readonly operator: string | null;
  readonly expected: string | null;
  readonly exception: RaisedException | null;
}

/**
 * What tested a candidate. Only what the `judge` says cannot be forged; the others ran in the candidate's own process: `pytest`,
 * `unittest`, or `plain` for functions called one by one and for asserts outside of any.
 */
export type TestedBy = 'judge' | 'pytest' | 'unittest' | 'plain';

interface Measured {
  readonly testedBy: TestedBy;
  /** Failed checks in full, then as many of the passed ones as fit (at most 50 of each are kept). */
  readonly checks: readonly Check[];
  readonly checksPassed: number;
  readonly checksFailed: number;
  /** What the candidate printed, capped. */
  readonly output: string;
  readonly seconds: number;
  /** CPU time of candidate and judge together. */
  readonly cpuSeconds: number;
  /** Peak memory of the candidate; null where it cannot be measured. */
  readonly peakBytes: number | null;
}

/** Where a run was when it ended without an answer. */
interface Place {
  readonly during: 'load' | 'check';
  /** The check under way; null while loading, or outside of any check. */
  readonly source: string | null;
}

/** What a run showed. */
export type Verdict = Measured &
  (
    | { readonly kind: 'passed' }
    /** The first failing check did not hold; it has an exception only where no values are known (`pytest.fail`). */
    | { readonly kind: 'failed' }
    /** An exception ended the load, or the first failing check. */
    | { readonly kind: 'raised'; readonly during: 'load' | 'check'; readonly exception: RaisedException }
    | { readonly kind: 'syntax-error'; readonly exception: RaisedException }
    | { readonly kind: 'no-code' }
    | ({ readonly kind: 'timed-out'; readonly limitSeconds: number } & Place)
    | ({ readonly kind: 'out-of-memory' } & Place)
    /** The candidate's process ended without an answer: exit(), a signal, a forbidden system call. */
    | ({ readonly kind: 'crashed'; readonly reason: string } & Place)
  );

export type VerdictKind = Verdict['kind'];

/** What a verdict measures, of a program that was not run. */
export const UNMEASURED = {
  checks: [],
  checksPassed: 0,
  checksFailed: 0,
  output: '',
  seconds: 0,
  cpuSeconds: 0,
  peakBytes: null,
} as const;
