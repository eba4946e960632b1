import { appendFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Standing } from './strategy.ts';

/** The file of how a search stood after each batch, in its folder. */
export function historyFile(folder: string): string {
  return join(folder, 'history.jsonl');
}

/** A champion's estimate has an interval, which does not hold before its report. */
function withoutInterval(best: Standing['best']): Standing['best'] {
  return best === null ? null : { genome: best.genome, solved: best.solved, trials: best.trials };
}

/** history.jsonl in the folder of a search: a line a batch. */
export class SearchHistory {
  readonly #path: string;

  /** Keeps so many bytes of a file that is there, 0 for a new search. */
  constructor(folder: string, kept: number) {
    this.#path = historyFile(folder);
    writeFileSync(this.#path, '', { flag: 'a' });
    truncateSync(this.#path, Math.min(kept, this.size));
  }

  /** In bytes. */
  get size(): number {
    return statSync(this.#path).size;
  }

  add({ generation, spent, species, best }: Standing): void {
    appendFileSync(this.#path, `${JSON.stringify({ generation, spent, species, best: withoutInterval(best) })}\n`);
  }
}
