import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { text as readStream } from 'node:stream/consumers';
import { Command } from 'commander';
import { ModelFault, Refusal } from '../base/errors.ts';
import { readText } from '../base/json-lines.ts';
import { printable } from '../base/printable.ts';
import { failureLine } from '../pipeline/feedback.ts';
import { exampleTests } from '../pipeline/feedback-tests.ts';
import { modelsOf, type PipelineSpec, parsePipeline } from '../pipeline/pipeline-spec.ts';
import { runPipeline } from '../pipeline/run-pipeline.ts';
import type { Attempt, Trace } from '../pipeline/trace.ts';
import { type FreeTask, readFreeTask } from '../tasks/markdown-task.ts';
import { modelServers, openModels, openSandbox } from '../wiring.ts';
import { EXIT, runCommand, type Surroundings } from './command.ts';
import {
  addModelOptions,
  type ModelOptions,
  pipelinesOf,
  positiveNumber,
  readPipeline,
  selfRefine,
  wholeNumber,
} from './model-options.ts';

interface SolveOptions extends ModelOptions {
  readonly tests?: string;
  readonly entryPoint?: string;
  readonly out?: string;
  readonly timeout: number;
  readonly seed: number;
  readonly slots?: number;
}

/** `greenloop solve`: verified code for one task. */
export function solveCommand(): Command {
  const command = new Command('solve')
    .description('write code for one task and repair it until it passes what can be checked')
    .argument('<task>', 'file with the task (Markdown, text or a Python stub), or - for standard input')
    .option('--tests <file>', 'Python that defines check(candidate), or plain asserts that call the function')
    .option('--entry-point <name>', 'name of the function to write')
    .option('--out <file>', 'write the code there instead of to standard output')
    .option('--timeout <seconds>', 'wall time for a run of the code', positiveNumber, 10)
    .option('--seed <n>', 'seed of the draws', Number, 0)
    .option('--slots <n>', 'requests at once per model server', wholeNumber);
  return addModelOptions(command, 'model that writes and repairs (provider/name)').action(
    (task: string, options: SolveOptions) =>
      runCommand(command, slotSettings(options.slots), (surroundings) => solve(task, options, surroundings)),
  );
}

/** The settings that a `--slots` option changes. */
export function slotSettings(slots: number | undefined): { slots?: number } {
  return slots === undefined ? {} : { slots };
}

async function solve(path: string, options: SolveOptions, surroundings: Surroundings): Promise<number> {
  const { settings, signal, isJson } = surroundings;
  const task = await readTask(path, options);
  const spec = await chooseSpec(options, task, surroundings);
  const model = await openModels(modelsOf(spec), settings, signal);
  const sandbox = openSandbox(settings, 1);
  try {
    const feedbackTests = spec.feedback.source === 'none' ? null : (task.tests ?? exampleTests(task.prompt));
    const services = {
      model,
      sandbox,
      feedbackTests,
      timeoutSeconds: options.timeout,
      seed: options.seed,
      repeat: 0,
      signal,
    };
    const trace = await runPipeline(spec, task.prompt, { ...services, onAttempt: isJson ? () => {} : showAttempt });
    return report(trace, task, options, isJson);
  } finally {
    await sandbox.close();
  }
}

async function readTask(path: string, options: SolveOptions): Promise<FreeTask> {
  const text = path === '-' ? await readStream(process.stdin) : readText(path);
  const tests = options.tests === undefined ? undefined : readText(options.tests);
  return readFreeTask(text, { id: path === '-' ? 'stdin' : basename(path), entryPoint: options.entryPoint, tests });
}

/** The pipeline of the options, else of the configuration, else the first model that a server has; tests of the user are shown openly. */
async function chooseSpec(options: SolveOptions, task: FreeTask, surroundings: Surroundings): Promise<PipelineSpec> {
  const [asked, ...more] = pipelinesOf(options, 'self-refine');
  if (more.length > 0) throw new Refusal('solve runs one pipeline; give --pipeline once');
  const spec = asked ?? (await defaultSpec(surroundings));
  if (task.tests === null || options.feedback !== undefined) {
    if (spec.feedback.source !== 'tests' || task.tests !== null) return spec;
    return { ...spec, feedback: { ...spec.feedback, source: 'examples' } };
  }
  return { ...spec, feedback: { ...spec.feedback, source: 'tests' } };
}

