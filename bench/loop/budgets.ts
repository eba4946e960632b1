// What the pipelines of a run come to with fewer tokens for a task, from the files of the run: attempts begun within each budget count.
//   node bench/loop/budgets.ts FOLDER
import { join } from 'node:path';
import { readJsonLines } from '../../src/base/json-lines.ts';
import { mean } from '../../src/statistics/describe.ts';
import { formatTable } from '../format-table.ts';
import { gain, percent } from './percent.ts';

interface Row {
  readonly pipeline: string;
  readonly taskId: string;
  readonly attempts: readonly {
    readonly bestSoFar: number;
    readonly completions: readonly { readonly usage: { promptTokens: number; completionTokens: number } | null }[];
  }[];
  readonly grades: readonly { readonly passed: boolean }[];
}

/** Where a trial stands when its budget is spent. */
interface Standing {
  readonly isRight: boolean;
  readonly tokens: number;
}

const BUDGETS = [1, 200, 400, 600, 800];
const folder = process.argv[2];
if (folder === undefined) throw new Error('expected the folder of a run');
const pipelines = Map.groupBy(readJsonLines(join(folder, 'traces.jsonl')) as Row[], ({ pipeline }) => pipeline);
const [first] = pipelines.keys();
const header = ['pipeline', 'tokens at most', 'right', `less ${first}, points [95 %]`, 'tokens spent'];
const rows = BUDGETS.flatMap((budget) => {
  const than = sharesOf(pipelines.get(first!)!, budget).right;
  return [...pipelines].map(([name, trials]) => {
    const { right, tokens } = sharesOf(trials, budget);
    return [name, String(budget), percent(mean(right)), gain(right, than), (mean(tokens) ?? 0).toFixed(0)];
  });
});
process.stdout.write(`${formatTable(header, rows)}\n`);

/** The share of right answers and the mean tokens of each task. */
function sharesOf(trials: readonly Row[], budget: number): { right: number[]; tokens: number[] } {
  const tasks = [...Map.groupBy(trials, ({ taskId }) => taskId)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const standings = tasks.map(([, own]) => own.map((trial) => standingOf(trial, budget)));
  return {
    right: standings.map((own) => mean(own.map(({ isRight }) => Number(isRight))) ?? 0),
    tokens: standings.map((own) => mean(own.map(({ tokens }) => tokens)) ?? 0),
  };
}

function standingOf({ attempts, grades }: Row, budget: number): Standing {
  let tokens = 0;
  let best = 0;
  for (const { completions, bestSoFar } of attempts) {
    if (tokens >= budget) break;
    tokens += completions.reduce((sum, { usage }) => sum + usage!.promptTokens + usage!.completionTokens, 0);
    best = bestSoFar;
  }
  return { isRight: grades[best]?.passed ?? false, tokens };
}
