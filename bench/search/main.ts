// How good a pipeline each search finds per call of models, and whether its report holds:
// node bench/search/main.ts [--quick] [--seeds N] [--first SEED] [--kinds A,B] [--strategies A,B] [--budgets 300,600] [--out FILE] [--json]
// On landscapes with known truth (worlds.ts). Searches in FILE are not made again. The kind `files` needs --data, the folder of paper-results.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { print, say } from '../../src/cli/terminal/output.ts';
import { STRATEGY_NAMES, type StrategyName } from '../../src/evolve/strategies.ts';
import { createLandscape } from './landscape.ts';
import { reportOf } from './report.ts';
import { runSearch, type SearchCase, type SearchResult } from './searches.ts';
import { createWorld, LANDSCAPE_KINDS, type LandscapeKind } from './worlds.ts';

interface Options {
  /** The first of the seeds, and how many there are. */
  readonly first: number;
  readonly seeds: number;
  readonly kinds: readonly LandscapeKind[];
  readonly strategies: readonly StrategyName[];
  readonly budgets: readonly number[];
  readonly data: string;
}

function casesOf(seed: number, { kinds, strategies, budgets }: Options): SearchCase[] {
  return kinds.flatMap((kind) =>
    budgets.flatMap((budget) =>
      strategies
        .filter((strategy) => budget > 0 || strategy === 'paper')
        .map((strategy) => ({ kind, seed, strategy, budget })),
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
    const landscape = createLandscape(createWorld(first.kind, first.seed, options.data), first.seed);
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
    kinds: { type: 'string', default: LANDSCAPE_KINDS.join(',') },
    strategies: { type: 'string', default: STRATEGY_NAMES.join(',') },
    budgets: { type: 'string' },
    out: { type: 'string' },
    data: { type: 'string', default: join(import.meta.dirname, '../../../shared/data') },
    json: { type: 'boolean', default: false },
  },
});
const options: Options = {
  first: Number(values.first),
  seeds: Number(values.seeds ?? (values.quick ? 3 : 30)),
  kinds: values.kinds.split(',') as LandscapeKind[],
  strategies: values.strategies.split(',') as StrategyName[],
  data: values.data,
  budgets: (values.budgets ?? (values.quick ? '300' : '300,600,1000,2000,10000')).split(',').map(Number),
};
const results = runAll(options, values.out);
await print(values.json ? JSON.stringify(results, null, 2) : reportOf(results));
