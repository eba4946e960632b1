import { z } from 'zod';
import { Refusal } from '../base/errors.ts';
import { hashOf } from '../base/hash.ts';
import type { Immutable } from '../base/immutable.ts';
import { fileIssueText } from '../base/issue-text.ts';
import { analyzerPromptNames, generatorPromptNames, type PromptChoice, refinerPromptNames } from './prompts.ts';
import { REPAIR_NAMES, type RepairName, repairNameSchema } from './repair.ts';

const PAPER_ITERATIONS = 3;
const MOST_STAGES = 3;
const MOST_DRAFTS = 32;
const LONGEST_PROMPT = 20_000;
export const modelNameSchema = z.string().min(1).describe('provider/name, e.g. ollama/llama3.2:3b');

/** One of a role's prompts by name, or `{ text }`. */
function promptSchema<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.union([z.enum(names), z.strictObject({ text: z.string().min(1).max(LONGEST_PROMPT) })], {
    error: `expected ${names.join(', ')} or { text: ... } of at most ${LONGEST_PROMPT} characters`,
  });
}

/** What each role may have as its system prompt. */
export const promptSchemas = {
  generator: promptSchema(generatorPromptNames),
  analyzer: promptSchema(analyzerPromptNames),
  refiner: promptSchema(refinerPromptNames),
};

const temperature = z.number().min(0).max(2);
const schedule = z
  .union([temperature, z.array(temperature).min(1).max(MOST_DRAFTS)], {
    error: `expected a temperature from 0 to 2, or a list of at most ${MOST_DRAFTS} of them`,
  })
  .describe('a list gives the temperature of each draft in turn; the last one is that of all further drafts');
const maxTokens = z.int().min(1).describe('cap on new tokens of one answer');
const PROMPT_HELP = 'system prompt by name, or its own text';

function roleSchema<Temperature extends z.ZodType, Prompt extends z.ZodType>(temperature: Temperature, prompt: Prompt) {
  return z.strictObject({
    model: modelNameSchema,
    temperature,
    maxTokens: maxTokens.default(512),
    prompt: prompt.describe(PROMPT_HELP),
  });
}

const prefill = z
  .enum(['none', 'code'])
  .describe('code: greenloop begins the answer for the model with ```python, if its server continues such an answer');

const generator = roleSchema(schedule.default(0.3), promptSchemas.generator.default('default')).extend({
  prefill: prefill.default('none'),
});
const analyzer = roleSchema(temperature.default(0.5), promptSchemas.analyzer.default('default'));
const refiner = roleSchema(temperature.default(0.2), promptSchemas.refiner.default('default')).extend({
  prefill: prefill.default('none'),
});

export const fromSchema = z.enum(['best', 'last']);

const repairStage = z.strictObject({
  iterations: z.int().min(1).default(PAPER_ITERATIONS),
  analyzer: analyzer.optional(),
  refiner,
  from: fromSchema
    .default('best')
    .describe('which attempt a repair starts from: the best one so far, or always the last one'),
});

const draftStage = z.strictObject({
  drafts: z
    .int()
    .min(1)
    .describe('further drafts, at most; the stage ends at the first that passes the visible checks'),
  model: modelNameSchema.optional().describe("default: the generator's, like all other fields of a draft"),
  temperature: schedule.optional(),
  maxTokens: maxTokens.optional(),
  prompt: promptSchemas.generator.optional().describe(PROMPT_HELP),
  prefill: prefill.optional(),
});

const stage = z.union([repairStage, draftStage]);

const feedbackSource = z.enum(['tests', 'examples', 'none']);
export const feedbackDetailSchema = z.enum(['traceback', 'values']);
const feedback = z.strictObject({
  source: feedbackSource
    .default('examples')
    .describe('tests: the grading tests (oracle); examples: tests visible in the prompt; none: no execution'),
  detail: feedbackDetailSchema.default('values'),
});

export const repairSchema = z.union([z.literal('all'), z.literal('none'), z.array(repairNameSchema)], {
  error: `expected all, none or a list of ${REPAIR_NAMES.join(', ')}`,
});

