import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { count } from '../../base/count.ts';
import { ModelFault, Refusal, ServerGone } from '../../base/errors.ts';
import { printable } from '../../base/printable.ts';
import { writeText } from '../../base/write-file.ts';
import { modelsOf, type PipelineSpec, parsePipeline } from '../../pipeline/pipeline-spec.ts';
import { tuningReport, tuningSentence } from '../../report/tuning-report.ts';
import type { RunServices } from '../../runs/services.ts';
import { MOST_DRAFTS, type TuneFeedback } from '../../tune/candidates.ts';
import { type TuneRequest, type TuneWatch, type Tuning, tune } from '../../tune/tune.ts';
import { withKnownModels } from '../../wiring/known-models.ts';
import { openServices } from '../../wiring/open-services.ts';
import { PROJECT_CONFIG } from '../../wiring/settings.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { startServerHint } from '../machine/models.ts';
import { commandAgain, Unfinished } from '../next-command.ts';
import { addBenchmarkOptions, chooseTasks, openBenchmark } from '../options/benchmark-options.ts';
import { minutes, seedNumber, wholeNumber } from '../options/option-values.ts';
import {
  addServerWaitOption,
  type ServicesOptions,
  sayChecked,
  servicesRequest,
  servicesWatch,
} from '../options/services-options.ts';
import { setInConfig } from '../options/write-config.ts';
import { canBeAsked, confirm } from '../terminal/confirm.ts';
import { printJson, printReport, say } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { findChatModels } from './chat-models.ts';

interface TuneOptions extends Omit<ServicesOptions, 'benchmark'> {
  readonly benchmark?: string;
  readonly minutes: number;
  readonly feedback: TuneFeedback;
  readonly seed: number;
  readonly write?: boolean;
}

/** Where the pipeline that is found goes, beside the configuration that names it. */
const PIPELINE_FILE = 'greenloop-pipeline.yaml';
const USUAL_MINUTES = 20;

/** `greenloop tune`: which of the models here, alone or together, is best within a time. */
export function tuneCommand(): Command {
  const command = new Command('tune')
    .description('find the best way to use the models that are here: each alone, with redraws, with repairs, in pairs')
    .argument('[models...]', 'models to choose from (default: all that are found)');
  addBenchmarkOptions(command, { isRequired: false })
    .optionsGroup('Tuning:')
    .option('--minutes <m>', 'how long it may take', minutes, USUAL_MINUTES)
    .addOption(
      new Option('--feedback <source>', 'what repairs see: the examples in the prompt, or the grading tests')
        .choices(['examples', 'tests'])
        .default('examples'),
    )
    .option('--slots <n>', 'requests at once per model server', wholeNumber)
    .option('--seed <n>', 'seed of the draws and of the order of tasks', seedNumber, 0)
    .option('--write', `write the result to ${PROJECT_CONFIG} without a question`);
  addServerWaitOption(command);
  return command.action((models: readonly string[], options: TuneOptions) =>
    runCommand(command, (surroundings) => run(models, options, surroundings)),
  );
}

async function run(named: readonly string[], options: TuneOptions, surroundings: Surroundings): Promise<number> {
  const models = await chooseModels(named, surroundings);
  const { seed, feedback, timeout: timeoutSeconds } = options;
  const benchmarkOptions = { ...options, benchmark: options.benchmark ?? usualBenchmark(models) };
  const benchmark = chooseTasks(await openBenchmark(benchmarkOptions, surroundings), benchmarkOptions);
  const demand = { repeats: 1, drafts: new Map(models.map((name) => [name, MOST_DRAFTS])) };
  const request = { ...servicesRequest(benchmark, benchmarkOptions, surroundings), demand };
  if (!surroundings.isJson)
    say(`tuning ${models.map(printable).join(', ')} on ${benchmark.name}, about ${options.minutes} min`);
  const opened = await openServices(request, surroundings.settings, servicesWatch(surroundings), surroundings.signal);
  try {
    sayChecked(opened.checked, surroundings);
    const asked = { models, feedback, seed, timeoutSeconds, seconds: 60 * options.minutes };
    const tuning = await tuneAloud(asked, opened.services, surroundings);
    await deliver(tuning, options, surroundings);
    return EXIT.ok;
  } catch (error) {
    return endEarly(error, surroundings);
  } finally {
    await opened.close();
  }
}

