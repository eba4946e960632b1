import { existsSync } from 'node:fs';
import { count } from '../../base/count.ts';
import { Refusal } from '../../base/errors.ts';
import { replaceFile } from '../../base/replace-file.ts';
import { attemptLines } from '../../pipeline/attempt-lines.ts';
import { modelsOf, type PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import { type Attempt, chosenAttempt } from '../../pipeline/trace.ts';
import { endOfTrial, runTrials } from '../../runs/start-run.ts';
import type { Trial } from '../../runs/trial.ts';
import { type Place, readPlace } from '../../tasks/in-place/place.ts';
import { taskOf } from '../../tasks/markdown-task.ts';
import { slotsFor } from '../../wiring/asked-servers.ts';
import { type InPlace, openInPlace } from '../../wiring/in-place.ts';
import { openModels } from '../../wiring/models.ts';
import type { Settings } from '../../wiring/settings.ts';
import { EXIT, type Surroundings } from '../command.ts';
import type { ModelOptions } from '../options/model-options.ts';
import { canBeAsked, confirm } from '../terminal/confirm.ts';
import { say } from '../terminal/output.ts';
import { serverNotices, withProgress } from '../terminal/progress.ts';
import { deliverChange, deliverStopped, type FoundChange, isPassed, showDiff } from './in-place-report.ts';
import { type ChosenPipeline, chooseOnePipeline } from './one-pipeline.ts';
import { refuseTrace, showTrace, type TraceOptions } from './show-trace.ts';
import { SolveProgress } from './solve-progress.ts';
import { attemptDetails } from './solve-report.ts';

/** What is asked of a definition in a file of a project. */
export interface InPlaceOptions extends ModelOptions, TraceOptions {
  readonly test?: string;
  readonly write?: boolean;
  readonly tests?: string;
  readonly out?: string;
  readonly entryPoint?: string;
  readonly with?: readonly string[];
  readonly testMode?: string;
  readonly timeout: number;
  readonly seed: number;
  readonly verbose?: boolean;
}

/** True for a task that names a definition in a Python file, and no file of that name. */
export function isInPlace(task: string, { test, write }: InPlaceOptions): boolean {
  if (readPlace(task) !== null && !existsSync(task)) return true;
  if (test === undefined && write !== true) return false;
  throw new Refusal(`${test === undefined ? '--write' : '--test'} goes with a function in a file: FILE.py:NAME`);
}

/** Writes a definition in its file until the project's own tests pass, and offers the change. */
export async function solveInPlace(task: string, options: InPlaceOptions, surroundings: Surroundings): Promise<number> {
  const { signal, isJson } = surroundings;
  const place = readPlace(task) as Place;
  const command = commandOf(options);
  refuseTrace(options, surroundings);
  const { spec, settings } = await choosePipeline(options, surroundings);
  const request = { place, command, folder: process.cwd(), timeoutSeconds: options.timeout };
  const opening = () => openInPlace(request, settings, signal);
  const inPlace = isJson
    ? await opening()
    : await withProgress('running the tests as they are', null, opening, { isPassing: true });
  try {
    if (!isJson) say(...openingLines(inPlace), `asking ${modelsOf(spec).join(', ')}`);
    const progress = new SolveProgress(spec);
    const writing = () => write({ inPlace, spec, settings, options, surroundings, progress });
    const detail = () => progress.text();
    const trial = await (isJson ? writing() : withProgress('', null, writing, { isPassing: true, detail }));
    if (trial === null) return await deliverStopped(isJson);
    const change = changeOf(inPlace, trial);
    const isAsked = isPassed(change) && options.write !== true && !isJson && canBeAsked();
    if (isAsked) await showDiff(change);
    const isWanted = isPassed(change) && (options.write === true || (isAsked && (await confirm('apply?', signal))));
    const problem = isWanted ? writeChange(change) : null;
    await deliverChange({ ...change, isWritten: isWanted && problem === null, isShown: isAsked }, isJson);
    if (problem !== null) throw problem;
    await showTrace({ trial, prompt: inPlace.task.prompt }, spec.feedback.detail, options, surroundings);
    if (trial.trace.stopReason === 'fault') return EXIT.refused;
    return isPassed(change) ? EXIT.ok : EXIT.notPassed;
  } finally {
    await inPlace.sandbox.close();
  }
}

function commandOf({ test, tests, out, entryPoint, with: given, testMode, feedback }: InPlaceOptions): string {
  if (test === undefined || test.trim() === '')
    throw new Refusal('say how the project is tested: --test "pytest -q tests/test_it.py"');
  const others = {
    '--tests': tests,
    '--test-mode': testMode,
    '--out': out,
    '--entry-point': entryPoint,
    '--with': given?.[0],
  };
  const other = Object.entries(others).find(([, value]) => value !== undefined)?.[0];
  if (other !== undefined) throw new Refusal(`${other} does not go with FILE.py:NAME, whose tests are those of --test`);
  if (feedback !== undefined && feedback.source !== 'tests')
    throw new Refusal(
      'a function in a project is repaired by its tests: leave out --feedback, or give --feedback tests',
    );
  return test;
}

async function choosePipeline(options: InPlaceOptions, surroundings: Surroundings): Promise<ChosenPipeline> {
  const { spec, settings } = await chooseOnePipeline(options, 'redraw-then-repair', surroundings);
  if (spec.select === 'agreement')
    throw new Refusal('functions in a project are tested, and not compared: leave out --agreement');
  // An answer that names the function otherwise has not written it.
  const repair = spec.repair.filter((name) => name !== 'entry-point');
  return { spec: { ...spec, repair, feedback: { ...spec.feedback, source: 'tests' } }, settings };
}

function openingLines({ project, tests }: InPlace): string[] {
  const ran = tests.all === 0 ? 'the command fails' : `${tests.failed} of ${count(tests.all, 'test')} failed`;
  return [`project ${project.root}: ${ran}`];
}

interface Writing {
  readonly inPlace: InPlace;
  readonly spec: PipelineSpec;
  readonly settings: Settings;
  readonly options: InPlaceOptions;
  readonly surroundings: Surroundings;
  readonly progress: SolveProgress;
}

/** One trial; null where Ctrl-C ended it. */
async function write({ inPlace, spec, settings, options, surroundings, progress }: Writing): Promise<Trial | null> {
  const { signal, isJson } = surroundings;
  const { task, sandbox } = inPlace;
  const earlier: Attempt[] = [];
  const tell = (attempt: Attempt) => {
    if (!isJson) say(...attemptLines(attempt, earlier, task.prompt.entryPoint));
    if (!isJson && options.verbose) say(...attemptDetails(attempt, task, spec.feedback.detail));
    earlier.push(attempt);
  };
  try {
    const model = await openModels(modelsOf(spec), settings, signal, serverNotices());
    const slots = slotsFor([spec.generator.model], settings);
    const services = { model, sandbox, parallel: 1, slots, grading: 'none' } as const;
    const planned = { spec, task: taskOf(task), repeat: 0 };
    const { seed, timeout: timeoutSeconds } = options;
    return await endOfTrial(runTrials([planned], { seed, timeoutSeconds }, services, signal), (event) => {
      if (event.kind === 'attempt') tell(event.attempt);
      progress.add(event);
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    return null;
  }
}

function changeOf(inPlace: InPlace, { trace }: Trial): FoundChange {
  const code = chosenAttempt(trace.attempts)?.code;
  const replaced = code === undefined ? null : inPlace.replaced(code);
  return { inPlace, trace, replaced: replaced !== null && 'bytes' in replaced ? replaced : null };
}

/** Writes the file; gives back what kept it from that, for the change is not lost with it. */
function writeChange({ inPlace, replaced }: FoundChange): Refusal | null {
  try {
    if (replaced !== null) replaceFile(inPlace.file, inPlace.bytes, replaced.bytes);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** Whether there is somebody to ask. */
