import { hashOf } from '../base/hash.ts';
import { BEFORE_DRAFTS, type PipelineSpec, parsePipeline } from '../pipeline/pipeline-spec.ts';
import type { PromptChoice } from '../pipeline/prompts.ts';
import type { Random } from '../statistics/random.ts';
import { type Pool, temperaturesOf } from './pool.ts';

/** One model in one role. */
export interface RoleGene {
  readonly model: string;
  readonly prompt: PromptChoice;
  readonly temperature: number;
}

export interface StageGene {
  /** Historical number of the mutation that made the stage; stages of two genomes with the same number match in a crossover. */
  readonly innovation: number;
  readonly iterations: number;
  readonly analyzer: RoleGene | null;
  readonly refiner: RoleGene;
}

export type PolicyGenes = { readonly [Policy in keyof Pool['policies']]: Pool['policies'][Policy][number] };

/** A pipeline as evolution sees it: what varies, and where each stage came from. */
export interface Genome {
  readonly generator: RoleGene;
  readonly stages: readonly StageGene[];
  readonly policies: PolicyGenes;
}

export const MOST_NODES = 8;

/** Nodes of a genome: the generator, and of each stage its executor, its analyzer if it has one, and its refiner. */
export function nodeCount({ stages }: Genome): number {
  return 1 + stages.reduce((sum, { analyzer }) => sum + (analyzer === null ? 2 : 3), 0);
}

/** Whether the genome keeps within 8 nodes and the stages and iterations of its pool. */
export function isWithin(pool: Pool, genome: Genome): boolean {
  const { stages } = genome;
  const isShort = stages.every(({ iterations }) => iterations >= 1 && iterations <= pool.iterations);
  return stages.length <= pool.stages && isShort && nodeCount(genome) <= MOST_NODES;
}

/** Hash of all that alters what the pipeline does: not the innovation numbers. */
export function genomeHash({ generator, stages, policies }: Genome): string {
  return hashOf({ generator, policies, stages: stages.map(({ innovation: _, ...stage }) => stage) });
}

/** The pipeline that a genome describes. */
export function pipelineOf(genome: Genome, pool: Pool, name: string, source: 'tests' | 'examples'): PipelineSpec {
  const { detail, repair, conversation } = genome.policies;
  const role = (gene: RoleGene) => ({ ...gene, maxTokens: pool.maxTokens });
  const stages = genome.stages.map(({ iterations, analyzer, refiner }) => ({
    iterations,
    ...(analyzer !== null && { analyzer: role(analyzer) }),
    refiner: role(refiner),
    from: 'last' as const,
  }));
  const policies = { ...BEFORE_DRAFTS, feedback: { source, detail }, repair, conversation };
  return parsePipeline({ name, generator: role(genome.generator), stages, ...policies }, name);
}

/** A role drawn from the pool, every model, prompt and temperature as likely. */
export function drawRole(pool: Pool, role: 'generator' | 'analyzer' | 'refiner', random: Random): RoleGene {
  const prompts: readonly PromptChoice[] = pool.prompts[role];
  return {
    model: random.pick(pool.models[role]),
    prompt: random.pick(prompts),
    temperature: random.pick(temperaturesOf(pool)),
  };
}

/** Policies drawn from the pool. */
export function drawPolicies({ policies }: Pool, random: Random): PolicyGenes {
  return {
    detail: random.pick(policies.detail),
    repair: random.pick(policies.repair),
    conversation: random.pick(policies.conversation),
  };
}

/** How it reads in a table: `qwen2.5:1.5b > 3 x (llama3.2:3b > llama3.2:3b)`; the provider is left out. */
export function topologyOf({ generator, stages }: Genome): string {
  const name = ({ model }: RoleGene) => model.slice(model.indexOf('/') + 1);
  const parts = stages.map(({ iterations, analyzer, refiner }) => {
    const nodes = analyzer === null ? name(refiner) : `(${name(analyzer)} > ${name(refiner)})`;
    return `${iterations} x ${nodes}`;
  });
  return [name(generator), ...parts].join(' > ');
}
