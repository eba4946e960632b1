/** Published numbers of configurations on one benchmark, to be set beside one's own. */
export interface Reference {
  /** Where they are from, in words. */
  readonly source: string;
  readonly tasks: number;
  readonly results: Readonly<Record<string, Partial<PaperResult>>>;
  readonly separations: readonly PaperSeparation[];
}

/** What the paper has of one configuration on one benchmark. */
export interface PaperResult {
  /** Tasks solved: mean and standard deviation of five runs. */
  readonly solved: { readonly mean: number; readonly sd: number };
  /** Tasks solved in each of them. */
  readonly runs?: readonly number[];
  /** Tasks solved in 0, 1, ... 5 of its five runs. */
  readonly consistency?: readonly number[];
  /** Of one run, by first error: failed drafts, and those of them that were fixed. Bare asserts went without a type. */
  readonly firstErrors?: Readonly<Record<string, Fixes>>;
  readonly untypedErrors?: Fixes;
  /** Of one forced run: after 0, 1, 2, 3 iterations. */
  readonly forced?: PaperForced;
}

export interface PaperForced {
  readonly passes: readonly number[];
  /** Also what its early stop solves. */
  readonly everPassed: readonly number[];
  readonly newFixes: readonly number[];
  readonly regressions: readonly number[];
  /** Right drafts that some iteration broke. */
  readonly broken: number;
}

export type Fixes = readonly [drafts: number, fixed: number];

/** One configuration against another, as the paper says it. */
export interface PaperSeparation {
  readonly pipeline: string;
  readonly baseline: string;
  readonly solvedDifference: number;
  readonly paperSigma: number;
}

const PAPER =
  'arXiv:2604.21950, feedback from the grading tests, no static repairs; five runs, one in the tables of errors and iterations';

/**
 * arXiv:2604.21950v1 and its results files: main_results.json (solved, consistency), error_taxonomy.json (first errors),
 * iteration_analysis.json (forced); the other means and the separations are from the text. Configurations have the names of the presets.
 */
export const PAPER_RESULTS = {
  humaneval: {
    source: PAPER,
    tasks: 164,
    results: {
      'llama-solo': {
        solved: { mean: 76.6, sd: 3.65 },
        runs: [81, 77, 79, 74, 72],
        consistency: [56, 21, 14, 10, 11, 52],
      },
      'self-refine': {
        solved: { mean: 94, sd: 2.74 },
        runs: [98, 92, 95, 91, 94],
        consistency: [46, 13, 9, 14, 13, 69],
        firstErrors: {
          AssertionError: [24, 2],
          NameError: [8, 4],
          TypeError: [3, 1],
          SyntaxError: [1, 0],
          Timeout: [1, 0],
        },
        untypedErrors: [42, 4],
        forced: {
          passes: [76, 69, 71, 65],
          everPassed: [76, 90, 92, 93],
          newFixes: [76, 14, 2, 1],
          regressions: [0, 21, 11, 14],
          broken: 33,
        },
      },
      'cross-model': {
        solved: { mean: 93.6, sd: 2.97 },
        runs: [93, 89, 95, 97, 94],
        consistency: [47, 12, 11, 10, 16, 68],
        firstErrors: {
          AssertionError: [25, 5],
          NameError: [25, 16],
          TypeError: [3, 2],
          SyntaxError: [2, 2],
          Timeout: [1, 0],
        },
        untypedErrors: [42, 11],
        forced: {
          passes: [69, 63, 65, 50],
          everPassed: [69, 91, 98, 99],
          newFixes: [69, 22, 7, 1],
          regressions: [0, 28, 14, 23],
          broken: 43,
        },
      },
      champion: {
        solved: { mean: 98.2, sd: 3.35 },
        runs: [102, 93, 98, 98, 100],
        consistency: [33, 20, 13, 17, 11, 70],
        firstErrors: {
          AssertionError: [22, 5],
          NameError: [7, 4],
          TypeError: [4, 0],
          SyntaxError: [2, 0],
          Timeout: [2, 0],
        },
        untypedErrors: [44, 6],
        forced: {
          passes: [78, 68, 66, 61],
          everPassed: [78, 96, 100, 102],
          newFixes: [78, 18, 4, 2],
          regressions: [0, 28, 18, 16],
          broken: 45,
        },
      },
      'coder-solo': {
        solved: { mean: 133.6, sd: 3.44 },
        runs: [137, 131, 135, 129, 136],
        consistency: [19, 3, 6, 7, 13, 116],
      },
      'coder-self-refine': {
        solved: { mean: 139.6, sd: 2.51 },
        runs: [136, 139, 142, 139, 142],
        consistency: [15, 3, 6, 5, 7, 128],
        firstErrors: { AssertionError: [6, 0], NameError: [4, 1], TypeError: [1, 1] },
        untypedErrors: [18, 3],
        forced: {
          passes: [132, 125, 118, 126],
          everPassed: [132, 136, 136, 136],
          newFixes: [132, 4, 0, 0],
          regressions: [0, 11, 10, 0],
          broken: 19,
        },
      },
      'v2-champion': { solved: { mean: 93.8, sd: 3.3 } },
      'temp0-champion': { solved: { mean: 89.8, sd: 5.2 } },
    },
    separations: [
      // Over the standard deviation of one of the two; all others over the root of the summed variances.
      { pipeline: 'self-refine', baseline: 'llama-solo', solvedDifference: 17.4, paperSigma: 4.7 },
      { pipeline: 'cross-model', baseline: 'self-refine', solvedDifference: -0.4, paperSigma: -0.1 },
      { pipeline: 'champion', baseline: 'self-refine', solvedDifference: 4.2, paperSigma: 1 },
      { pipeline: 'coder-self-refine', baseline: 'coder-solo', solvedDifference: 6, paperSigma: 1.4 },
    ],
  },
  mbpp: {
    source: PAPER,
    tasks: 427,
    results: {
      'llama-solo': { solved: { mean: 255.8, sd: 5.5 } },
      'self-refine': { solved: { mean: 286.2, sd: 2.9 } },
      'cross-model': { solved: { mean: 287, sd: 2 } },
      'coder-solo': { solved: { mean: 295.4, sd: 5.4 } },
      'coder-self-refine': { solved: { mean: 307.2, sd: 4.3 } },
    },
    separations: [
      { pipeline: 'self-refine', baseline: 'llama-solo', solvedDifference: 30.4, paperSigma: 4.9 },
      { pipeline: 'cross-model', baseline: 'self-refine', solvedDifference: 0.8, paperSigma: 0.2 },
      { pipeline: 'coder-self-refine', baseline: 'coder-solo', solvedDifference: 11.8, paperSigma: 1.7 },
    ],
  },
} as const satisfies Readonly<Record<string, Reference>>;
