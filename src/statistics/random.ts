/** Four unsigned 32-bit words: all that a Random is, so that it can be kept as JSON and go on where it was. */
export type RandomState = readonly [number, number, number, number];

/** The small fast counter generator (sfc32): the same numbers from the same seed on every machine. Not for secrets. */
export class Random {
  #words: [number, number, number, number];

  private constructor(state: RandomState) {
    this.#words = [...state];
  }

  /** A generator whose numbers depend on the seed (a whole number) alone. */
  static of(seed: number): Random {
    const random = new Random([seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, 0x9e3779b9, 1]);
    for (let round = 0; round < 15; round++) random.word();
    return random;
  }

  static from(state: RandomState): Random {
    return new Random(state);
  }

  get state(): RandomState {
    return [...this.#words];
  }

  /** A whole number in 0..2^32-1. */
  word(): number {
    const [a, b, c, counter] = this.#words;
    const drawn = (a + b + counter) >>> 0;
    this.#words = [
      (b ^ (b >>> 9)) >>> 0,
      (c + (c << 3)) >>> 0,
      (((c << 21) | (c >>> 11)) + drawn) >>> 0,
      (counter + 1) >>> 0,
    ];
    return drawn;
  }

  /** A number in [0, 1) with 53 bits. */
  uniform(): number {
    return ((this.word() >>> 5) * 2 ** 26 + (this.word() >>> 6)) / 2 ** 53;
  }

  /** A whole number in 0..count-1, each as likely. */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Whether an event of this chance comes about. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** A normal number of mean 0 and standard deviation 1 (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** A Beta variable; both shapes are at least 1. */
  beta(one: number, other: number): number {
    const [first, second] = [this.#gamma(one), this.#gamma(other)];
    return first / (first + second);
  }

  /** A gamma variable of a shape of at least 1 and scale 1 (Marsaglia and Tsang). */
  #gamma(shape: number): number {
    const d = shape - 1 / 3;
    for (;;) {
      const normal = this.normal();
      const cube = (1 + normal / Math.sqrt(9 * d)) ** 3;
      if (cube > 0 && Math.log(1 - this.uniform()) < normal ** 2 / 2 + d * (1 - cube + Math.log(cube))) return d * cube;
    }
  }

  /** One of the items, each as likely; the list has at least one. */
  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  /** The items in an order drawn at random. */
  shuffled<Item>(items: readonly Item[]): Item[] {
    const order = [...items];
    for (let last = order.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      [order[last], order[other]] = [order[other] as Item, order[last] as Item];
    }
    return order;
  }
}
