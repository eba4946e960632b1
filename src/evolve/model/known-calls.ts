import type { Genome } from '../genome.ts';
import { genomeAt, type SearchRecord } from '../racing/search-record.ts';
import { callsOf, type GenomeCall } from './success-rows.ts';

/** The calls that a search has made: whoever makes them again pays nothing for them, and learns nothing from them. */
export class KnownCalls {
  /** Of each call that was made, whether the trial ended with it. */
  readonly #ends = new Map<string, boolean>();
  readonly #paths = new Map<string, number>();
  readonly #repeats = new Map<number, number>();

  constructor(record: SearchRecord) {
    const made = record.genomes.map((genome) => this.wayOf(genome));
    for (const { genome, task, repeat, solved, drafts, iterations } of record.trials) {
      const way = made[genome] ?? [];
      const most = genomeAt(record, genome).drafts?.count ?? 0;
      const calls = [...way.slice(0, drafts), ...way.slice(1 + most, 1 + most + iterations)];
      calls.forEach(({ path }, place) => {
        const isLast = place === calls.length - 1;
        const isEnd = isLast && (solved || iterations < way.length - 1 - most);
        this.#ends.set(`${path} ${task} ${repeat}`, isEnd);
      });
      this.#repeats.set(task, Math.max(this.#repeats.get(task) ?? 0, repeat + 1));
    }
  }

  /** The calls that a genome makes, each with the calls of models that it takes. */
  wayOf(genome: Genome): readonly Way[] {
    const { drafts, repairs } = callsOf(genome, null);
    return [...drafts, ...repairs].map((call) => ({ asks: call.asks, path: this.#placeOf(call) }));
  }

  /** How many of the first calls on this way are known, all in vain; null where one of them ended the trial. */
  knownOf(way: readonly Way[], task: number, repeat: number): number | null {
    for (let place = 0; place < way.length; place++) {
      const isEnd = this.#ends.get(`${way[place]?.path} ${task} ${repeat}`);
      if (isEnd === undefined) return place;
      if (isEnd) return null;
    }
    return null;
  }

  /** Repeats of a task that any genome has had. */
  repeatsOf(task: number): number {
    return this.#repeats.get(task) ?? 0;
  }

  #placeOf({ path }: GenomeCall): number {
    const known = this.#paths.get(path) ?? this.#paths.size;
    this.#paths.set(path, known);
    return known;
  }
}

interface Way {
  readonly asks: number;
  readonly path: number;
}
