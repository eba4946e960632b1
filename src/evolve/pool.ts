import { z } from 'zod';
import { Refusal } from '../base/errors.ts';
import { fileIssueText } from '../base/issue-text.ts';
import type { Role } from '../models/model.ts';
import {
  BEFORE_DRAFTS,
  conversationSchema,
  feedbackDetailSchema,
  fromSchema,
  modelNameSchema,
  onUnchangedSchema,
  promptSchemas,
  repairSchema,
  selectSchema,
} from '../pipeline/pipeline-spec.ts';
import type { Demand } from '../runs/services.ts';

const models = z.array(modelNameSchema).min(1);

/** What pipelines may be made of, as people write it. */
export const poolSchema = z.strictObject({
  $schema: z.string().optional().describe('for editors'),
  models: z.union([models, z.strictObject({ generator: models, analyzer: models, refiner: models })]),
  prompts: z
    .strictObject({
      generator: z.array(promptSchemas.generator).min(1).default(['default', 'careful', 'examples']),
      analyzer: z.array(promptSchemas.analyzer).min(1).default(['default', 'trace']),
      refiner: z.array(promptSchemas.refiner).min(1).default(['default', 'minimal', 'rewrite']),
    })
    .prefault({}),
  temperatures: z
    .strictObject({
      from: z.number().min(0).max(2).default(0.05),
      to: z.number().min(0).max(2).default(1.2),
      step: z.number().min(0.001).default(0.05),
    })
    .refine(({ from, to }) => from <= to, { error: 'from is above to' })
    .prefault({}),
  drafts: z.int().min(0).max(3).default(3).describe('further drafts before the first repair, at most'),
  stages: z.int().min(0).max(3).default(3).describe('stages, at most'),
  iterations: z.int().min(1).max(3).default(3).describe('iterations per stage, at most'),
  maxTokens: z.int().min(1).default(512),
  policies: z
    .strictObject({
      detail: z.array(feedbackDetailSchema).min(1).default(['values']),
      repair: z.array(repairSchema).min(1).default(['all']),
      conversation: z.array(conversationSchema).min(1).default(['fresh']),
      select: z.array(selectSchema).min(1).default(['examples']),
      onUnchanged: z.array(onUnchangedSchema).min(1).default(['redraw']),
      from: z.array(fromSchema).min(1).default(['best']),
      cut: z.array(z.boolean()).min(1).default([true]),
    })
    .prefault({}),
});

/** Policies that the paper's pipelines have no choice of. */
export const PAPER_GENES = {
  select: BEFORE_DRAFTS.select,
  onUnchanged: BEFORE_DRAFTS.onUnchanged,
  cut: BEFORE_DRAFTS.cut,
  from: 'last',
} as const;

export type PoolInput = z.input<typeof poolSchema>;

/** What pipelines may be made of, each role with its own models. */
export type Pool = Readonly<
  Omit<z.output<typeof poolSchema>, '$schema' | 'models'> & { models: Readonly<Record<Role, readonly string[]>> }
>;

/** Parses a pool; a Refusal names the first field that is wrong. */
export function parsePool(input: unknown, origin: string): Pool {
  const parsed = poolSchema.safeParse(input);
  if (!parsed.success) throw new Refusal(fileIssueText(parsed.error, origin, input, 'pool'));
  const { $schema: _, models: named, ...rest } = parsed.data;
  return { ...rest, models: Array.isArray(named) ? { generator: named, analyzer: named, refiner: named } : named };
}

/** JSON Schema of a pool as people write it. */
export function poolJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(poolSchema, { io: 'input' }) as Record<string, unknown>;
}

/** Every model of a pool, each once. */
export function modelsOf({ models: { generator, analyzer, refiner } }: Pool): string[] {
  return [...new Set([...generator, ...analyzer, ...refiner])];
}

/** What one repeat of any pipeline of the pool can ask for. */
export function demandOf(pool: Pool): Demand {
  const drafts = (model: string) => 1 + (pool.models.generator.includes(model) ? pool.drafts : 0);
  return { repeats: 1, drafts: new Map(modelsOf(pool).map((model) => [model, drafts(model)])) };
}

/** The pool less all that the paper's pipelines do not have: further drafts, and ways to go on other than its own. */
export function paperPool(pool: Pool): Pool {
  const { select, onUnchanged, from, cut } = PAPER_GENES;
  const policies = { ...pool.policies, select: [select], onUnchanged: [onUnchanged], from: [from], cut: [cut] };
  return { ...pool, drafts: 0, policies };
}

/** Every temperature of the grid, from the lowest; rounded, so that 0.05 + 0.25 is 0.3. */
export function temperaturesOf({ temperatures: { from, to, step } }: Pool): number[] {
  return Array.from({ length: Math.floor((to - from) / step + 1e-9) + 1 }, (_, index) => round(from + index * step));
}

function round(temperature: number): number {
  return Math.round(temperature * 1e6) / 1e6;
}
