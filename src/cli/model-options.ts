import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parse } from 'yaml';
import { Refusal } from '../base/errors.ts';
import { readText } from '../base/json-lines.ts';
import { parseModelName } from '../models/model-name.ts';
import {
  type FeedbackDetail,
  type FeedbackSource,
  type PipelineInput,
  type PipelineSpec,
  parsePipeline,
  parseRepairNames,
} from '../pipeline/pipeline-spec.ts';
import { findPreset, unknownPipeline } from '../pipeline/presets.ts';

/** The options that say which pipeline to run. */
export interface ModelOptions {
  readonly model?: string;
  readonly generator?: string;
  readonly refiner?: string;
  readonly analyzer?: string;
  readonly iterations?: number;
  readonly pipeline?: readonly string[];
  readonly feedback?: string;
  readonly repair?: string;
}

/** Adds the model options to a command. */
export function addModelOptions(command: Command, modelHelp: string): Command {
  return command
    .option('-m, --model <model>', modelHelp)
    .option('--generator <model>', 'model that writes the first draft')
    .option('--refiner <model>', 'model that repairs it')
    .option('--analyzer <model>', 'model that says what is wrong before each repair')
    .option('--iterations <n>', 'repairs at most (default 3)', wholeNumber)
    .addOption(
      new Option('-p, --pipeline <file|preset>', 'pipeline file (YAML, JSON) or preset; repeatable in bench').argParser(
        collect,
      ),
    )
    .option('--feedback <source[,detail]>', 'tests|examples|none, traceback|values')
    .option('--repair <which>', 'static repairs: all, none, or a list of context,imports,entry-point,layout');
}

/** Parses a whole number of 1 or more, for commander. */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('expected a whole number of 1 or more.');
  return number;
}

/** Parses a number above 0, for commander. */
export function positiveNumber(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number) || number <= 0)
    throw new InvalidArgumentError('expected a number above 0.');
  return number;
}

/** The pipelines that the options ask for; a lone `--model` is solo in bench and repairs itself in solve. Empty where they ask for none. */
export function pipelinesOf(options: ModelOptions, loneModel: 'solo' | 'self-refine'): PipelineSpec[] {
  refuseMixed(options);
  const over = overrides(options);
  if (options.pipeline !== undefined) return options.pipeline.map((name) => withOverrides(readPipeline(name), over));
  const input = inputOf(options, loneModel);
  return input === null ? [] : [parsePipeline({ ...input, ...over }, 'the model options')];
}

/** Reads a pipeline file, or takes the preset of that name. */
export function readPipeline(name: string): PipelineSpec {
  if (!existsSync(name)) {
    const preset = findPreset(name);
    if (preset === null) throw unknownPipeline(name);
    return preset;
  }
  try {
    return parsePipeline(parse(readText(name)), name);
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw new Refusal(`${name} is neither YAML nor JSON: ${(cause as Error).message.split('\n')[0]}`, { cause });
  }
}

/** A pipeline of one model that repairs its own drafts. */
export function selfRefine(model: string, iterations = 3): PipelineInput {
  return { name: 'self-refine', generator: { model }, stages: [{ iterations, refiner: { model } }] };
}

function inputOf(options: ModelOptions, loneModel: 'solo' | 'self-refine'): PipelineInput | null {
  const { model, generator, refiner, analyzer, iterations = 3 } = options;
  if (model !== undefined) {
    parseModelName(model);
    return loneModel === 'solo' ? { name: model, generator: { model } } : selfRefine(model, iterations);
  }
  if (generator === undefined || refiner === undefined) return null;
  const stage = {
    iterations,
    refiner: { model: refiner },
    ...(analyzer !== undefined && { analyzer: { model: analyzer } }),
  };
  return {
    name: 'pipeline',
    generator: { model: generator },
    stages: [stage],
    ...(iterations > 3 && { beyondLimits: true }),
  };
}

function refuseMixed({ model, generator, refiner, analyzer, pipeline, iterations }: ModelOptions): void {
  const ways = [
    model !== undefined,
    generator !== undefined || refiner !== undefined || analyzer !== undefined,
    pipeline !== undefined,
  ];
  if (ways.filter(Boolean).length > 1) {
    throw new Refusal('give one of --model, --generator with --refiner, or --pipeline');
  }
  if (ways[1] && (generator === undefined || refiner === undefined)) {
    throw new Refusal('--generator and --refiner belong together; --model M alone runs one model');
  }
  if (pipeline !== undefined && iterations !== undefined) {
    throw new Refusal('--iterations does not go with --pipeline; write iterations into the pipeline file');
  }
}

type Overrides = Partial<Pick<PipelineInput, 'feedback' | 'repair'>>;

function overrides({ feedback, repair }: ModelOptions): Overrides {
  return {
    ...(feedback !== undefined && { feedback: parseFeedback(feedback) }),
    ...(repair !== undefined && { repair: [...parseRepairNames(repair, '--repair')] }),
  };
}

function parseFeedback(text: string): { source: FeedbackSource; detail?: FeedbackDetail } {
  const [source, detail] = text.split(',').map((part) => part.trim());
  return { source: source as FeedbackSource, ...(detail !== undefined && { detail: detail as FeedbackDetail }) };
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
  return [...previous, value];
}
