import { count } from '../../base/count.ts';
import type { RunEvent } from '../../runs/event.ts';
import { outcomeOf } from '../../runs/trial.ts';

const MOST_PIPELINES = 4;

interface Tally {
  passed: number;
  ended: number;
}

/** How many of the trials that ended each pipeline has solved, for a line of progress. */
export class SolvedSoFar {
  readonly #tallies = new Map<string, Tally>();

  take(event: RunEvent): void {
    if (event.kind !== 'trial-ended') return;
    const { pipeline } = event.trial;
    const tally = this.#tallies.get(pipeline) ?? { passed: 0, ended: 0 };
    tally.ended += 1;
    if (outcomeOf(event.trial) === 'passed') tally.passed += 1;
    this.#tallies.set(pipeline, tally);
  }

  /** `solved: solo 5 of 8, loop 7 of 8`; of many pipelines, the first few. */
  text(): string {
    if (this.#tallies.size === 0) return '';
    const all = [...this.#tallies].map(([name, { passed, ended }]) => `${name} ${passed} of ${ended}`);
    const more = all.length > MOST_PIPELINES ? [count(all.length - MOST_PIPELINES, 'more pipeline')] : [];
    return `solved: ${[...all.slice(0, MOST_PIPELINES), ...more].join(', ')}`;
  }
}
