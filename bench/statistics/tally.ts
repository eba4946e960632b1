import type { Interval } from '../../src/statistics/interval.ts';

/** How one method does in one cell of the grid: experiments, misses on either side, widths, contradictions of the verdict. */
export class Tally {
  experiments = 0;
  /** The truth is below the interval, or above it. */
  below = 0;
  above = 0;
  width = 0;
  contradictions = 0;

  /** `p` of the test that the verdict is made of; null where there is none. */
  add({ low, high }: Interval, truth: number, p: number | null): void {
    this.experiments += 1;
    this.below += Number(truth < low - ROUNDING);
    this.above += Number(truth > high + ROUNDING);
    this.width += high - low;
    this.contradictions += Number(p !== null && p <= 0.05 !== (low > 0 || high < 0));
  }

  get coverage(): number {
    return 1 - (this.below + this.above) / this.experiments;
  }

  get worseSide(): number {
    return Math.max(this.below, this.above) / this.experiments;
  }
}

const ROUNDING = 1e-9;

/** The tallies of every method, cell by cell. */
export class Tallies {
  readonly #cells = new Map<string, Map<string, Tally>>();

  of(method: string, cell: string): Tally {
    const own = this.#cells.get(method) ?? new Map<string, Tally>();
    this.#cells.set(method, own);
    const tally = own.get(cell) ?? new Tally();
    own.set(cell, tally);
    return tally;
  }

  /** Cells by method. */
  get methods(): ReadonlyMap<string, ReadonlyMap<string, Tally>> {
    return this.#cells;
  }
}
