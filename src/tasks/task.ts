/** A file of the user's that the solution and its tests may import. */
export interface GivenModule {
  /** Dotted: `helper`, `shop.prices`. */
  readonly name: string;
  /** Its source. */
  readonly source: string;
}

/** A test that the prompt itself shows, as a Python statement: `assert f(1) == 2`. */
export interface Example {
  readonly source: string;
}

/** Everything of a Task that a stage may see. */
export interface TaskPrompt {
  /** As the benchmark writes it: `HumanEval/0`, `Mbpp/11`, or the user's own. */
  readonly id: string;
  /** The text given to a model. */
  readonly text: string;
  /**
   * `signature`: the text is Python that ends where the body begins; `description`: plain language; `script`: plain language that asks for a
   * program which reads standard input and prints; `in-place`: a definition of a file, and the text says all that there is to say.
   */
  readonly form: 'signature' | 'description' | 'script' | 'in-place';
  /** Name of the function that the tests call; of a script the one of script-case.ts. */
  readonly entryPoint: string;
  /** Further functions and classes that the tests import; absent where there are none. */
  readonly others?: readonly string[];
  /** Python source of the imports and helpers that the prompt itself gives; empty where there are none. */
  readonly context: string;
  /** What the solution may import beside the libraries; absent where there is nothing. */
  readonly modules?: readonly GivenModule[];
  /** Tests visible in the prompt that the reference is not known to fail. */
  readonly examples: readonly Example[];
}

/**
 * Python that a judge evaluates. `setup` is trusted, costly work (inputs, expected values) that a judge may evaluate
 * once and keep; `checks` sees its names and either defines `check(candidate)` or asserts things of the entry point.
 */
export interface JudgedProgram {
  readonly setup: string;
  readonly checks: string;
  /** The user asked for the judge: tests that need the process of the code are refused rather than run beside it. */
  readonly onlyJudged?: true;
}

/** A whole test file of the user's (pytest, unittest, functions, asserts), which runs in the candidate's own process. */
export interface FileProgram {
  /** Its source. */
  readonly program: string;
  /** The name under which it imports the candidate. */
  readonly moduleName: string;
}

/** A command that tests a whole project, of which the candidate is one file. */
export interface ProjectProgram {
  readonly command: string;
}

/** What tests a candidate, in one of three ways. */
export type TestProgram = JudgedProgram | FileProgram | ProjectProgram;

/** True for a whole test file. */
export function isTestFile(program: TestProgram): program is FileProgram {
  return 'program' in program;
}

/** True for what a judge evaluates. */
export function isJudged(program: TestProgram): program is JudgedProgram {
  return 'checks' in program;
}

/** A named group of grading tests: `base` everywhere, `plus` for EvalPlus. */
export interface TestSuite {
  readonly name: 'base' | 'plus';
  readonly program: TestProgram;
}

/** Holds the grading tests out of reach of every stage; only a run has one. */
export class Grader {
  readonly taskId: string;
  /** How many grading tests are not among the prompt's examples; null where they cannot be counted. */
  readonly hiddenTests: number | null;
  /** Examples of the prompt that are grading tests too. */
  readonly gradedExamples: readonly Example[];
  readonly #suites: readonly TestSuite[];

  constructor(
    taskId: string,
    suites: readonly TestSuite[],
    hiddenTests: number | null,
    gradedExamples: readonly Example[] = [],
  ) {
    this.taskId = taskId;
    this.hiddenTests = hiddenTests;
    this.gradedExamples = gradedExamples;
    this.#suites = suites;
  }

  /** The grading tests, base first; all must pass. */
  suites(): readonly TestSuite[] {
    return this.#suites;
  }
}

/** One problem: what stages see, what grades them, and a solution known to be right (a whole program) if there is one. */
export interface Task {
  readonly prompt: TaskPrompt;
  readonly grader: Grader;
  readonly reference: string | null;
}

/** A named list of Tasks; `sha256` names their content and changes with anything that can change a verdict or a prompt. */
export interface Benchmark {
  readonly name: string;
  readonly sha256: string;
  readonly tasks: readonly Task[];
}