export const selectSchema = z.enum(['examples', 'agreement']);
export const onUnchangedSchema = z.enum(['continue', 'redraw', 'stop']);
export const nextSchema = z.enum(['fixed', 'adaptive']);
const onTruncated = z.enum(['keep', 'ask-again']);

const stopWhen = z.enum(['early', 'never']);
const stopRules = z.strictObject({
  when: stopWhen.default('early'),
  tokens: z.int().min(1).nullable().default(null).describe('budget of prompt and new tokens for one task'),
  seconds: z.number().positive().nullable().default(null).describe('budget of model and sandbox seconds for one task'),
  sameFailure: z.int().min(2).nullable().default(3).describe('stop when the same failing code has come this often'),
  agreement: z
    .number()
    .gt(0.5)
    .max(1)
    .default(0.95)
    .describe('with select: agreement, stop drawing when the largest group stays the largest with this probability'),
});

export const conversationSchema = z.enum(['fresh', 'continued']);

/** A pipeline as people write it; everything but the models has a default. */
export const pipelineSchema = z
  .strictObject({
    $schema: z.string().optional().describe('for editors'),
    name: z.string().min(1).max(100),
    generator,
    stages: z.array(stage).default([]),
    feedback: feedback.prefault({}),
    repair: repairSchema.default('all'),
    stop: z.union([stopWhen, stopRules], { error: 'expected early, never or the rules for stopping' }).default('early'),
    conversation: conversationSchema.default('fresh'),
    select: selectSchema
      .default('examples')
      .describe(
        'which draft is the answer: one that passes the most examples, or among these one that most others behave like',
      ),
    onUnchanged: onUnchangedSchema
      .default('redraw')
      .describe('after a repair that returns the same program: continue, draw a new draft instead, or stop'),
    next: nextSchema
      .default('fixed')
      .describe('fixed: stage by stage; adaptive: a draft or a repair each time, chosen by the results so far'),
    cut: z.boolean().default(true).describe('end an answer as soon as its code is complete'),
    onTruncated: onTruncated
      .optional()
      .describe(
        'after an answer that maxTokens ended before its code was complete: use it (keep, the default), or ask again, once in a trial, with twice the tokens',
      ),
    beyondLimits: z
      .boolean()
      .default(false)
      .describe(
        `allow more than ${MOST_STAGES} stages of a kind, ${PAPER_ITERATIONS} iterations and ${MOST_DRAFTS} drafts a stage`,
      ),
  })
  .superRefine((spec, context) => {
    if (spec.beyondLimits) return;
    const refuse = (path: (string | number)[], most: number, what: string, got: number) => {
      if (got <= most) return;
      const message = `at most ${most} ${what}, got ${got}; set beyondLimits: true to go further`;
      context.addIssue({ code: 'custom', path, message });
    };
    const drafting = spec.stages.filter((stage) => 'drafts' in stage).length;
    refuse(['stages'], MOST_STAGES, 'stages of drafts', drafting);
    refuse(['stages'], MOST_STAGES, 'stages of repairs', spec.stages.length - drafting);
    spec.stages.forEach((stage, index) => {
      if ('drafts' in stage) refuse(['stages', index, 'drafts'], MOST_DRAFTS, 'drafts', stage.drafts);
      else refuse(['stages', index, 'iterations'], PAPER_ITERATIONS, 'iterations', stage.iterations);
    });
  });

/** The policies of pipelines that were written before there was a choice, and those of the paper. */
export const BEFORE_DRAFTS = { select: 'examples', onUnchanged: 'continue', next: 'fixed', cut: false } as const;

export type PipelineInput = z.input<typeof pipelineSchema>;
/** A role that answers at one temperature; prose, as an analyzer's, is never begun for it. */
export type RoleSpec = Immutable<
  Omit<z.output<typeof analyzer>, 'prompt'> & { prompt: PromptChoice; prefill?: z.output<typeof prefill> | undefined }
