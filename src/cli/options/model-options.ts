import { statSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { Refusal } from '../../base/errors.ts';
import { readText } from '../../base/read-file.ts';
import { parseYaml } from '../../base/yaml.ts';
import { parseModelName } from '../../models/model-name.ts';
import {
  type FeedbackDetail,
  type FeedbackSource,
  type PipelineInput,
  type PipelineSpec,
  parsePipeline,
  parseRepairNames,
} from '../../pipeline/pipeline-spec.ts';
import { findPreset, presetNames, unknownPipeline } from '../../pipeline/presets.ts';
import { wrapped } from '../../report/text-width.ts';
import { PROVIDERS } from '../../wiring/providers.ts';
import { once, path, wholeNumber } from './option-values.ts';

export interface FeedbackOption {
  readonly source: FeedbackSource;
  readonly detail?: FeedbackDetail;
}

/** The options that say which pipeline to run. */
export interface ModelOptions {
  readonly model?: string;
  readonly generator?: string;
  readonly refiner?: string;
  readonly analyzer?: string;
  readonly iterations?: number;
  readonly pipeline?: readonly string[];
  readonly feedback?: FeedbackOption;
  readonly repair?: string;
}

/** What a lone `--model` means: bench measures it alone, solve lets it repair its own drafts. */
export type LoneModel = 'solo' | 'self-refine';

const MOST_NAME_CHARACTERS = 100;
const USUAL_ITERATIONS = 3;
const SOURCES: readonly FeedbackSource[] = ['tests', 'examples', 'none'];
const DETAILS: readonly FeedbackDetail[] = ['values', 'traceback'];

const MODEL_HELP = `
${wrapped(`Models: ${PROVIDERS.map(({ example }) => example).join(', ')}`, 80).join('\n')}
${wrapped(
  `Presets, each also as paper/...: ${presetNames()
    .filter((name) => !name.startsWith('paper/'))
    .join(', ')}`,
  80,
).join('\n')}`;

/** Adds the model options to a command. */
export function addModelOptions(command: Command, modelHelp: string): Command {
  return command
    .optionsGroup('Models:')
    .option('-m, --model <model>', modelHelp, once)
    .option('--generator <model>', 'model that writes the first draft')
    .option('--refiner <model>', 'model that repairs it')
    .option('--analyzer <model>', 'model that says what is wrong before each repair')
    .option('--iterations <n>', 'repairs at most (default: 3)', wholeNumber)
    .addOption(
      new Option('-p, --pipeline <file|preset>', 'pipeline file (YAML, JSON) or preset; repeatable in bench').argParser(
        collect,
      ),
    )
    .option('--feedback <source[,detail]>', 'what repairs are told of: tests|examples|none, values|traceback', feedback)
    .option('--repair <which>', 'static repairs: all, none, or a list of context,imports,entry-point,layout')
    .addHelpText('after', MODEL_HELP);
}

/** The pipelines that the options ask for, none where they name no model. */
export function pipelinesOf(options: ModelOptions, loneModel: LoneModel): PipelineSpec[] {
  refuseMixed(options, loneModel);
  const over = overrides(options);
  if (options.pipeline !== undefined) return options.pipeline.map((name) => withOverrides(readPipeline(name), over));
  const input = inputOf(options, loneModel);
  return input === null ? [] : [parsePipeline({ ...input, ...over }, 'the model options')];
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
function inputOf(options: ModelOptions, loneModel: LoneModel): PipelineInput | null {
  const { model, generator = model, refiner = model, analyzer, iterations = USUAL_ITERATIONS } = options;
  if (generator === undefined || refiner === undefined) return null;
  for (const name of [generator, refiner, ...(analyzer === undefined ? [] : [analyzer])])
    parseModelName(name, PROVIDERS);
  if (model !== undefined && loneModel === 'solo') return { name: label(model), generator: { model } };
  const roles = { refiner: { model: refiner }, ...(analyzer !== undefined && { analyzer: { model: analyzer } }) };
  return {
    name: label(chainName([generator, ...(analyzer === undefined ? [] : [analyzer]), refiner], options.iterations)),
    generator: { model: generator },
    stages: [{ iterations, ...roles }],
    beyondLimits: iterations > USUAL_ITERATIONS,
  };
}

/** `qwen2.5:1.5b -> llama3.2:3b`: models without provider and folder, and how often the last repairs, where that was said. */
function chainName(models: readonly string[], iterations: number | undefined): string {
  const names = models.map((model) => model.slice(model.lastIndexOf('/') + 1)).join(' -> ');
  return iterations === undefined ? names : `${names} x${iterations}`;
}

/** As much of a name, from both its ends, as a pipeline may have. */
function label(name: string): string {
  const half = (MOST_NAME_CHARACTERS - 1) / 2;
  return name.length <= MOST_NAME_CHARACTERS
    ? name
    : `${name.slice(0, Math.floor(half))}…${name.slice(-Math.floor(half))}`;
}

function refuseMixed(options: ModelOptions, loneModel: LoneModel): void {
  const { model, generator, refiner, analyzer, pipeline, iterations } = options;
  const hasRoles = generator !== undefined || refiner !== undefined || analyzer !== undefined;
  if ([model !== undefined, hasRoles, pipeline !== undefined].filter(Boolean).length > 1) {
    throw new Refusal('give one of --model, --generator with --refiner, or --pipeline');
  }
  if (hasRoles && (generator === undefined || refiner === undefined)) {
    throw new Refusal('--generator and --refiner belong together; --model M alone runs one model');
  }
  if (iterations === undefined) return;
  if (pipeline !== undefined) {
    throw new Refusal('--iterations does not go with --pipeline; write iterations into the pipeline file');
  }
  if (loneModel === 'solo' && !hasRoles) {
    throw new Refusal('--iterations goes with --generator and --refiner: a model measured alone repairs nothing');
  }
}

type Overrides = Partial<Pick<PipelineInput, 'feedback' | 'repair'>>;

function overrides({ feedback: told, repair }: ModelOptions): Overrides {
  return {
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
  return parsePipeline(
    { ...spec, repair: [...spec.repair], ...over, feedback },
    `${spec.name} with the options over it`,
  );
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, path(value)];
}
