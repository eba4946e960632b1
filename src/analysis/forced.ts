/** Whether the program of each attempt passes, in order: the draft, then one a repair. */
export type Passes = readonly boolean[];

/** What one forced iteration did, summed over trials. */
export interface ForcedIteration {
  /** Trials whose program passes after it. */
  readonly passes: number;
  /** Trials that pass for the first time. */
  readonly newFixes: number;
  /** Trials that passed just before, and do no more. */
  readonly regressions: number;
}

/** Each iteration of pipelines that go on after a pass, counted as the paper does: the draft first, all its passes new. */
export function iterationsOf(trials: readonly Passes[], iterations: number): ForcedIteration[] {
  return Array.from({ length: iterations + 1 }, (_, at) => ({
    passes: trials.filter((passes) => passes[at] === true).length,
    newFixes: trials.filter((passes) => isNewFix(passes, at)).length,
    regressions: trials.filter((passes) => isRegression(passes, at)).length,
  }));
}

/** New fixes less regressions of one iteration in one trial. */
export function netValueAt(passes: Passes, at: number): number {
  return Number(isNewFix(passes, at)) - Number(isRegression(passes, at));
}

/** Whether the draft passes. */
export function isInitiallyRight(passes: Passes): boolean {
  return passes[0] === true;
}

/** Whether a later attempt fails. */
export function isBrokenOnce(passes: Passes): boolean {
  return passes.slice(1).includes(false);
}

function isNewFix(passes: Passes, at: number): boolean {
  return passes[at] === true && !passes.slice(0, at).includes(true);
}

function isRegression(passes: Passes, at: number): boolean {
  return at > 0 && passes[at - 1] === true && passes[at] !== true;
}