>;
/** A role that writes drafts: its temperature may be a list, with one for each draft in turn. */
export type DrafterSpec = Immutable<Omit<z.output<typeof generator>, 'prompt'> & { prompt: PromptChoice }>;
export type RepairStage = Immutable<z.output<typeof repairStage>>;
export type DraftStage = Immutable<DrafterSpec & { drafts: number }>;
export type StageSpec = RepairStage | DraftStage;
export type FeedbackSource = z.output<typeof feedbackSource>;
export type FeedbackDetail = z.output<typeof feedbackDetailSchema>;

/** A pipeline with every default filled in and every shorthand written out; the name is a label and no part of the hash. */
export type PipelineSpec = Immutable<
  Omit<z.output<typeof pipelineSchema>, '$schema' | 'stages' | 'repair' | 'stop'> & {
    stages: readonly StageSpec[];
    repair: readonly RepairName[];
    stop: z.output<typeof stopRules>;
  }
>;

/** Parses a pipeline; a Refusal names the first field that is wrong. */
export function parsePipeline(input: unknown, origin: string): PipelineSpec {
  const parsed = pipelineSchema.safeParse(input);
  if (!parsed.success) throw new Refusal(fileIssueText(parsed.error, origin, input));
  const { $schema: _, stages, repair: repairs, stop, ...rest } = parsed.data;
  return {
    ...rest,
    stages: stages.map((one, index) => ('drafts' in one ? draftStageOf(one, rest.generator, stages, index) : one)),
    repair: repairNames(repairs),
    stop: typeof stop === 'string' ? stopRules.parse({ when: stop }) : stop,
  };
}

/** A pipeline as version 0.1 kept it, which knew one way of what can be chosen now. */
export function parseKeptPipeline(input: unknown, origin: string): PipelineSpec {
  if (typeof input !== 'object' || input === null || 'select' in input) return parsePipeline(input, origin);
  const stages = 'stages' in input && Array.isArray(input.stages) ? input.stages : [];
  const kept = { ...input, ...BEFORE_DRAFTS, stages: stages.map((one) => ({ ...one, from: 'last' })) };
  return parsePipeline(kept, origin);
}

/** A stage with all that it has from the generator: of a list of temperatures, those of the drafts that come before are left out. */
function draftStageOf(
  { drafts, ...own }: z.output<typeof draftStage>,
  usual: DrafterSpec,
  stages: readonly z.output<typeof stage>[],
  index: number,
): DraftStage {
  const before = stages.slice(0, index).reduce((sum, one) => sum + ('drafts' in one ? one.drafts : 0), 1);
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return { drafts, ...usual, temperature: laterTemperatures(usual.temperature, before), ...given };
}

function laterTemperatures(schedule: DrafterSpec['temperature'], from: number): DrafterSpec['temperature'] {
  if (typeof schedule === 'number') return schedule;
  const later = schedule.slice(Math.min(from, schedule.length - 1));
  return later.length === 1 ? (later[0] as number) : later;
}

/** The temperature of a draft: the first of its role is 0. */
export function temperatureAt(schedule: DrafterSpec['temperature'], draft: number): number {
  return typeof schedule === 'number' ? schedule : (schedule[Math.min(draft, schedule.length - 1)] as number);
}

/** True for a stage that draws drafts rather than repairs. */
export function isDraftStage(stage: StageSpec): stage is DraftStage {
  return 'drafts' in stage;
}

/** Hash of all of a pipeline that can alter what it does: not its name, nor the leave to go beyond the limits. */
export function pipelineHash({ name: _, beyondLimits: __, ...spec }: PipelineSpec): string {
  return hashOf(spec);
}

/** Every model that a pipeline asks, each once. */
export function modelsOf(spec: PipelineSpec): string[] {
  return [...new Set([spec.generator.model, ...spec.stages.flatMap(callsOfStep)])];
}

/** The same pipeline with one model in every role. */
export function withModel(spec: PipelineSpec, model: string): PipelineSpec {
  return mapRoles(spec, (role) => ({ ...role, model }));
}

/** The same pipeline with other models in place of those that are named; the others stay. */
export function withModels(spec: PipelineSpec, models: ReadonlyMap<string, string>): PipelineSpec {
  return mapRoles(spec, (role) => ({ ...role, model: models.get(role.model) ?? role.model }));
}

