import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { Command } from 'commander';
import { Refusal } from '../../base/errors.ts';
import { GrowingBytes } from '../../base/growing-bytes.ts';
import { decodeText, readPython, readText } from '../../base/read-file.ts';
import { refuseUnwritable } from '../../base/write-file.ts';
import { attemptLines } from '../../pipeline/attempt-lines.ts';
import { refuseIfNamed, refuseMissingPackages } from '../../pipeline/missing-packages.ts';
import { modelsOf, type PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import { type Attempt, chosenIndex } from '../../pipeline/trace.ts';
import type { TrialEvent } from '../../runs/event.ts';
import { endOfTrial, runTrials } from '../../runs/start-run.ts';
import type { Trial } from '../../runs/trial.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { readGivenModules } from '../../tasks/given-modules.ts';
import { type FreeTask, readFreeTask, taskOf } from '../../tasks/markdown-task.ts';
import { holdsCases, readCases } from '../../tasks/script/read-cases.ts';
import type { TestProgram } from '../../tasks/task.ts';
import type { TestMode } from '../../tasks/test-program.ts';
import { slotsFor } from '../../wiring/asked-servers.ts';
import { openModels } from '../../wiring/models.ts';
import type { Settings } from '../../wiring/settings.ts';
import { EXIT, openSandboxAloud, runCommand, type Surroundings } from '../command.ts';
import { addModelOptions } from '../options/model-options.ts';
import {
  collect,
  functionName,
  limitSeconds,
  path,
  seedNumber,
  TEST_MODE_HELP,
  TESTS_HELP,
  testMode,
} from '../options/option-values.ts';
import { say } from '../terminal/output.ts';
import { serverNotices, withProgress } from '../terminal/progress.ts';
import { type InPlaceOptions, isInPlace, solveInPlace } from './in-place.ts';
import { knownReliability } from './known-reliability.ts';
import { type ChosenPipeline, chooseOnePipeline } from './one-pipeline.ts';
import { refuseTrace, showTrace } from './show-trace.ts';
import { SolveProgress } from './solve-progress.ts';
import { attemptDetails, deliver, deliverUnfinished, leftOutLines, type Outcome, outcomeOf } from './solve-report.ts';

interface SolveOptions extends InPlaceOptions {
  readonly tests?: string;
  readonly testMode?: TestMode;
  readonly entryPoint?: string;
  readonly with?: readonly string[];
  readonly out?: string;
  readonly keepFailed?: boolean;
  readonly quiet?: boolean;
}

/** `greenloop solve`: verified code for one task. */
export function solveCommand(): Command {
  const command = new Command('solve')
    .description('write code for one task, run it, and repair it until it passes')
    .argument(
      '<task>',
      'the task in words, a file with it (Markdown, text, a Python stub), - for standard input, or FILE.py:NAME in a project',
    )
    .optionsGroup('Task:')
    .option('--tests <file>', TESTS_HELP, path)
    .option('--test-mode <mode>', TEST_MODE_HELP, testMode)
    .option('--entry-point <name>', 'name of the function to write', functionName)
    .option(
      '--with <file>',
      'Python file or folder that the code may import; repeatable',
      (text, previous?: readonly string[]) => collect(path(text), previous),
    )
    .option('--timeout <seconds>', 'time limit for one run of the code', limitSeconds, 10)
    .option('--seed <n>', 'random seed', seedNumber, 0)
    .option('-o, --out <file>', 'write the code to this file, not to standard output', path)
    .option('--keep-failed', 'write the file even if the code failed')
    .option('-t, --test <command>', 'with FILE.py:NAME: the command that tests the project, such as "pytest -q"')
    .option('--write', 'with FILE.py:NAME: change the file without asking once the tests pass')
    .option('-q, --quiet', 'print only the last line')
    .option('--verbose', 'show the code of every attempt and the result of its run')
    .option('--html <file>', 'write a page with every attempt to this file', path)
    .option('--view', 'show that page in your browser, at an address that is printed');
  return addModelOptions(command, 'model that writes and repairs').action((task: string, options: SolveOptions) =>
    runCommand(command, (surroundings) =>
      isInPlace(task, options) ? solveInPlace(task, options, surroundings) : solve(task, options, surroundings),
    ),
  );
}

async function solve(file: string, options: SolveOptions, surroundings: Surroundings): Promise<number> {
  const { signal, isJson } = surroundings;
  const task = await readTask(file, options, signal);
  if (options.out !== undefined) refuseUnwritable(options.out);
  refuseTrace(options, surroundings);
  const { spec, settings } = await choosePipeline(options, task, surroundings);
  const isSilent = isJson || (options.quiet ?? false);
  const delivery = { out: options.out, keepsFailed: options.keepFailed ?? false, isJson };
  const attempts: Attempt[] = [];
  const onAttempt = (attempt: Attempt) => {
    const earlier = [...attempts];
    attempts.push(attempt);
    if (isSilent) return;
    say(...attemptLines(attempt, earlier, task.prompt.entryPoint));
    if (options.verbose) say(...attemptDetails(attempt, task, spec.feedback.detail));
  };
  if (!isSilent) say(...leftOutLines(task), `asking ${modelsOf(spec).join(', ')}`);
  const progress = new SolveProgress(spec);
  const onEvent = (event: TrialEvent) => {
    if (event.kind === 'attempt') onAttempt(event.attempt);
    progress.add(event);
  };
  const writing = () => write({ spec, settings, surroundings, task, options, onEvent });
  const trial = await (isSilent
    ? writing()
    : withProgress('', null, writing, { isPassing: true, detail: () => progress.text() }));
  if (trial === null) {
    await deliverUnfinished(attempts, delivery);
    return EXIT.interrupted;
  }
  const { trace, grades } = trial;
  if (trace.fault?.kind === 'tests') throw new Refusal(`${trace.fault.message} (see --test-mode and --python)`);
  const reliability = await knownReliability(spec, trace, surroundings);
  const solution = { task, trace, judged: grades[chosenIndex(trace.attempts) ?? 0]?.base ?? null, reliability };
  await deliver(solution, delivery);
  await showTrace({ trial, prompt: task.prompt }, spec.feedback.detail, options, surroundings);
  return EXIT_OF[outcomeOf(solution)];
}

const EXIT_OF: Readonly<Record<Outcome, number>> = {
  passed: EXIT.ok,
  failed: EXIT.notPassed,
  unchecked: EXIT.unchecked,
  fault: EXIT.refused,
};

interface Writing {
  readonly spec: PipelineSpec;
  /** With the server that was found for the model. */
  readonly settings: Settings;
  readonly surroundings: Surroundings;
  readonly task: FreeTask;
  readonly options: SolveOptions;
  readonly onEvent: (event: TrialEvent) => void;
}

/** A run of one trial, null where Ctrl-C ended it; tests that the stages were not told of grade it. */
async function write({ spec, settings, surroundings, task, options, onEvent }: Writing): Promise<Trial | null> {
  const { signal } = surroundings;
  const { timeout: timeoutSeconds, seed } = options;
  const opening = openModels(modelsOf(spec), settings, signal, serverNotices());
  const { model, sandbox } = await openBoth(opening, () => openSandboxAloud(surroundings, 1));
  try {
    const grading = spec.feedback.source === 'tests' ? 'none' : 'all';
    const slots = slotsFor([spec.generator.model], settings);
    const services = { model, sandbox, parallel: 1, slots, grading } as const;
    await refuseMissingPackages(task, sandbox, signal);
    const planned = { spec, task: taskOf(task), repeat: 0 };
    return await endOfTrial(runTrials([planned], { seed, timeoutSeconds }, services, signal), (event) => {
      onEvent(event);
      if (event.kind === 'attempt') refuseIfNamed(event.attempt.verdict, task.prompt);
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    return null;
  } finally {
    await sandbox.close();
  }
}

/** The models that are being opened, and a sandbox: a model's own process starts while the sandbox is looked for. */
async function openBoth<Models>(
  opening: Promise<Models>,
  openSandbox: () => Promise<Sandbox>,
): Promise<{ model: Models; sandbox: Sandbox }> {
  // Such a process is started by then, or the model is refused.
  await Promise.race([opening, setImmediate()]);
  const [models, sandbox] = await Promise.allSettled([opening, openSandbox()]);
  if (sandbox.status === 'rejected') throw models.status === 'rejected' ? models.reason : sandbox.reason;
  if (models.status === 'fulfilled') return { model: models.value, sandbox: sandbox.value };
  await sandbox.value.close();
  throw models.reason;
}

async function readTask(file: string, options: SolveOptions, signal: AbortSignal): Promise<FreeTask> {
  const isText = isTaskText(file);
  const text = file === '-' ? await readStandardInput(signal) : isText ? file : readText(file);
  const { entryPoint, testMode, tests: given } = options;
  const hasCases = given !== undefined && holdsCases(given);
  const tests = given === undefined || hasCases ? undefined : readPython(given);
  const cases = hasCases ? readCases(given) : undefined;
  const modules = readGivenModules(options.with ?? []);
  const id = file === '-' ? 'stdin' : isText ? 'task' : basename(file);
  return readFreeTask(text, { id, entryPoint, tests, cases, modules, testMode });
}

/** True for a sentence, which is the task itself: several words that no file is named by. */
function isTaskText(argument: string): boolean {
  return /\S\s+\S/.test(argument) && !existsSync(argument);
}

const MOST_INPUT = 16 * 1024 * 1024;

async function readStandardInput(signal: AbortSignal): Promise<string> {
  if (process.stdin.isTTY) say('reading the task from the terminal; Ctrl-D ends it');
  const bytes = new GrowingBytes();
  for await (const chunk of addAbortSignal(signal, process.stdin)) {
    if (bytes.length + chunk.length > MOST_INPUT) throw new Refusal('the task on standard input is longer than 16 MiB');
    bytes.add(chunk);
  }
  return decodeText(bytes.whole(), 'standard input');
}

/** The pipeline of the options, else the default one, which compares drafts where nothing can be checked; tests of the user's own are told to the stages, unless the options say otherwise. */
async function choosePipeline(
  options: SolveOptions,
  { tests, prompt }: FreeTask,
  surroundings: Surroundings,
): Promise<ChosenPipeline> {
  const usual = tests === null && prompt.examples.length === 0 ? 'agree' : 'redraw-then-repair';
  const { spec, settings } = await chooseOnePipeline(options, usual, surroundings);
  return { spec: { ...spec, feedback: { ...spec.feedback, source: sourceFor(spec, options, tests) } }, settings };
}

function sourceFor({ name, feedback }: PipelineSpec, options: SolveOptions, tests: TestProgram | null) {
  if (tests !== null)
    return options.feedback === undefined && feedback.source === 'examples' ? 'tests' : feedback.source;
  if (feedback.source !== 'tests') return feedback.source;
  if (options.feedback !== undefined) throw new Refusal('--feedback tests needs tests; give --tests FILE');
  say(`${name} repairs by tests, but there are none: it uses the examples in the task (give tests with --tests FILE)`);
  return 'examples';
}
