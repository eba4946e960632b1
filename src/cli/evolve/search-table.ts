import { appendFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printable } from '../../base/printable.ts';
import type { BudgetUnit } from '../../evolve/arena.ts';
import { topologyOf } from '../../evolve/genome.ts';
import type { Standing } from '../../evolve/strategy.ts';
import { shareText } from '../terminal/number-text.ts';
import { shortened } from '../terminal/table.ts';

const ROW_MILLISECONDS = 2000;
const WIDTHS = [4, 9, 7, 21, 7] as const;
const NAME_WIDTH = 26;

export interface SearchTableOptions {
  readonly folder: string;
  readonly title: string;
  readonly unit: BudgetUnit;
  /** Bytes of history.jsonl that this search goes on behind, 0 of a new one. */
  readonly kept: number;
  /** Null where nothing is to be said. */
  readonly say: ((line: string) => void) | null;
}

/** A line a generation, or now and then where those are quick: said while the search goes on, and all kept in history.jsonl. */
export class SearchTable {
  readonly #history: string;
  readonly #unit: BudgetUnit;
  readonly #say: ((line: string) => void) | null;
  #said = Number.NEGATIVE_INFINITY;
  #generation = -1;
  #waiting: Standing | null = null;

  constructor({ folder, title, unit, kept, say }: SearchTableOptions) {
    this.#history = join(folder, 'history.jsonl');
    this.#unit = unit;
    this.#say = say;
    writeFileSync(this.#history, '', { flag: 'a' });
    truncateSync(this.#history, Math.min(kept, this.size));
    say?.(row([title === 'paper' ? 'gen' : 'step', unit, 'species', 'best % [95 %]', 'trials'], `best by ${title}`));
  }

  /** Bytes of history.jsonl. */
  get size(): number {
    return statSync(this.#history).size;
  }

  add(standing: Standing): void {
    const { generation, spent, species, best } = standing;
    appendFileSync(this.#history, `${JSON.stringify({ generation, spent, species, best })}\n`);
    const isDue = generation !== this.#generation || performance.now() - this.#said > ROW_MILLISECONDS;
    this.#waiting = standing;
    if (isDue && performance.now() - this.#said > ROW_MILLISECONDS / 4) this.end();
  }

  /** Says what was not said yet. */
  end(): void {
    if (this.#waiting === null) return;
    const { generation, spent, species, best } = this.#waiting;
    this.#waiting = null;
    this.#said = performance.now();
    this.#generation = generation;
    const share = best === null ? '-' : shareText(best.solved, { mean: best.solved, low: best.low, high: best.high });
    const cells = [String(generation), this.#spent(spent), String(species), share, String(best?.trials ?? 0)];
    this.#say?.(row(cells, best === null ? '' : topologyOf(best.genome)));
  }

  #spent(spent: number): string {
    return this.#unit === 'calls' ? String(spent) : spent.toFixed(3);
  }
}

function row(cells: readonly string[], name: string): string {
  const padded = cells.map((cell, index) => cell.padStart(WIDTHS[index] ?? 0));
  return `${padded.join(' ')}  ${shortened(printable(name), NAME_WIDTH)}`;
}
