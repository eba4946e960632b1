import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import type { Budget } from './budget.ts';
import type { Genome } from './genome.ts';
import type { HeldOut } from './held-out.ts';
import type { Score } from './pareto.ts';
import type { Split } from './split.ts';
import type { StrategyName } from './strategies.ts';
import type { Estimate } from './strategy.ts';

/** What one strategy found. */
export interface Finding {
  readonly strategy: StrategyName;
  /** The champion, or the pipeline that is preferred to it for its price. */
  readonly genome: Genome;
  /** The champion with its search score. */
  readonly champion: Estimate;
  /** The champion in new draws on the tasks of its search score; null where no task was held out, or the models have no further answers. */
  readonly again: Pick<Estimate, 'solved' | 'low' | 'high'> | null;
  /** In the unit of the budget. */
  readonly spent: number;
  /** Of all trials. */
  readonly trials: number;
  readonly tokens: number;
  /** Of model and sandbox, the mean of the genome's trials. */
  readonly seconds: number;
  readonly generation: number;
  readonly front: readonly Score[];
}

/** What a search found; the first of `found` is the strategy that was asked for, the others are those it had to beat. */
export interface Findings {
  readonly benchmark: { readonly name: string; readonly sha256: string };
  readonly budget: Budget;
  readonly split: Split;
  /** The same by the ids of the tasks. */
  readonly taskIds: Readonly<Record<keyof Split, readonly string[]>>;
  readonly found: readonly Finding[];
  /** The pipelines of `found`. */
  readonly specs: readonly PipelineSpec[];
  /** What needs no search: each model alone and repairing its own draft, measured beside them on the held-out tasks. */
  readonly plain: readonly PipelineSpec[];
  /** Of the pipelines of `found`, then the plain ones; null where no task was held out. */
  readonly heldOut: HeldOut | null;
}