/** Names the command that continues what Ctrl-C or a lost server ended, out of the answers that are kept. */
function endEarly(error: unknown, { words, signal }: Surroundings): number {
  const next = commandAgain(words);
  if (!signal.aborted) throw error instanceof ServerGone ? new Unfinished(error, next) : error;
  say('stopped; what was measured is kept.', `to continue: ${next}`);
  return EXIT.interrupted;
}

async function chooseModels(named: readonly string[], surroundings: Surroundings): Promise<string[]> {
  if (named.length === 0) {
    const found = await findChatModels(surroundings);
    if (found.length === 0) throw new ModelFault('unreachable', `no model was found: ${startServerHint()}`);
    return found;
  }
  const specs = named.map((model) => parsePipeline({ name: 'tune', generator: { model } }, 'the models'));
  const known = await withKnownModels(specs, surroundings.settings, surroundings.signal);
  const models = known.flatMap(modelsOf);
  const twice = models.find((name, place) => models.indexOf(name) !== place);
  if (twice !== undefined) throw new Refusal(`${twice} is given twice`);
  return models;
}

/** The bundled models know the bundled tasks alone. */
function usualBenchmark(models: readonly string[]): string {
  return models.every((name) => name.startsWith('starter/')) ? 'starter' : 'humaneval';
}

function tuneAloud(request: TuneRequest, services: RunServices, { isJson, signal }: Surroundings): Promise<Tuning> {
  return withProgress(
    '',
    null,
    (step) =>
      tune(
        request,
        services,
        watchFor(isJson ? () => {} : say, (text) => step.show(text)),
        signal,
      ),
    { isPassing: true },
  );
}

/** Says what each part begins with and ends with, and shows how far it is. */
function watchFor(tell: (line: string) => void, show: (text: string) => void): TuneWatch {
  let done = 0;
  let ahead = '';
  return {
    onPart: (part, candidates) => {
      if (ahead !== '') tell(`  ahead: ${ahead}`);
      tell(`${part}: ${candidates.length === 1 ? candidates[0]?.name : `${candidates.length} pipelines`}`);
      done = 0;
      ahead = '';
    },
    onTrial: (part) => {
      done += 1;
      show(`${part}: ${count(done, 'trial')}${ahead === '' ? '' : `, ahead: ${ahead}`}`);
    },
    onStandings: (_part, [leader]) => {
      if (leader === undefined) return;
      ahead = `${leader.spec.name} (solved ${leader.passed} of ${leader.trials})`;
    },
  };
}

async function deliver(tuning: Tuning, options: TuneOptions, surroundings: Surroundings): Promise<void> {
  const { isJson, signal, words } = surroundings;
  const sentence = tuningSentence(tuning);
  if (isJson) await printJson({ sentence, ...tuning });
  else await printReport(tuningReport(tuning));
  const question = `write it to ${PROJECT_CONFIG}?`;
  const isWanted = options.write === true || (!isJson && canBeAsked() && (await confirm(question, signal)));
  if (isWanted) say(`written: ${writeChoice(tuning.best)}`);
  else if (!isJson)
    say(`nothing was written; to write it to ${PROJECT_CONFIG}: ${commandAgain(words, { with: [['--write']] })}`);
}

/** Writes the pipeline to a file of its own, which the configuration names. */
function writeChoice(best: PipelineSpec): string {
  writeText(PIPELINE_FILE, stringify({ ...best, name: 'tuned' }));
  return `${setInConfig({ pipeline: PIPELINE_FILE, model: null })}, ${PIPELINE_FILE}`;
}
