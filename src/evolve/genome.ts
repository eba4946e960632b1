import { hashOf } from '../base/hash.ts';
import { type PipelineSpec, parsePipeline } from '../pipeline/pipeline-spec.ts';
import type { PromptChoice } from '../pipeline/prompts.ts';
import type { Random } from '../statistics/random.ts';
import { PAPER_GENES, type Pool, temperaturesOf } from './pool.ts';

/** One model in one role. */
export interface RoleGene {
  readonly model: string;
  readonly prompt: PromptChoice;
  readonly temperature: number;
}

/** Further drafts by the generator, before the first repair. */
export interface DraftsGene {
  readonly count: number;
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
  /** Null where its first draft is the only one. */
  readonly drafts: DraftsGene | null;
  readonly stages: readonly StageGene[];
  readonly policies: PolicyGenes;
}

export const MOST_NODES = 8;

/** Nodes of a genome: the generator, however often it drafts, and of each stage its executor, its analyzer if it has one, and its refiner. */
export function nodeCount({ stages }: Genome): number {
  return 1 + stages.reduce((sum, { analyzer }) => sum + (analyzer === null ? 2 : 3), 0);
}

/** Most calls that may solve a task: the drafts, and a repair for every iteration. */
export function callCount({ drafts, stages }: Genome): number {
  return 1 + (drafts?.count ?? 0) + stages.reduce((sum, { iterations }) => sum + iterations, 0);
}

/** Most calls that one trial makes: the drafts, and of every iteration the repair and its analysis. */
export function askCount({ drafts, stages }: Genome): number {
  return (
    1 +
    (drafts?.count ?? 0) +
    stages.reduce((sum, { iterations, analyzer }) => sum + iterations * (analyzer === null ? 1 : 2), 0)
  );
}

/** Whether the genome keeps within 8 nodes and the drafts, stages and iterations of its pool. */
export function isWithin(pool: Pool, genome: Genome): boolean {
  const { drafts, stages } = genome;
  if (drafts !== null && (drafts.count < 1 || drafts.count > pool.drafts)) return false;
  const isShort = stages.every(({ iterations }) => iterations >= 1 && iterations <= pool.iterations);
  return stages.length <= pool.stages && isShort && nodeCount(genome) <= MOST_NODES;
}

/** Hash of all that alters what the pipeline does: not the innovation numbers, and nothing where it is as in the paper. */
export function genomeHash({ generator, drafts, stages, policies }: Genome): string {
  const usual: Readonly<Record<string, unknown>> = PAPER_GENES;
  const chosen = Object.entries(policies).filter(([policy, value]) => value !== usual[policy]);
  return hashOf({
    generator,
    ...(drafts !== null && { drafts }),
    policies: Object.fromEntries(chosen),
    stages: stages.map(({ innovation: _, ...stage }) => stage),
  });
}

/** The pipeline that a genome describes. */
export function pipelineOf(genome: Genome, pool: Pool, name: string, source: 'tests' | 'examples'): PipelineSpec {
  const { detail, from, ...policies } = genome.policies;
  const role = (gene: RoleGene) => ({ ...gene, maxTokens: pool.maxTokens });
  const repairs = genome.stages.map(({ iterations, analyzer, refiner }) => ({
    iterations,
    ...(analyzer !== null && { analyzer: role(analyzer) }),
    refiner: role(refiner),
    from,
  }));
  const drafts = draftStagesOf(genome).map(({ count, temperature }) => ({ drafts: count, temperature }));
  const stages = [...drafts, ...repairs];
  return parsePipeline(
    { name, generator: role(genome.generator), stages, feedback: { source, detail }, ...policies },
    name,
  );
}

/** The stages of drafts in its pipeline, which come before those of repairs: one or none. */
export function draftStagesOf({ drafts }: Genome): readonly DraftsGene[] {
  return drafts === null ? [] : [drafts];
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

/** Further drafts drawn from the pool, none as likely as each number of them. */
export function drawDrafts(pool: Pool, random: Random): DraftsGene | null {
  const count = pool.drafts === 0 ? 0 : random.below(pool.drafts + 1);
  return count === 0 ? null : { count, temperature: random.pick(temperaturesOf(pool)) };
}

/** Policies drawn from the pool; of those that the paper does not have, no number is drawn where there is no choice. */
export function drawPolicies({ policies }: Pool, random: Random): PolicyGenes {
  const choose = <Value>(values: readonly Value[]) =>
    values.length === 1 ? (values[0] as Value) : random.pick(values);
  return {
    detail: random.pick(policies.detail),
    repair: random.pick(policies.repair),
    conversation: random.pick(policies.conversation),
    select: choose(policies.select),
    onUnchanged: choose(policies.onUnchanged),
    from: choose(policies.from),
    cut: choose(policies.cut),
  };
}

/** How it reads in a table: `4 drafts of qwen2.5:1.5b > 3 x (llama3.2:3b > llama3.2:3b)`; the provider is left out. */
export function topologyOf({ generator, drafts, stages }: Genome): string {
  const name = ({ model }: RoleGene) => model.slice(model.indexOf('/') + 1);
  const parts = stages.map(({ iterations, analyzer, refiner }) => {
    const nodes = analyzer === null ? name(refiner) : `(${name(analyzer)} > ${name(refiner)})`;
    return `${iterations} x ${nodes}`;
  });
  const drafted = drafts === null ? name(generator) : `${1 + drafts.count} drafts of ${name(generator)}`;
  return [drafted, ...parts].join(' > ');
}
