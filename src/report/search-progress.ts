import { printable } from '../base/printable.ts';
import { topologyOf } from '../evolve/genome.ts';
import { type StrategyName, strategyNamed } from '../evolve/strategies.ts';
import type { BudgetUnit, Standing } from '../evolve/strategy.ts';
import { cellText, columnTitle } from './cell-text.ts';
import { spentColumn } from './search-report.ts';
import { type Cell, type Column, countColumn, shareColumn, textColumn } from './table.ts';
import { padded, shortened } from './text-width.ts';

/** Of the columns before the last, so that lines that come one by one stand below each other within 80. */
const WIDTHS = [4, 9, 7, 7, 7] as const;
const LAST_WIDTH = 40;

/** The heading above the lines of a search by this strategy. */
export function standingHeading(strategy: StrategyName, unit: BudgetUnit): string {
  const { stepName = 'step' } = strategyNamed(strategy);
  return lineOf(columnsOf({ stepName, title: `best by ${strategy}` }, unit).map(columnTitle));
}

/** Where a search stands, as one line. */
export function standingLine({ generation, spent, species, best }: Standing, unit: BudgetUnit): string {
  const cells: Cell[] = [
    generation,
    spent,
    species,
    best === null ? null : best.solved,
    best?.trials ?? 0,
    best === null ? '' : topologyOf(best.genome),
  ];
  return lineOf(columnsOf({ stepName: '', title: '' }, unit).map((column, index) => cellText(cells[index], column)));
}

function columnsOf({ stepName, title }: { stepName: string; title: string }, unit: BudgetUnit): Column[] {
  return [
    countColumn(stepName, 'steps'),
    unit === 'calls' ? spentColumn(unit) : { ...spentColumn(unit), digits: 3 },
    countColumn('species', 'species'),
    shareColumn('best', null),
    countColumn('trials', 'trials'),
    textColumn(title),
  ];
}

function lineOf(texts: readonly string[]): string {
  const numbers = WIDTHS.map((width, index) => padded(texts[index] ?? '', width, 'right'));
  return `${numbers.join(' ')}  ${shortened(printable(texts.at(-1) ?? ''), LAST_WIDTH)}`;
}
