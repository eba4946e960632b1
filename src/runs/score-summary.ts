import { mean } from '../statistics/describe.ts';
import { passAtK } from '../statistics/pass-at-k.ts';
import {
  type BenchmarkSummary,
  type PreflightSummary,
  summarizeBenchmark,
  summarizePreflight,
} from './benchmark-summary.ts';
import type { CheckedBenchmark } from './preflight.ts';
import type { Sample, ScoredSample } from './score-samples.ts';

/** Samples as they were judged; fewer of these where it was stopped. */
export interface JudgedSamples extends CheckedBenchmark {
  readonly samples: readonly Sample[];
  readonly scored: readonly ScoredSample[];
  readonly seconds: number;
}

/** What judged samples come to. */
export interface ScoreSummary {
  readonly benchmark: BenchmarkSummary;
  readonly preflight: PreflightSummary;
  readonly samples: number;
  readonly passed: number;
  /** Null where the benchmark has no plus tests. */
  readonly basePassed: number | null;
  readonly faults: number;
  /** By k. */
  readonly passAtK: Readonly<Record<string, number>>;
  /** Whether their file says the same; null where it says nothing. */
  readonly said: Agreement | null;
  readonly seconds: number;
}

/** Sums up judged samples. */
export function summarizeScore({ benchmark, preflight, leftOut, scored, seconds }: JudgedSamples): ScoreSummary {
  const count = (test: (sample: ScoredSample) => boolean) => scored.filter(test).length;
  const hasPlus = scored.some(({ grade }) => grade?.plus != null);
  return {
    benchmark: summarizeBenchmark(benchmark),
    preflight: summarizePreflight(preflight, benchmark.tasks.length, leftOut),
    samples: scored.length,
    passed: count(({ grade }) => grade?.passed === true),
    basePassed: hasPlus ? count(({ grade }) => grade?.base.kind === 'passed') : null,
    faults: count(({ grade }) => grade === null),
    passAtK: passAtKTable(scored),
    said: agreement(scored),
    seconds,
  };
}

/** Mean over tasks of pass@k for k = 1, 10, 100, as far as every task has that many judged samples. */
export function passAtKTable(scored: readonly ScoredSample[]): Record<string, number> {
  const byTask = Map.groupBy(
    scored.filter(({ grade }) => grade !== null),
    ({ taskId }) => taskId,
  );
  const estimates = (k: number) =>
    [...byTask.values()].map((draws) => passAtK(draws.length, draws.filter(({ grade }) => grade?.passed).length, k));
  const table = [1, 10, 100].map((k) => [String(k), meanOfKnown(estimates(k))] as const);
  return Object.fromEntries(table.filter((entry): entry is readonly [string, number] => entry[1] !== null));
}

/** What the file of samples says of them against what was found; a sample that broke here is not among them. */
export interface Agreement {
  readonly samples: number;
  /** Said to pass. */
  readonly passed: number;
  /** Those that were found otherwise; `draw` counts the samples of a task from 0. */
  readonly otherwise: readonly { readonly taskId: string; readonly draw: number; readonly passed: boolean }[];
}

/** Compares what was found with what the file says; null where it says nothing of any. */
export function agreement(scored: readonly ScoredSample[]): Agreement | null {
  const draws = new Map<string, number>();
  const pairs = scored.flatMap(({ sample: { saidToPass: said }, taskId, grade }) => {
    const draw = draws.get(taskId) ?? 0;
    draws.set(taskId, draw + 1);
    return said === null || grade === null ? [] : [{ taskId, draw, said, passed: grade.passed }];
  });
  if (pairs.length === 0) return null;
  const otherwise = pairs.filter(({ said, passed }) => said !== passed);
  return {
    samples: pairs.length,
    passed: pairs.filter(({ said }) => said).length,
    otherwise: otherwise.map(({ said: _, ...pair }) => pair),
  };
}

function meanOfKnown(values: readonly (number | null)[]): number | null {
  return values.some((value) => value === null) ? null : mean(values as number[]);
}
