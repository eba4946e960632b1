// How good a pipeline each search finds, and whether its report holds: node bench/search/main.ts [--quick] [--seeds N] [--first SEED] [--out FILE]
// On landscapes with known truth, made to the paper's figures (landscape.ts). Searches in FILE are not made again.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { print, say } from '../../src/cli/terminal/output.ts';
import type { StrategyName } from '../../src/evolve/strategies.ts';
import { createLandscape } from './landscape.ts';
import type { LandscapeKind } from './planted.ts';
import { reportOf } from './report.ts';
import { runSearch, type SearchCase, type SearchResult } from './searches.ts';

const KINDS: readonly LandscapeKind[] = ['plain', 'epistatic'];
/** 20 generations of 20 genomes on 25 tasks, and five runs of the champion on all 164. */
const PAPER_BUDGET = 10_820;

interface Options {
  /** The first of the seeds, and how many there are. */
  readonly first: number;
  readonly seeds: number;
  readonly strategies: readonly StrategyName[];
  readonly budgets: readonly number[];
}

function casesOf(seed: number, { strategies, budgets }: Options): SearchCase[] {
  return KINDS.flatMap((kind) =>
    strategies.flatMap((strategy) =>
      (strategy === 'paper' ? [PAPER_BUDGET] : budgets).map((budget) => ({ kind, seed, strategy, budget })),
    ),
  );
}

function keyOf({ kind, seed, strategy, budget }: SearchCase): string {
  return [kind, seed, strategy, budget].join(' ');
}

/** Makes what is missing, seed by seed, and gives all that was asked for. */
function runAll(options: Options, out: string | undefined): SearchResult[] {
  const lines = out !== undefined && existsSync(out) ? readFileSync(out, 'utf8').trim().split('\n') : [];
  const known = new Map(lines.map((line) => JSON.parse(line) as SearchResult).map((result) => [keyOf(result), result]));
  const seeds = Array.from({ length: options.seeds }, (_, index) => options.first + index);
  const cases = seeds.flatMap((seed) => casesOf(seed, options));
  for (const [name, own] of Map.groupBy(cases, ({ kind, seed }) => `${kind} ${seed}`)) {
    const missing = own.filter((item) => !known.has(keyOf(item)));
    const [first] = missing;
    if (first === undefined) continue;
    const landscape = createLandscape(first);
    for (const item of missing) {
      const result = runSearch(landscape, item);
      known.set(keyOf(item), result);
      if (out !== undefined) appendFileSync(out, `${JSON.stringify(result)}\n`);
    }
    say(`${name} done`);
  }
  return cases.flatMap((item) => known.get(keyOf(item)) ?? []);
}

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    first: { type: 'string', default: '1' },
    seeds: { type: 'string' },
    strategies: { type: 'string', default: 'paper,model,race,halving,random,grid' },
    budgets: { type: 'string' },
    out: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const options: Options = {
  first: Number(values.first),
  seeds: Number(values.seeds ?? (values.quick ? 3 : 30)),
  strategies: values.strategies.split(',') as StrategyName[],
  budgets: (values.budgets ?? (values.quick ? '300' : '600,950,2500')).split(',').map(Number),
};
const results = runAll(options, values.out);
await print(values.json ? JSON.stringify(results, null, 2) : reportOf(results));