/** The same pipeline with another cap on the new tokens of each answer. */
export function withMaxTokens(spec: PipelineSpec, maxTokens: number): PipelineSpec {
  return mapRoles(spec, (role) => ({ ...role, maxTokens }));
}

function mapRoles(
  spec: PipelineSpec,
  change: <Role extends Pick<RoleSpec, 'model' | 'maxTokens'>>(role: Role) => Role,
): PipelineSpec {
  const stages = spec.stages.map((stage): StageSpec => {
    if (isDraftStage(stage)) return change(stage);
    const { analyzer, refiner } = stage;
    return { ...stage, ...(analyzer && { analyzer: change(analyzer) }), refiner: change(refiner) };
  });
  return { ...spec, generator: change(spec.generator), stages };
}

/** The same pipeline with every draft at one temperature. */
export function withTemperature(spec: PipelineSpec, temperature: number): PipelineSpec {
  const stages = spec.stages.map((stage) => (isDraftStage(stage) ? { ...stage, temperature } : stage));
  return { ...spec, generator: { ...spec.generator, temperature }, stages };
}

/** The same pipeline with so many drafts and repairs at most: its stages end earlier, or the last one goes on. */
export function withAttempts(spec: PipelineSpec, attempts: number): PipelineSpec {
  let left = attempts - 1;
  const stages = spec.stages.flatMap((stage, index): StageSpec[] => {
    const moves = index === spec.stages.length - 1 ? left : Math.min(left, movesIn(stage));
    left -= moves;
    if (moves === 0) return [];
    return [isDraftStage(stage) ? { ...stage, drafts: moves } : { ...stage, iterations: moves }];
  });
  return { ...spec, stages, beyondLimits: true };
}

/** The most answers that one trial can ask for. */
export function mostCalls({ stages, next, onTruncated }: PipelineSpec): number {
  const calls = stages.map((stage) => callsOfStep(stage).length);
  const most = Math.max(0, ...calls);
  const first = onTruncated === 'ask-again' ? 2 : 1;
  return stages.reduce((sum, stage, at) => sum + movesIn(stage) * (next === 'adaptive' ? most : calls[at]!), first);
}

/** The most drafts of a model that the stages of one trial can draw; those that replace a repair are not counted. */
export function mostDrafts({ generator, stages, next }: PipelineSpec, model: string): number {
  const first = Number(generator.model === model);
  const drafting = stages.filter(isDraftStage);
  const own = drafting.filter((stage) => stage.model === model);
  if (next === 'fixed') return own.reduce((sum, stage) => sum + stage.drafts, first);
  const isAsked = drafting.length === 0 ? first === 1 : own.length > 0;
  return isAsked ? stages.reduce((sum, stage) => sum + movesIn(stage), first) : first;
}

/** Drafts or repairs of a stage, at most. */
function movesIn(stage: StageSpec): number {
  return isDraftStage(stage) ? stage.drafts : stage.iterations;
}

/** The models that one draft or one repair of a stage asks. */
function callsOfStep(stage: StageSpec): string[] {
  if (isDraftStage(stage)) return [stage.model];
  return [...(stage.analyzer === undefined ? [] : [stage.analyzer.model]), stage.refiner.model];
}

/** JSON Schema of a pipeline as people write it. */
export function pipelineJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(pipelineSchema, { io: 'input' }) as Record<string, unknown>;
}

/** Repairs out of `all`, `none` or a list, in the order in which they run. */
export function repairNames(repairs: z.output<typeof repairSchema>): readonly RepairName[] {
  if (repairs === 'none') return [];
  return repairs === 'all' ? REPAIR_NAMES : REPAIR_NAMES.filter((name) => repairs.includes(name));
}

/** Parses `all`, `none` or a comma-separated list of repairs. */
export function parseRepairNames(text: string, origin: string): readonly RepairName[] {
  const parsed = repairSchema.safeParse(
    text === 'all' || text === 'none' ? text : text.split(',').map((name) => name.trim()),
  );
  if (parsed.success) return repairNames(parsed.data);
  throw new Refusal(
    `${origin}: expected all, none or a list of ${REPAIR_NAMES.join(',')}; got ${JSON.stringify(text)}`,
  );
}
