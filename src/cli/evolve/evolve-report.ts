import { join } from 'node:path';
import { stringify } from 'yaml';
import { printable } from '../../base/printable.ts';
import { topologyOf } from '../../evolve/genome.ts';
import { comparisonTable } from '../bench/bench-table.ts';
import { compact, section, shareText, signed } from '../terminal/number-text.ts';
import { count, writeText } from '../terminal/output.ts';
import { formatTable, TABLE_WIDTH, wrapped } from '../terminal/table.ts';
import type { Evolved, Found } from './evolve-run.ts';

const MOST_OF_FRONT = 8;

/** Writes champion.yaml, pareto.json and report.json; gives back the path of the first. */
export function writeEvolved(folder: string, evolved: Evolved): string {
  const champion = join(folder, 'champion.yaml');
  writeText(champion, stringify({ ...evolved.specs[0], name: 'champion' }));
  writeText(join(folder, 'pareto.json'), `${JSON.stringify(evolved.found[0]?.front ?? [], null, 2)}\n`);
  writeText(join(folder, 'report.json'), `${JSON.stringify(evolved, null, 2)}\n`);
  return champion;
}

/** What was found, for people. */
export function evolvedText(evolved: Evolved): string {
  const { found, benchmark, split } = evolved;
  const [first] = found;
  if (first === undefined) return '';
  const tasks = split.search.length + split.selection.length + split.heldOut.length;
  return [
    ...wrapped(printable(`${benchmark.name}, ${count(tasks, 'task')}: ${topologyOf(first.genome)}`), TABLE_WIDTH),
    ...section(scoreTable(evolved)),
    ...section(comparisons(evolved)),
    ...section(frontTable(first)),
  ].join('\n');
}

function scoreTable({ found, heldOut, split, budget }: Evolved): string {
  const rows = found.map(({ strategy, champion, spent, genome }, index) => {
    const measured = heldOut?.pipelines[index]?.passRate ?? null;
    const own = shareText(champion.solved, { mean: champion.solved, low: champion.low, high: champion.high });
    const spentText = budget.unit === 'calls' ? String(spent) : spent.toFixed(2);
    const isOther = genome !== champion.genome;
    // Of two pipelines the difference is no optimism.
    const optimism = measured === null || isOther ? '-' : signed(100 * (champion.solved - measured.mean));
    return [strategy, spentText, `${own}${isOther ? '*' : ''}`, shareText(null, measured), optimism];
  });
  const header = ['strategy', budget.unit, 'search says % [95 %]', 'held out % [95 %]', 'optimism'];
  const note =
    heldOut === null
      ? 'no task was held out: what the search says is of the tasks that it was searched on'
      : `held out: ${count(split.heldOut.length, 'task')} x ${count(heldOut.repeats, 'repeat')} that no search has seen; optimism is what the search says more, in points`;
  const other = found.some(({ genome, champion }) => genome !== champion.genome)
    ? ['* of the champion; a cheaper pipeline was preferred to it, and is the one held to the held-out tasks']
    : [];
  const notes = [note, ...other].flatMap((line) => wrapped(line, TABLE_WIDTH));
  return [formatTable(header, rows, TABLE_WIDTH), ...notes].join('\n');
}

function comparisons({ heldOut }: Evolved): string | null {
  return heldOut === null ? null : comparisonTable(heldOut, 'tasks');
}

function frontTable({ front }: Found): string | null {
  if (front.length === 0) return null;
  const rows = front
    .slice(0, MOST_OF_FRONT)
    .map(({ genome, trials, solved, tokens, seconds }) => [
      topologyOf(genome),
      (100 * solved).toFixed(1),
      compact(Math.round(tokens)),
      seconds.toFixed(2),
      String(trials),
    ]);
  const header = ['no other one is better in all of these', 'solved %', 'tokens', 'seconds', 'trials'];
  const more = front.length > MOST_OF_FRONT ? [`and ${front.length - MOST_OF_FRONT} more in pareto.json`] : [];
  const note = 'means a trial on the tasks that each was tried on: a few trials flatter';
  return [formatTable(header, rows, TABLE_WIDTH), ...more, note].join('\n');
}
