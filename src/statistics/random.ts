/** Four unsigned 32-bit words: all that a Random is, so that it can be kept as JSON and go on where it was. */
export type RandomState = readonly [number, number, number, number];

/** The small fast counter generator (sfc32): the same numbers from the same seed on every machine. Not for secrets. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  private constructor([a, b, c, counter]: RandomState) {
    [this.#a, this.#b, this.#c, this.#counter] = [a, b, c, counter];
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
    return [this.#a, this.#b, this.#c, this.#counter];
  }

  /** A whole number in 0..2^32-1. */
  word(): number {
    const [b, c] = [this.#b, this.#c];
    const drawn = (this.#a + b + this.#counter) >>> 0;
    this.#a = (b ^ (b >>> 9)) >>> 0;
    this.#b = (c + (c << 3)) >>> 0;
    this.#c = (((c << 21) | (c >>> 11)) + drawn) >>> 0;
    this.#counter = (this.#counter + 1) >>> 0;
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

  /** A Beta variable; both shapes are above 0. */
  beta(one: number, other: number): number {
    const [first, second] = [this.#gamma(one), this.#gamma(other)];
    // Small shapes give numbers that are too small for both.
    return first + second === 0 ? Number(this.chance(one / (one + other))) : first / (first + second);
  }

  /** A gamma variable of scale 1 (Marsaglia and Tsang). */
  #gamma(shape: number): number {
    if (shape < 1) return this.#gamma(shape + 1) * (1 - this.uniform()) ** (1 / shape);
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
