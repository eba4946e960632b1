import { basename, parse } from 'node:path';
import { Command } from 'commander';
import { Refusal } from '../../base/errors.ts';
import { printableLines } from '../../base/printable.ts';
import { readPython } from '../../base/read-file.ts';
import { feedbackOf } from '../../pipeline/feedback.ts';
import { testedByText } from '../../pipeline/tested-by.ts';
import type { Verdict } from '../../sandbox/verdict.ts';
import { readGivenModules } from '../../tasks/given-modules.ts';
import { holdsCases, readCases } from '../../tasks/script/read-cases.ts';
import { programOfCases, SCRIPT } from '../../tasks/script/script-case.ts';
import type { GivenModule } from '../../tasks/task.ts';
import type { TestMode } from '../../tasks/test-program.ts';
import { readTestsOfCode, type TestsOfCode } from '../../tasks/tests-of-code.ts';
import { EXIT, openSandboxAloud, runCommand, type Surroundings } from '../command.ts';
import {
  collect,
  functionName,
  limitSeconds,
  path,
  TEST_MODE_HELP,
  TESTS_HELP,
  testMode,
} from '../options/option-values.ts';
import { outcomeColour, type Paint, paintFor } from '../terminal/colour.ts';
import { print, printJson } from '../terminal/output.ts';

interface CheckOptions {
  readonly tests: string;
  readonly testMode?: TestMode;
  readonly entryPoint?: string;
  readonly with?: readonly string[];
  readonly timeout: number;
}

/** `greenloop check`: one verdict. */
export function checkCommand(): Command {
  const command = new Command('check')
    .description('judge one Python file in the sandbox')
    .argument('<candidate>', 'Python file to judge')
    .requiredOption('--tests <file>', TESTS_HELP, path)
    .option('--test-mode <mode>', TEST_MODE_HELP, testMode)
    .option('--entry-point <name>', 'name of the function that the tests call', functionName)
    .option(
      '--with <file>',
      'Python file or folder that the code may import; repeatable',
      (text, previous?: readonly string[]) => collect(path(text), previous),
    )
    .option('--timeout <seconds>', 'time limit for the run', limitSeconds, 10);
  return command.action((candidate: string, options: CheckOptions) =>
    runCommand(command, (surroundings) => check(candidate, options, surroundings)),
  );
}

async function check(file: string, options: CheckOptions, surroundings: Surroundings): Promise<number> {
  const { signal, isJson } = surroundings;
  const code = readPython(file);
  if (code.trim() === '') throw new Refusal(`${file} is empty; expected Python`);
  const modules = readGivenModules(options.with ?? []);
  const { tests, entryPoint, subject } = readTestsFile(file, { code, modules, options });
  const sandbox = await openSandboxAloud(surroundings, 1);
  try {
    const request = { code, context: '', entryPoint, modules, tests, timeoutSeconds: options.timeout };
    const verdict = await sandbox.run({ ...request, report: 'all' }, signal);
    await (isJson ? printJson(verdict) : print(`${describe(verdict, subject, paintFor(process.stdout))}\n`));
    if (verdict.kind !== 'passed') return EXIT.notPassed;
    return verdict.checksPassed > 0 ? EXIT.ok : EXIT.unchecked;
  } finally {
    await sandbox.close();
  }
}

/** What a file of tests is to a file of code. */
export interface ReadTests extends TestsOfCode {
  /** What is judged, for people: a function, or the file where its test file does not go by one. */
  readonly subject: string;
}

interface Checking {
  readonly code: string;
  readonly modules: readonly GivenModule[];
  readonly options: CheckOptions;
}

/** The tests of --tests: cases of a script, or Python. */
function readTestsFile(file: string, { code, modules, options }: Checking): ReadTests {
  if (!holdsCases(options.tests)) {
    const given = modules.map(({ name }) => name);
    return readTests(file, { code, text: readPython(options.tests), options, given });
  }
  if (options.entryPoint !== undefined)
    throw new Refusal('--entry-point is for tests of a function; a script has none');
  return { tests: programOfCases(readCases(options.tests)), entryPoint: SCRIPT, subject: basename(file) };
}

/** Reads the text of tests for the code of a file, and finds what they are of. */
export function readTests(
  file: string,
  parts: {
    code: string;
    text: string;
    options: Pick<CheckOptions, 'entryPoint' | 'testMode'>;
    given?: readonly string[];
  },
): ReadTests {
  const { code, text, options, given } = parts;
  const clues = { given, candidateStem: parse(file).name, entryPoint: options.entryPoint, mode: options.testMode };
  const { tests, entryPoint } = readTestsOfCode(code, text, clues);
  return { tests, entryPoint, subject: entryPoint === '' ? basename(file) : entryPoint };
}

function describe(verdict: Verdict, subject: string, paint: Paint): string {
  const feedback = feedbackOf(verdict, 'values');
  const outcome = verdict.kind === 'passed' && verdict.checksPassed === 0 ? 'unchecked' : verdict.kind;
  const rest = printableLines(`: ${subject}\n${feedback}\n${testedByText(verdict.testedBy)}`);
  return `${paint(outcome, outcomeColour(outcome))}${rest}`;
}
