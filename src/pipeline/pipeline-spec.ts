import { z } from 'zod';
import { Refusal } from '../base/errors.ts';
import { hashOf } from '../base/hash.ts';
import type { Immutable } from '../base/immutable.ts';
import { issueText } from '../base/issue-text.ts';
import { analyzerPromptNames, generatorPromptNames, type PromptChoice, refinerPromptNames } from './prompts.ts';
import { REPAIR_NAMES, type RepairName, repairNameSchema } from './repair.ts';

const PAPER_ITERATIONS = 3;
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

function roleSchema<Prompt extends z.ZodType>(temperature: number, prompt: Prompt) {
  return z.strictObject({
    model: modelNameSchema,
    temperature: z.number().min(0).max(2).default(temperature),
    maxTokens: z.int().min(1).default(512).describe('cap on new tokens of one answer'),
    prompt: prompt.describe('system prompt by name, or its own text'),
  });
}

const generator = roleSchema(0.3, promptSchemas.generator.default('default'));
const analyzer = roleSchema(0.5, promptSchemas.analyzer.default('default'));
const refiner = roleSchema(0.2, promptSchemas.refiner.default('default'));

const stage = z.strictObject({
  iterations: z.int().min(1).default(PAPER_ITERATIONS),
  analyzer: analyzer.optional(),
  refiner,
});

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

const stopWhen = z.enum(['early', 'never']);
const stopRules = z.strictObject({
  when: stopWhen.default('early'),
  tokens: z.int().min(1).nullable().default(null).describe('budget of prompt and new tokens for one task'),
  seconds: z.number().positive().nullable().default(null).describe('budget of model and sandbox seconds for one task'),
  sameFailure: z.int().min(2).nullable().default(3).describe('stop when the same failing code has come this often'),
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
    beyondLimits: z.boolean().default(false).describe('allow more than 3 stages and more than 3 iterations'),
  })
  .superRefine((spec, context) => {
    if (spec.beyondLimits) return;
    if (spec.stages.length > 3) context.addIssue(limitIssue(['stages'], `at most 3 stages, got ${spec.stages.length}`));
    spec.stages.forEach(({ iterations }, index) => {
      if (iterations > PAPER_ITERATIONS) {
        context.addIssue(limitIssue(['stages', index, 'iterations'], `at most 3 iterations, got ${iterations}`));
      }
    });
  });

export type PipelineInput = z.input<typeof pipelineSchema>;
export type RoleSpec = Immutable<Omit<z.output<typeof generator>, 'prompt'> & { prompt: PromptChoice }>;
export type StageSpec = Immutable<z.output<typeof stage>>;
export type FeedbackSource = z.output<typeof feedbackSource>;
export type FeedbackDetail = z.output<typeof feedbackDetailSchema>;

/** A pipeline with every default filled in and every shorthand written out; the name is a label and no part of the hash. */
export type PipelineSpec = Immutable<
  Omit<z.output<typeof pipelineSchema>, '$schema' | 'repair' | 'stop'> & {
    repair: readonly RepairName[];
    stop: z.output<typeof stopRules>;
  }
>;

/** Parses a pipeline; a Refusal names the first field that is wrong. */
export function parsePipeline(input: unknown, origin: string): PipelineSpec {
  const parsed = pipelineSchema.safeParse(input);
  if (!parsed.success) throw new Refusal(`${origin}: ${issueText(parsed.error)}`);
  const { $schema: _, repair: repairs, stop, ...rest } = parsed.data;
  return {
    ...rest,
    repair: repairNames(repairs),
    stop: typeof stop === 'string' ? stopRules.parse({ when: stop }) : stop,
  };
}

/** Hash of all of a pipeline that can alter what it does: not its name, nor the leave to go beyond the limits. */
export function pipelineHash({ name: _, beyondLimits: __, ...spec }: PipelineSpec): string {
  return hashOf(spec);
}

/** Every model that a pipeline asks, each once. */
export function modelsOf(spec: PipelineSpec): string[] {
  const roles = spec.stages.flatMap((item) => [item.analyzer, item.refiner]);
  return [...new Set([spec.generator, ...roles].flatMap((role) => (role === undefined ? [] : [role.model])))];
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

function limitIssue(path: (string | number)[], message: string) {
  return { code: 'custom' as const, path, message: `${message}; set beyondLimits: true to go further` };
}
