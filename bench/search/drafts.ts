// Whether a search that may draw further drafts finds better pipelines where these help, and none worse where they do not:
// node bench/search/drafts.ts [--seeds N] [--first SEED] [--budgets 1500,4000] [--redraws 1,0.5,0] [--kind plain|epistatic] [--json]
// The same landscapes as of main.ts, on which a further draft has all, some or nothing of the first draft's chance; a budget is of calls.
import { parseArgs } from 'node:util';
import { print, say } from '../../src/cli/terminal/output.ts';
import { strategyNamed } from '../../src/evolve/strategies.ts';
import { mean } from '../../src/statistics/describe.ts';
import { meanInterval } from '../../src/statistics/interval.ts';
import { formatTable } from '../format-table.ts';
import { createArena, search } from './arena.ts';
import { createLandscape } from './landscape.ts';
import { paperWorld } from './paper-world.ts';
import type { PlantedKind } from './planted.ts';
import { intervalText, pairedDifference } from './report.ts';
import { problemOn } from './searches.ts';

const MOST_DRAFTS = 3;

interface Result {
  readonly seed: number;
  readonly budget: number;
  readonly redraw: number;
  /** The most further drafts that a genome may have: 0 is the paper's set of genes. */
  readonly drafts: number;
  readonly score: number;
  readonly optimum: number;
  /** Further drafts of the champion. */
  readonly chosen: number;
}

function resultOf(seed: number, kind: PlantedKind, own: Pick<Result, 'budget' | 'redraw' | 'drafts'>): Result {
  const world = paperWorld(seed, kind, { tasks: 164, drafts: own.drafts, redraw: own.redraw });
  const landscape = createLandscape(world, seed);
  const problem = problemOn(landscape, { seed, strategy: 'model', budget: own.budget });
  const { champion } = search(strategyNamed('model'), problem, seed, createArena(landscape));
  const { trueScore, optimum } = landscape;
  const chosen = champion.genome.drafts?.count ?? 0;
  return { seed, ...own, score: trueScore(champion.genome), optimum: trueScore(optimum), chosen };
}

function tableOf(results: readonly Result[]): string {
  const groups = Map.groupBy(results, ({ budget, redraw }) => `${budget} ${redraw}`);
  const header = ['calls', 'further draft', 'optimum', 'without', 'with', 'difference', 'further drafts'];
  const scores = (own: readonly Result[]) => intervalText(meanInterval(own.map(({ score }) => score)));
  const rows = [...groups.values()].map((own) => {
    const [before, after] = [own.filter(({ drafts }) => drafts === 0), own.filter(({ drafts }) => drafts > 0)];
    const [first] = own;
    return [
      `${first?.budget}`,
      `${100 * (first?.redraw ?? 0)} % of the first`,
      (mean(after.map(({ optimum }) => optimum)) ?? 0).toFixed(1),
      scores(before),
      scores(after),
      intervalText(pairedDifference(after, before)),
      (mean(after.map(({ chosen }) => chosen)) ?? 0).toFixed(1),
    ];
  });
  return formatTable(header, rows);
}

const { values } = parseArgs({
  options: {
    first: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '20' },
    budgets: { type: 'string', default: '1500,4000' },
    redraws: { type: 'string', default: '1,0.5,0' },
    kind: { type: 'string', default: 'plain' },
    json: { type: 'boolean', default: false },
  },
});
const results: Result[] = [];
for (let seed = Number(values.first); seed < Number(values.first) + Number(values.seeds); seed++) {
  for (const budget of values.budgets.split(',').map(Number)) {
    for (const redraw of values.redraws.split(',').map(Number)) {
      for (const drafts of [0, MOST_DRAFTS]) {
        results.push(resultOf(seed, values.kind as PlantedKind, { budget, redraw, drafts }));
      }
    }
  }
  say(`landscape ${seed} done`);
}
await print(values.json ? JSON.stringify(results, null, 2) : tableOf(results));
