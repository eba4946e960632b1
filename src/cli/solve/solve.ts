import { basename } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { Command } from 'commander';
import { Refusal } from '../../base/errors.ts';
import { GrowingBytes } from '../../base/growing-bytes.ts';
import { decodeText, readText } from '../../base/read-file.ts';
import { refuseUnwritable } from '../../base/write-file.ts';
import { attemptLines } from '../../pipeline/attempt-lines.ts';
import { modelsOf, type PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import { type Attempt, chosenIndex } from '../../pipeline/trace.ts';
import { runTrials } from '../../runs/start-run.ts';
import type { Trial } from '../../runs/trial.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { type FreeTask, readFreeTask, taskOf } from '../../tasks/markdown-task.ts';
import type { TestProgram } from '../../tasks/task.ts';
import type { TestMode } from '../../tasks/test-program.ts';
import { openModels } from '../../wiring/models.ts';
import type { Settings } from '../../wiring/settings.ts';
import { EXIT, openSandboxAloud, runCommand, type Surroundings } from '../command.ts';
import { chooseDefaultModel } from '../options/default-model.ts';
import { addModelOptions, pipelinesOf } from '../options/model-options.ts';
import {
  functionName,
  limitSeconds,
  path,
  seedNumber,
  TEST_MODE_HELP,
  TESTS_HELP,
  testMode,
} from '../options/option-values.ts';
import { say } from '../terminal/output.ts';
import { serverNotices } from '../terminal/progress.ts';
import { type InPlaceOptions, isInPlace, solveInPlace } from './in-place.ts';
import { knownReliability } from './known-reliability.ts';
import { attemptDetails, deliver, deliverUnfinished, isSolved, leftOutLines } from './solve-report.ts';

interface SolveOptions extends InPlaceOptions {
  readonly tests?: string;
  readonly testMode?: TestMode;
  readonly entryPoint?: string;
  readonly out?: string;
}

/** `greenloop solve`: verified code for one task. */
export function solveCommand(): Command {
  const command = new Command('solve')
    .description('write code for one task and repair it until it passes what can be checked')
    .argument(
      '<task>',
      'file with the task (Markdown, text or a Python stub), - for standard input, or FILE.py:NAME in a project',
    )
    .optionsGroup('Task:')
    .option('--tests <file>', TESTS_HELP, path)
    .option('--test-mode <mode>', TEST_MODE_HELP, testMode)
    .option('--entry-point <name>', 'name of the function to write', functionName)
    .option('--timeout <seconds>', 'wall time for a run of the code', limitSeconds, 10)
    .option('--seed <n>', 'seed of the draws', seedNumber, 0)
    .option('--out <file>', 'write the code there instead of to standard output', path)
    .option('-t, --test <command>', 'with FILE.py:NAME: the command that tests the project, such as "pytest -q"')
    .option('--write', 'with FILE.py:NAME: change the file without a question once the tests pass')
    .option('--verbose', 'show the code of every attempt, and what its run showed');
  return addModelOptions(command, 'model that writes and repairs (provider/name)').action(
    (task: string, options: SolveOptions) =>
      runCommand(command, (surroundings) =>
        isInPlace(task, options) ? solveInPlace(task, options, surroundings) : solve(task, options, surroundings),
      ),
  );
}

async function solve(file: string, options: SolveOptions, surroundings: Surroundings): Promise<number> {
  const { signal, isJson } = surroundings;
  const task = await readTask(file, options, signal);
  if (options.out !== undefined) refuseUnwritable(options.out);
  const { spec, settings } = await choosePipeline(options, task, surroundings);
  const delivery = { out: options.out, isJson };
  const attempts: Attempt[] = [];
  const onAttempt = (attempt: Attempt) => {
    const earlier = [...attempts];
    attempts.push(attempt);
    if (isJson) return;
    say(...attemptLines(attempt, earlier, task.prompt.entryPoint));
    if (options.verbose) say(...attemptDetails(attempt, task, spec.feedback.detail));
  };
  if (!isJson) say(...leftOutLines(task), `asking ${modelsOf(spec).join(', ')}`);
  const trial = await write({ spec, settings, surroundings, task, options, onAttempt });
  if (trial === null) {
    await deliverUnfinished(attempts, delivery);
    return EXIT.interrupted;
  }
  const { trace, grades } = trial;
  if (trace.fault?.kind === 'tests') throw new Refusal(`${trace.fault.message} (see --test-mode and --python)`);
  const reliability = await knownReliability(spec, trace, surroundings);
  const solution = { task, trace, judged: grades[chosenIndex(trace.attempts) ?? 0]?.base ?? null, reliability };
  await deliver(solution, delivery);
  if (trace.stopReason === 'fault') return EXIT.refused;
  return isSolved(solution) ? EXIT.ok : EXIT.notPassed;
}

interface Writing {
  readonly spec: PipelineSpec;
  /** With the server that was found for the model. */
  readonly settings: Settings;
  readonly surroundings: Surroundings;
  readonly task: FreeTask;
  readonly options: SolveOptions;
  readonly onAttempt: (attempt: Attempt) => void;
}

/** A run of one trial, null where Ctrl-C ended it; tests that the stages were not told of grade it. */
async function write({ spec, settings, surroundings, task, options, onAttempt }: Writing): Promise<Trial | null> {
  const { signal } = surroundings;
  const { timeout: timeoutSeconds, seed } = options;
  const opening = openModels(modelsOf(spec), settings, signal, serverNotices());
  const { model, sandbox } = await openBoth(opening, () => openSandboxAloud(surroundings, 1));
  try {
    const grading = spec.feedback.source === 'tests' ? 'none' : 'all';
    const services = { model, sandbox, parallel: 1, slots: settings.slots ?? 1, grading } as const;
    const planned = { spec, task: taskOf(task), repeat: 0 };
    for await (const event of runTrials([planned], { seed, timeoutSeconds }, services, signal)) {
      if (event.kind === 'attempt') onAttempt(event.attempt);
      if (event.kind === 'trial-ended') return event.trial;
    }
    throw new TypeError('a trial did not end');
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
  const text = file === '-' ? await readStandardInput(signal) : readText(file);
  const tests = options.tests === undefined ? undefined : readText(options.tests);
  const { entryPoint, testMode } = options;
  return readFreeTask(text, { id: file === '-' ? 'stdin' : basename(file), entryPoint, tests, testMode });
}

const MOST_INPUT = 16 * 1024 * 1024;

async function readStandardInput(signal: AbortSignal): Promise<string> {
  if (process.stdin.isTTY) say('reading the task from the terminal; Ctrl-D ends it');
  const bytes = new GrowingBytes();
  for await (const chunk of addAbortSignal(signal, process.stdin)) {
    if (bytes.length + chunk.length > MOST_INPUT) throw new Refusal('the task on standard input is longer than 16 MiB');
    bytes.add(chunk);
  }
  return decodeText(bytes.whole());
}

/** The pipeline of the options, else the default one, which compares drafts where nothing can be checked; tests of the user's own are told to the stages, unless the options say otherwise. */
async function choosePipeline(
  options: SolveOptions,
  { tests, prompt }: FreeTask,
  surroundings: Surroundings,
): Promise<{ spec: PipelineSpec; settings: Settings }> {
  const named = { options, settings: surroundings.settings };
  const usual = tests === null && prompt.examples.length === 0 ? 'agree' : 'redraw-then-repair';
  const isNamed = pipelinesOf(options, usual).length > 0;
  const { options: models, settings } = isNamed ? named : await chooseDefaultModel(surroundings);
  const [spec, ...more] = pipelinesOf({ ...options, ...models }, usual);
  if (spec === undefined || more.length > 0) throw new Refusal('solve runs one pipeline; give --pipeline once');
  return { spec: { ...spec, feedback: { ...spec.feedback, source: sourceFor(spec, options, tests) } }, settings };
}

function sourceFor({ name, feedback }: PipelineSpec, options: SolveOptions, tests: TestProgram | null) {
  if (tests !== null)
    return options.feedback === undefined && feedback.source === 'examples' ? 'tests' : feedback.source;
  if (feedback.source !== 'tests') return feedback.source;
  if (options.feedback !== undefined) throw new Refusal('--feedback tests needs tests; give --tests FILE');
  say(`${name} repairs by tests, and there are none: it goes by the examples in the task (or give --tests FILE)`);
  return 'examples';
}
