import {
  type DraftsGene,
  drawPolicies,
  drawRole,
  type Genome,
  isWithin,
  type RoleGene,
  type StageGene,
} from '../../src/evolve/genome.ts';
import { type Pool, temperaturesOf } from '../../src/evolve/pool.ts';
import { Random } from '../../src/statistics/random.ts';

/** The best genome found by changing one part at a time for the better, from some random starts with all stages. */
export function climb(pool: Pool, value: (genome: Genome) => number, seed: number, starts = 6): Genome {
  const random = Random.of(seed);
  const tops = Array.from({ length: starts }, () => climbFrom(drawLong(pool, random), pool, value));
  return tops.reduce((best, top) => (value(top) > value(best) ? top : best));
}

function climbFrom(start: Genome, pool: Pool, value: (genome: Genome) => number): Genome {
  let [best, top] = [start, value(start)];
  for (let isBetter = true; isBetter; ) {
    isBetter = false;
    for (let place = -1; place < best.stages.length; place++) {
      for (const other of neighbours(best, place, pool)) {
        const reached = isWithin(pool, other) ? value(other) : 0;
        if (reached <= top + 1e-9) continue;
        [best, top, isBetter] = [other, reached, true];
      }
    }
  }
  return best;
}

function drawLong(pool: Pool, random: Random): Genome {
  const stages = Array.from({ length: pool.stages }, (_, index) => ({
    innovation: index + 1,
    iterations: pool.iterations,
    analyzer: null,
    refiner: drawRole(pool, 'refiner', random),
  }));
  const generator = drawRole(pool, 'generator', random);
  return { generator, drafts: null, stages, policies: drawPolicies(pool, random) };
}

/** Genomes that differ in the generator or its further drafts (place -1), or in one role of a stage. */
function neighbours(genome: Genome, place: number, pool: Pool): Genome[] {
  const stage = genome.stages[place];
  if (stage === undefined) {
    return [
      ...changed(genome.generator, 'generator', pool).map((generator) => ({ ...genome, generator })),
      ...draftsOf(pool).map((drafts) => ({ ...genome, drafts })),
    ];
  }
  const put = (other: StageGene) => ({ ...genome, stages: genome.stages.with(place, other) });
  const analyzers = analyzersLike(stage.analyzer, pool);
  return [
    ...changed(stage.refiner, 'refiner', pool).map((refiner) => put({ ...stage, refiner })),
    ...analyzers.map((analyzer) => put({ ...stage, analyzer })),
    ...analyzers.map((analyzer) => withOnly(genome, place, analyzer)),
  ];
}

function draftsOf(pool: Pool): DraftsGene[] {
  const counts = Array.from({ length: pool.drafts }, (_, index) => index + 1);
  return counts.flatMap((count) => temperaturesOf(pool).map((temperature) => ({ count, temperature })));
}

function analyzersLike(analyzer: RoleGene | null, pool: Pool): (RoleGene | null)[] {
  const [model = '', prompt = 'default'] = [pool.models.analyzer[0], pool.prompts.analyzer[0]];
  const own = analyzer ?? { model, prompt, temperature: 0.3 };
  return [null, ...changed(own, 'analyzer', pool)];
}

/** The analyzer in this stage and in no other, since 8 nodes allow one in three stages. */
function withOnly(genome: Genome, place: number, analyzer: RoleGene | null): Genome {
  const stages = genome.stages.map((stage, index) => ({ ...stage, analyzer: index === place ? analyzer : null }));
  return { ...genome, stages };
}

function changed(gene: RoleGene, role: 'generator' | 'analyzer' | 'refiner', pool: Pool): RoleGene[] {
  const prompts: readonly RoleGene['prompt'][] = pool.prompts[role];
  const parts = pool.models[role].flatMap((model) => prompts.map((prompt) => ({ ...gene, model, prompt })));
  return [...parts, ...temperaturesOf(pool).map((temperature) => ({ ...gene, temperature }))];
}
