import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import { isPassed, type TrialFacts } from '../runs/trial-facts.ts';

/** How a candidate stands after some tasks. */
export interface Standing {
  readonly spec: PipelineSpec;
  readonly trials: number;
  readonly passed: number;
  /** Prompt and new tokens of one trial, on average. */
  readonly tokens: number;
  /** True where it was left behind. */
  readonly isOut: boolean;
}

/** Standard errors that a candidate may lag behind the leader and go on. */
const SLACK = 1.5;

/**
 * A race of pipelines over the same tasks, a round of tasks at a time: after each round those that lag far behind the leader on the tasks
 * that both have done are left behind, by a sign test of the tasks in which they differ.
 */
export class Race {
  readonly #specs: readonly PipelineSpec[];
  readonly #trials = new Map<string, TrialFacts[]>();
  readonly #out = new Set<string>();

  constructor(specs: readonly PipelineSpec[]) {
    this.#specs = specs;
  }

  /** The candidates that are still in it, the best first. */
  get runners(): PipelineSpec[] {
    return this.standings().flatMap(({ spec, isOut }) => (isOut ? [] : [spec]));
  }

  /** Takes in the trials of a round, and leaves behind whoever lags too far. */
  endRound(trials: readonly TrialFacts[]): void {
    for (const trial of trials) {
      this.#trials.set(trial.pipeline, [...(this.#trials.get(trial.pipeline) ?? []), trial]);
    }
    const [leader, ...others] = this.runners;
    for (const { name } of others) if (leader && this.#lags(name, leader.name)) this.#out.add(name);
  }

  /** The best first: of those still in the race, then of all; of equals the one that takes fewer tokens. */
  standings(): Standing[] {
    return this.#specs
      .map((spec) => this.#standing(spec))
      .toSorted((a, b) => Number(a.isOut) - Number(b.isOut) || share(b) - share(a) || a.tokens - b.tokens);
  }

  #standing(spec: PipelineSpec): Standing {
    const trials = this.#trials.get(spec.name) ?? [];
    const tokens = trials.reduce((sum, { cost }) => sum + cost.promptTokens + cost.completionTokens, 0);
    return {
      spec,
      trials: trials.length,
      passed: trials.filter(isPassed).length,
      tokens: tokens / Math.max(1, trials.length),
      isOut: this.#out.has(spec.name),
    };
  }

  #lags(name: string, leader: string): boolean {
    const theirs = new Map((this.#trials.get(leader) ?? []).map((trial) => [trial.taskId, isPassed(trial)]));
    let [ahead, differing] = [0, 0];
    for (const trial of this.#trials.get(name) ?? []) {
      const rival = theirs.get(trial.taskId);
      if (rival === undefined || rival === isPassed(trial)) continue;
      differing += 1;
      ahead += rival ? 1 : -1;
    }
    return ahead > SLACK * Math.sqrt(differing);
  }
}

function share({ passed, trials }: Standing): number {
  return passed / Math.max(1, trials);
}
