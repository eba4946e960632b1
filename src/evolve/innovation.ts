/** An innovation ledger as plain data. */
export interface InnovationState {
  /** The highest number given so far, 0 before the first. */
  readonly last: number;
  /** The stages added in this generation: behind which stage (by its number, 0 for the generator), and the number given. */
  readonly stages: readonly { readonly after: number; readonly innovation: number }[];
}

/**
 * Gives structural mutations their historical numbers (Stanley and Miikkulainen 2002, section 3.2): the same mutation within one
 * generation has the same number, any other a number never given before.
 */
export class Innovations {
  #last: number;
  readonly #stages: Map<number, number>;

  private constructor(last: number, stages: Map<number, number>) {
    this.#last = last;
    this.#stages = stages;
  }

  /** A ledger in which nothing was given. */
  static none(): Innovations {
    return new Innovations(0, new Map());
  }

  static from({ last, stages }: InnovationState): Innovations {
    return new Innovations(last, new Map(stages.map(({ after, innovation }) => [after, innovation])));
  }

  get state(): InnovationState {
    return {
      last: this.#last,
      stages: [...this.#stages].map(([after, innovation]) => ({ after, innovation })),
    };
  }

  /** The number of the mutation that adds a stage behind the stage of this number, 0 for the generator. */
  ofStageAfter(after: number): number {
    const known = this.#stages.get(after);
    if (known !== undefined) return known;
    this.#last += 1;
    this.#stages.set(after, this.#last);
    return this.#last;
  }

  /** The ledger for the next generation, in which the same mutation is a new one. */
  ofNextGeneration(): Innovations {
    return new Innovations(this.#last, new Map());
  }
}
