import { appendFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BudgetUnit } from '../../evolve/arena.ts';
import type { Standing } from '../../evolve/strategy.ts';
import { standingHeading, standingLine } from '../../report/search-progress.ts';

const ROW_MILLISECONDS = 2000;

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
    say?.(standingHeading(title, unit));
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
    this.#say?.(standingLine(this.#waiting, this.#unit));
    this.#generation = this.#waiting.generation;
    this.#said = performance.now();
    this.#waiting = null;
  }
}
