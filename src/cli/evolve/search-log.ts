import type { StrategyName } from '../../evolve/strategies.ts';
import type { BudgetUnit, Standing } from '../../evolve/strategy.ts';
import { standingHeading, standingLine } from '../../report/search-progress.ts';

const ROW_MILLISECONDS = 2000;

/** Says where a search stands, a line a generation, or now and then where those are quick. */
export class SearchLog {
  readonly #unit: BudgetUnit;
  readonly #say: (line: string) => void;
  #said = Number.NEGATIVE_INFINITY;
  #generation = -1;
  #waiting: Standing | null = null;

  constructor(unit: BudgetUnit, say: (line: string) => void) {
    this.#unit = unit;
    this.#say = say;
  }

  /** A strategy begins or goes on. */
  begin(strategy: StrategyName): void {
    this.#said = Number.NEGATIVE_INFINITY;
    this.#generation = -1;
    this.#say(standingHeading(strategy, this.#unit));
  }

  add(standing: Standing): void {
    const elapsed = performance.now() - this.#said;
    const isDue = standing.generation !== this.#generation || elapsed > ROW_MILLISECONDS;
    this.#waiting = standing;
    if (isDue && elapsed > ROW_MILLISECONDS / 4) this.end();
  }

  /** Says what was not said yet. */
  end(): void {
    if (this.#waiting === null) return;
    this.#say(standingLine(this.#waiting, this.#unit));
    this.#generation = this.#waiting.generation;
    this.#said = performance.now();
    this.#waiting = null;
  }
}
