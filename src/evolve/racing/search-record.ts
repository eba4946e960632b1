import { fittingTrials } from '../fitting-trials.ts';
import { callCount, type Genome, genomeHash, nodeCount } from '../genome.ts';
import type { Outcome, SearchProblem, Wanted } from '../strategy.ts';

/** A trial by the place of its genome in the record. */
export interface PlannedTrial {
  readonly genome: number;
  readonly task: number;
  readonly repeat: number;
}

export interface RecordedTrial extends PlannedTrial {
  readonly solved: boolean;
  readonly drafts: number;
  readonly iterations: number;
}

/** Sums over a genome's trials. */
interface GenomeTotals {
  readonly trials: number;
  readonly solved: number;
  readonly tokens: number;
  readonly seconds: number;
}

/** All that a search has tried, as plain JSON. */
export interface SearchRecord {
  readonly genomes: readonly Genome[];
  /** genomeHash of each. */
  readonly hashes: readonly string[];
  readonly totals: readonly GenomeTotals[];
  readonly trials: readonly RecordedTrial[];
  readonly spent: number;
  /** Trials that were not known before, so that spent over these is what one costs. */
  readonly paid: number;
  /** The most that one trial has cost. */
  readonly dearest: number;
  /** Calls of all trials, paid for or not. */
  readonly calls: number;
}

export const EMPTY_RECORD: SearchRecord = {
  genomes: [],
  hashes: [],
  totals: [],
  trials: [],
  spent: 0,
  paid: 0,
  dearest: 0,
  calls: 0,
};

const NOTHING: GenomeTotals = { trials: 0, solved: 0, tokens: 0, seconds: 0 };

/** The record with these genomes, and their places, each once. */
export function withGenomes(record: SearchRecord, genomes: readonly Genome[]): [SearchRecord, number[]] {
  const known = [...record.genomes];
  const hashes = [...record.hashes];
  const places = genomes.map((genome) => {
    const hash = genomeHash(genome);
    const place = hashes.indexOf(hash);
    if (place >= 0) return place;
    hashes.push(hash);
    return known.push(genome) - 1;
  });
  const totals = [...record.totals, ...known.slice(record.genomes.length).map(() => NOTHING)];
  return [{ ...record, genomes: known, hashes, totals }, [...new Set(places)]];
}

/** The record with the outcomes of planned trials, in the same order. */
export function withOutcomes(
  record: SearchRecord,
  planned: readonly PlannedTrial[],
  outcomes: readonly Outcome[],
): SearchRecord {
  const totals = [...record.totals];
  const trials = [...record.trials];
  let { spent, paid, dearest, calls } = record;
  planned.forEach((trial, index) => {
    const outcome = outcomes[index];
    if (outcome === undefined) throw new Error(`expected ${planned.length} outcomes, got ${outcomes.length}`);
    const { solved, drafts, iterations, tokens, seconds, cost } = outcome;
    const own = totals[trial.genome] ?? NOTHING;
    totals[trial.genome] = {
      trials: own.trials + 1,
      solved: own.solved + Number(solved),
      tokens: own.tokens + tokens,
      seconds: own.seconds + seconds,
    };
    trials.push({ ...trial, solved, drafts, iterations });
    spent += cost;
    paid += Number(cost > 0);
    dearest = Math.max(dearest, cost);
    calls += callsMade(genomeAt(record, trial.genome), outcome);
  });
  return { ...record, totals, trials, spent, paid, dearest, calls };
}

/** The trials as an arena wants them. */
export function toWanted(record: SearchRecord, planned: readonly PlannedTrial[]): Wanted[] {
  return planned.map(({ genome, task, repeat }) => ({ genome: genomeAt(record, genome), task, repeat }));
}

export function genomeAt(record: SearchRecord, place: number): Genome {
  const genome = record.genomes[place];
  if (genome === undefined) throw new Error(`no genome ${place}: the record has ${record.genomes.length}`);
  return genome;
}

/** How many trials so much of the budget pays for, at what a trial has cost so far (1 before the first). */
export function affordable({ spent, paid }: SearchRecord, budget: number): number {
  return paid === 0 || spent === 0 ? Math.max(0, Math.floor(budget)) : Math.max(0, Math.floor((budget * paid) / spent));
}

/** How many more trials the budget less a reserved share of it pays for. */
export function affordableTrials({ budget }: SearchProblem, record: SearchRecord, reserved = 0): number {
  return affordable(record, budget * (1 - reserved) - record.spent);
}

/** Calls of models that a trial of this genome has made. */
export function callsMade({ stages }: Genome, { drafts, iterations }: Pick<Outcome, 'drafts' | 'iterations'>): number {
  const repairs = stages.flatMap(({ iterations: count, analyzer }) =>
    new Array<number>(count).fill(analyzer === null ? 1 : 2),
  );
  return drafts + repairs.slice(0, iterations).reduce((sum, asks) => sum + asks, 0);
}

/** The first of these trials, as many as are sure to fit into the budget, one at least. */
export function withinBudget(
  problem: SearchProblem,
  record: SearchRecord,
  planned: readonly PlannedTrial[],
): readonly PlannedTrial[] {
  const genomes = planned.map(({ genome }) => genomeAt(record, genome));
  return planned.slice(0, fittingTrials(problem, record, genomes));
}

/** Below 0 where the first genome has the fewer nodes, or as many and fewer calls: the tie-break of equal scores. */
export function compareSize(one: Genome, other: Genome): number {
  return nodeCount(one) - nodeCount(other) || callCount(one) - callCount(other);
}