async function defaultSpec({ config, settings, signal }: Surroundings): Promise<PipelineSpec> {
  if (config.pipeline !== undefined)
    return say(readPipeline(config.pipeline), `pipeline ${config.pipeline} from ${config.path}`);
  if (config.model !== undefined) return say(selfRefineSpec(config.model), `model ${config.model} from ${config.path}`);
  for (const server of modelServers(settings)) {
    const models = await server.listModels(signal).catch(() => []);
    const first = models[0];
    if (first !== undefined) {
      const found = server.provider === 'openai' ? ` (set OPENAI_BASE_URL=${server.url})` : '';
      if (server.provider === 'openai' && settings.openaiUrl === null) {
        throw new Refusal(
          `no model was named; a server at ${server.url} has ${first.name}: use --model ${first.name}${found}`,
        );
      }
      return say(selfRefineSpec(first.name), `model ${first.name}, found at ${server.url}; choose with --model`);
    }
  }
  throw new ModelFault(
    'unreachable',
    'no model was named and no model server was found; start one (greenloop doctor lists the places), or use --model',
  );
}

function say(spec: PipelineSpec, choice: string): PipelineSpec {
  process.stderr.write(`using ${choice}\n`);
  return spec;
}

function selfRefineSpec(model: string): PipelineSpec {
  return parsePipeline(selfRefine(model), 'the default pipeline');
}

function showAttempt(attempt: Attempt): void {
  const { model, seconds } = attempt.completions.at(-1) ?? { model: '', seconds: 0 };
  const who = `${attempt.index === 0 ? 'draft' : `repair ${attempt.index}`} by ${model}`;
  const repairs = attempt.repairs.map((repair) => repair.detail).join('; ');
  const what = attempt.verdict === null ? 'not run' : failureLine(attempt.verdict);
  const lines = [
    `${who} (${seconds.toFixed(1)} s): ${what}`,
    ...(repairs === '' ? [] : [`  static repairs: ${repairs}`]),
  ];
  process.stderr.write(`${lines.map(printable).join('\n')}\n`);
}

function report(trace: Trace, task: FreeTask, options: SolveOptions, isJson: boolean): number {
  const last = trace.attempts.at(-1);
  const isPassed = last?.verdict?.kind === 'passed' && trace.stopReason !== 'fault';
  if (isJson)
    process.stdout.write(
      `${JSON.stringify({ passed: isPassed, verified: verified(trace, task, isPassed), code: last?.code ?? null, ...trace })}\n`,
    );
  else process.stderr.write(`${printable(closingLine(trace, task, isPassed))}\n`);
  if (last !== undefined && options.out !== undefined) writeOut(options.out, withNewline(last.code));
  else if (last !== undefined && !isJson) process.stdout.write(withNewline(last.code));
  if (trace.stopReason === 'fault') return EXIT.refused;
  return isPassed ? EXIT.ok : EXIT.notPassed;
}

function closingLine(trace: Trace, task: FreeTask, isPassed: boolean): string {
  if (trace.fault !== null) return `fault: ${trace.fault.message}`;
  const { calls, promptTokens, completionTokens } = trace.cost;
  const cost = `${calls} model ${calls === 1 ? 'call' : 'calls'}, ${promptTokens + completionTokens} tokens`;
  return isPassed
    ? `passed: ${verified(trace, task, isPassed)} (${cost})`
    : `not solved (${trace.stopReason}): ${verified(trace, task, isPassed)} (${cost})`;
}

/** What was and what was not verified, in words. */
function verified(trace: Trace, task: FreeTask, isPassed: boolean): string {
  const checks = trace.attempts.at(-1)?.verdict;
  const ran = checks ? checks.checksPassed + checks.checksFailed : 0;
  switch (trace.checked) {
    case 'tests':
      return isPassed
        ? `all ${ran} checks of your tests hold`
        : `${checks?.checksPassed ?? 0} of ${ran} checks of your tests hold`;
    case 'examples': {
      const total = task.prompt.examples.length;
      const held = isPassed
        ? `all ${total} examples in the task hold`
        : `${checks?.checksPassed ?? 0} of ${total} examples in the task hold`;
      return `${held}; nothing else was checked`;
    }
    case 'load':
      return 'the task shows no examples: only that the code loads was checked (give --tests FILE)';
    case 'nothing':
      return 'nothing was run';
  }
}

function writeOut(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new Refusal(`cannot write ${path} (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

function withNewline(code: string): string {
  return code.endsWith('\n') ? code : `${code}\n`;
}
