import type { Random } from '../../statistics/random.ts';
import { type DraftsGene, type Genome, isWithin, type RoleGene, type StageGene } from '../genome.ts';
import { type Pool, temperaturesOf } from '../pool.ts';

/** Temperatures tried for a role each time it is changed. */
const TEMPERATURES = 3;
const MOST_SWEEPS = 4;
const USUAL_TEMPERATURE = 0.4;

/** Climbs from a genome to one that no change of a single part betters by more than `least`; temperatures are tried at random. */
export function climb(
  start: Genome,
  value: (genome: Genome) => number,
  { pool, random, least }: { pool: Pool; random: Random; least: number },
): Genome {
  let [best, top] = [start, value(start)];
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    const before = top;
    for (let place = -1; place <= best.stages.length; place++) {
      for (const change of random.shuffled(changesAt(best, place, pool, random))) {
        if (!isWithin(pool, change)) continue;
        const reached = value(change);
        if (reached > top + least) [best, top] = [change, reached];
      }
    }
    if (top <= before) return best;
  }
  return best;
}

/** Genomes that differ in the generator or its further drafts (-1), in one stage, or (one past the last) have a stage more or one less. */
function changesAt(genome: Genome, place: number, pool: Pool, random: Random): Genome[] {
  const { generator, stages } = genome;
  if (place < 0) {
    return [
      ...changedRoles(generator, 'generator', pool, random).map((other) => ({ ...genome, generator: other })),
      ...changedDrafts(genome, pool, random).map((drafts) => ({ ...genome, drafts })),
    ];
  }
  const stage = stages[place];
  if (stage === undefined) return resized(genome, pool, random);
  const put = (other: StageGene) => ({ ...genome, stages: stages.with(place, other) });
  return [
    ...changedRoles(stage.refiner, 'refiner', pool, random).map((refiner) => put({ ...stage, refiner })),
    ...analyzers(stage, pool, random).map((analyzer) => {
      const changed = put({ ...stage, analyzer });
      return isWithin(pool, changed) ? changed : onlyAnalyzer(genome, place, analyzer);
    }),
    ...Array.from({ length: pool.iterations }, (_, index) => put({ ...stage, iterations: index + 1 })),
  ];
}

/** No further drafts, and every number of them at the temperature that they have or at some others. */
function changedDrafts({ generator, drafts }: Genome, pool: Pool, random: Random): (DraftsGene | null)[] {
  if (pool.drafts === 0) return [];
  const { count, temperature } = drafts ?? { count: pool.drafts, temperature: generator.temperature };
  const temperatures = temperaturesOf(pool);
  return [
    null,
    ...Array.from({ length: pool.drafts }, (_, index) => ({ count: index + 1, temperature })),
    ...Array.from({ length: TEMPERATURES }, () => ({ count, temperature: random.pick(temperatures) })),
  ];
}

function onlyAnalyzer(genome: Genome, place: number, analyzer: RoleGene | null): Genome {
  const own = (stage: StageGene) => (stage.analyzer === null ? stage : { ...stage, analyzer: null });
  const stages = genome.stages.map((stage, index) => (index === place ? { ...stage, analyzer } : own(stage)));
  return { ...genome, stages };
}

function analyzers({ analyzer }: StageGene, pool: Pool, random: Random): (RoleGene | null)[] {
  return [null, ...changedRoles(analyzer ?? usualRole(pool, 'analyzer'), 'analyzer', pool, random)];
}

/** A genome with each of its stages left out, and with one more of each model and prompt of refiners. */
function resized(genome: Genome, pool: Pool, random: Random): Genome[] {
  const { stages } = genome;
  const shorter = stages.map((_, place) => ({ ...genome, stages: stages.toSpliced(place, 1) }));
  const last = stages.at(-1);
  const like = last?.refiner ?? usualRole(pool, 'refiner');
  const innovation = Math.max(0, ...stages.map((stage) => stage.innovation)) + 1;
  const longer = changedRoles(like, 'refiner', pool, random).map((refiner) => ({
    ...genome,
    stages: [...stages, { innovation, iterations: pool.iterations, analyzer: null, refiner }],
  }));
  const policies = Object.entries(pool.policies).flatMap(([policy, values]) =>
    values.length < 2 ? [] : values.map((value) => ({ ...genome, policies: { ...genome.policies, [policy]: value } })),
  );
  return [...shorter, ...longer, ...policies];
}

/** The pool's first model and prompt of a role, at the temperature nearest to a usual one. */
function usualRole(pool: Pool, role: 'analyzer' | 'refiner'): RoleGene {
  const temperature = temperaturesOf(pool).reduce((best, other) =>
    Math.abs(other - USUAL_TEMPERATURE) < Math.abs(best - USUAL_TEMPERATURE) ? other : best,
  );
  const [model = ''] = pool.models[role];
  const [prompt = 'default']: readonly RoleGene['prompt'][] = pool.prompts[role];
  return { model, prompt, temperature };
}

/** The role with every model and prompt, and at some temperatures. */
function changedRoles(
  gene: RoleGene,
  role: 'generator' | 'analyzer' | 'refiner',
  pool: Pool,
  random: Random,
): RoleGene[] {
  const prompts: readonly RoleGene['prompt'][] = pool.prompts[role];
  const temperatures = temperaturesOf(pool);
  return [
    ...pool.models[role].flatMap((model) => prompts.map((prompt) => ({ ...gene, model, prompt }))),
    ...Array.from({ length: TEMPERATURES }, () => ({ ...gene, temperature: random.pick(temperatures) })),
  ];
}
