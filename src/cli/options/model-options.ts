import { statSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { Refusal } from '../../base/errors.ts';
import { readText } from '../../base/read-file.ts';
import { parseYaml } from '../../base/yaml.ts';
import { shortModelName } from '../../models/model-name.ts';
import {
  type FeedbackDetail,
  type FeedbackSource,
  type PipelineInput,
  type PipelineSpec,
  parsePipeline,
  parseRepairNames,
  withAttempts,
  withMaxTokens,
  withModel,
  withTemperature,
} from '../../pipeline/pipeline-spec.ts';
import { OWN_PRESETS, PAPER_PRESETS } from '../../pipeline/preset-descriptions.ts';
import {
  DRAFT_TEMPERATURES,
  findPreset,
  type OwnPreset,
  ownPipeline,
  unknownPipeline,
} from '../../pipeline/presets.ts';
import type { RedisAddress } from '../../queue/redis-address.ts';
import { wrapped } from '../../report/text-width.ts';
import { withKnownModels } from '../../wiring/known-models.ts';
import { PROVIDERS } from '../../wiring/providers.ts';
import type { Surroundings } from '../command.ts';
import { collect, path, probability, temperature, wholeNumber } from './option-values.ts';

export interface FeedbackOption {
  readonly source: FeedbackSource;
  readonly detail?: FeedbackDetail;
}

/** The options that say which pipeline to run. */
export interface ModelOptions {
  readonly model?: readonly string[];
  readonly generator?: string;
  readonly refiner?: string;
  readonly analyzer?: string;
  readonly drafts?: number;
  readonly iterations?: number;
  readonly agreement?: number;
  readonly attempts?: number;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly pipeline?: readonly string[];
  readonly feedback?: FeedbackOption;
  readonly repair?: string;
}

type OneModelOptions = Omit<ModelOptions, 'model'> & { readonly model: string | undefined };

/** What a lone `--model` means: bench measures it alone, solve lets it draw and repair, or draw and compare where nothing can be checked. */
export type LoneModel = OwnPreset;

const MOST_NAME_CHARACTERS = 100;
const USUAL_ITERATIONS = 3;
const SOURCES: readonly FeedbackSource[] = ['tests', 'examples', 'none'];
const DETAILS: readonly FeedbackDetail[] = ['values', 'traceback'];

const MODEL_HELP = `
${wrapped(`Models: ${PROVIDERS.map(({ example }) => example).join(', ')}, or a bare name such as llama3.2:3b`, 80).join('\n')}

Presets:
${described(OWN_PRESETS)}
Presets of the paper (paper/NAME also has the paper's settings):
${described(PAPER_PRESETS)}`;

function described(presets: Readonly<Record<string, string>>): string {
  return Object.entries(presets)
    .map(([name, description]) => `  ${name.padEnd(18)}  ${description}`)
    .join('\n');
}

/** Adds the model options to a command. */
export function addModelOptions(command: Command, modelHelp: string): Command {
  return command
    .optionsGroup('Models:')
    .option('-m, --model <model>', modelHelp, collectNames)
    .option('--generator <model>', 'model that writes the first draft')
    .option('--refiner <model>', 'model that repairs it')
    .option('--analyzer <model>', 'model that analyzes the failure before each repair')
    .option('--drafts <n>', 'most drafts, the first one included', wholeNumber)
    .option('--iterations <n>', 'most repairs', wholeNumber)
    .option(
      '--agreement <p>',
      'choose the draft that most others behave like; stop drawing once the choice is settled with probability p',
      probability,
    )
    .option('--attempts <n>', 'most drafts and repairs together', wholeNumber)
    .option('--temperature <t>', 'sampling temperature of every draft', temperature)
    .option('--max-tokens <n>', 'most new tokens of one answer (default: 512)', wholeNumber)
    .addOption(
      new Option(
        '-p, --pipeline <file|preset>',
        'pipeline file (YAML, JSON) or preset; --model replaces its models; repeatable in bench, mcp and serve',
      ).argParser((text, previous: readonly string[] | undefined) => collect(path(text), previous)),
    )
    .option('--feedback <source[,detail]>', 'what repairs see: tests|examples|none, then values|traceback', feedback)
    .option('--repair <which>', 'static repairs: all, none, or a list of context,imports,entry-point,layout')
    .addHelpText('after', MODEL_HELP);
}

/** The pipelines that the options ask for, none where they name no model. */
export function pipelinesOf(options: ModelOptions, loneModel: LoneModel): PipelineSpec[] {
  return namedPipelines(options, loneModel).map((spec) => limited(spec, options));
}

/** A pipeline with the limits of the options in place of its own. */
function limited(spec: PipelineSpec, { attempts, temperature, maxTokens }: ModelOptions): PipelineSpec {
  const drawn = temperature === undefined ? spec : withTemperature(spec, temperature);
  const roomy = maxTokens === undefined ? drawn : withMaxTokens(drawn, maxTokens);
  return attempts === undefined ? roomy : withAttempts(roomy, attempts);
}

function namedPipelines(options: ModelOptions, loneModel: LoneModel): PipelineSpec[] {
  refuseMixed(options);
  const over = overrides(options);
  const { model, pipeline } = options;
  if (pipeline !== undefined) {
    return pipeline
      .map(readPipeline)
      .flatMap((spec) => withEachModel(spec, model))
      .map((spec) => withOverrides(spec, over));
  }
  const models = model ?? [undefined];
  const inputs = models.flatMap((one) => inputOf({ ...options, model: one }, loneModel) ?? []);
  return inputs.map((input) => parsePipeline({ ...input, ...over }, 'the model options'));
}

/** A pipeline with each of the models in every role; of several each names its model. */
function withEachModel(spec: PipelineSpec, models: readonly string[] | undefined): PipelineSpec[] {
  if (models === undefined) return [spec];
  if (models.length === 1) return [withModel(spec, models[0]!)];
  return models.map((model) => ({ ...withModel(spec, model), name: label(`${spec.name} ${shortModelName(model)}`) }));
}

/** The pipelines that the options ask for with whole names of models, those of the workers where there is a queue; none where they name no model. */
export async function choosePipelines(
  options: ModelOptions,
  loneModel: LoneModel,
  { settings, signal }: Pick<Surroundings, 'settings' | 'signal'>,
  queue?: RedisAddress,
): Promise<PipelineSpec[]> {
  return withWholeNames(pipelinesOf(options, loneModel), { settings, signal }, queue);
}

/** Pipelines with whole names of models, those of the workers where there is a queue. */
export async function withWholeNames(
  specs: readonly PipelineSpec[],
  { settings, signal }: Pick<Surroundings, 'settings' | 'signal'>,
  queue?: RedisAddress,
): Promise<PipelineSpec[]> {
  if (queue === undefined) return withKnownModels(specs, settings, signal);
  const { namesOnQueue } = await import('../../wiring/names-on-queue.ts');
  return withKnownModels(specs, settings, signal, () => namesOnQueue(queue));
}

/** Reads a pipeline file, or takes the preset of that name. */
export function readPipeline(name: string): PipelineSpec {
  const preset = findPreset(name);
  const place = statSync(name, { throwIfNoEntry: false });
  if (preset !== null && !place?.isFile()) return preset;
  if (place === undefined) throw unknownPipeline(name);
  return parsePipeline(parseYaml(readText(name), name), name);
}

/** A pipeline as the model options spell it, named after its models; null where they name none. */
function inputOf(options: OneModelOptions, loneModel: LoneModel): PipelineInput | null {
  const { model, generator = model, refiner = model, analyzer, drafts, iterations } = options;
  if (generator === undefined || refiner === undefined) return null;
  const models = [generator, ...(analyzer === undefined ? [] : [analyzer]), refiner];
  const isUsual = model !== undefined && drafts === undefined && iterations === undefined;
  if (isUsual && loneModel !== 'solo') return { name: label(model), ...ownPipeline(loneModel, model) };
  const repairs = iterations ?? (model !== undefined && loneModel === 'solo' ? 0 : USUAL_ITERATIONS);
  const roles = { refiner: { model: refiner }, ...(analyzer !== undefined && { analyzer: { model: analyzer } }) };
  return {
    name: label(repairs === 0 ? `${generator}${times(drafts)}` : chainName(models, drafts, iterations)),
    generator: {
      model: generator,
      ...(drafts !== undefined && drafts > 1 && { temperature: [...DRAFT_TEMPERATURES] }),
    },
    stages: [
      ...(drafts !== undefined && drafts > 1 ? [{ drafts: drafts - 1 }] : []),
      ...(repairs > 0 ? [{ iterations: repairs, ...roles }] : []),
    ],
    beyondLimits: true,
  };
}

/** `qwen2.5:1.5b x4 -> llama3.2:3b x2`: models without provider and folder, and how many drafts and repairs, where that was said. */
function chainName(models: readonly string[], drafts: number | undefined, iterations: number | undefined): string {
  const [generator, ...others] = models.map(shortModelName);
  return `${[`${generator}${times(drafts)}`, ...others].join(' -> ')}${times(iterations)}`;
}

function times(number: number | undefined): string {
  return number === undefined ? '' : ` x${number}`;
}

/** As much of a name, from both its ends, as a pipeline may have. */
function label(name: string): string {
  const half = (MOST_NAME_CHARACTERS - 1) / 2;
  return name.length <= MOST_NAME_CHARACTERS
    ? name
    : `${name.slice(0, Math.floor(half))}…${name.slice(-Math.floor(half))}`;
}

function refuseMixed(options: ModelOptions): void {
  const { model, generator, refiner, analyzer, pipeline, drafts, iterations } = options;
  const hasRoles = generator !== undefined || refiner !== undefined || analyzer !== undefined;
  if (hasRoles && (model !== undefined || pipeline !== undefined)) {
    throw new Refusal('give --generator and --refiner, or --model, or --pipeline');
  }
  if (hasRoles && (generator === undefined || refiner === undefined)) {
    throw new Refusal('--generator and --refiner belong together; --model M alone runs one model');
  }
  if (pipeline !== undefined && (drafts ?? iterations) !== undefined) {
    const name = drafts === undefined ? 'iterations' : 'drafts';
    throw new Refusal(`--${name} does not go with --pipeline; write ${name} into the pipeline file`);
  }
}

interface Overrides extends Partial<Pick<PipelineInput, 'feedback' | 'repair'>> {
  readonly select?: 'agreement';
  readonly stop?: { readonly agreement: number };
}

function overrides({ feedback: told, repair, agreement }: ModelOptions): Overrides {
  return {
    ...(agreement !== undefined && { select: 'agreement', stop: { agreement } }),
    ...(told !== undefined && { feedback: told }),
    ...(repair !== undefined && { repair: [...parseRepairNames(repair, '--repair')] }),
  };
}

/** Parses `SOURCE[,DETAIL]`, for commander. */
function feedback(text: string): FeedbackOption {
  const [source, detail, ...more] = text.split(',').map((part) => part.trim());
  const knownSource = SOURCES.find((name) => name === source);
  const knownDetail = DETAILS.find((name) => name === detail);
  if (knownSource === undefined || (detail !== undefined && knownDetail === undefined) || more.length > 0) {
    throw new InvalidArgumentError(
      `expected ${SOURCES.join('|')}, then perhaps a comma and ${DETAILS.join('|')}: examples,traceback.`,
    );
  }
  return { source: knownSource, ...(knownDetail !== undefined && { detail: knownDetail }) };
}

function withOverrides(spec: PipelineSpec, over: Overrides): PipelineSpec {
  if (Object.keys(over).length === 0) return spec;
  const feedback = { ...spec.feedback, ...over.feedback };
  const stop = { ...spec.stop, ...over.stop };
  return parsePipeline(
    { ...spec, repair: [...spec.repair], ...over, feedback, stop },
    `${spec.name} with the options over it`,
  );
}

function collectNames(value: string, previous: readonly string[] = []): readonly string[] {
  if (value.trim() === '') throw new InvalidArgumentError('expected the name of a model, got none.');
  if (previous.includes(value)) throw new InvalidArgumentError(`${value} is given twice.`);
  return [...previous, value];
}
