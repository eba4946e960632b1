import type { DrawRow } from '../../statistics/mixed-logistic.ts';
import { draftStagesOf, type Genome } from '../genome.ts';
import type { SearchRecord } from '../racing/search-record.ts';
import {
  draftFeatures,
  type Feature,
  orderFeatures,
  redrawFeatures,
  redrawOrderFeatures,
  stageFeatures,
} from './success-features.ts';
import type { Layout } from './success-layout.ts';

/** Trials from which on a genome has an effect of its own, beyond those of its parts. */
const OWN_TRIALS = 10;

interface GenomeCall {
  readonly trait: string;
  readonly features: readonly Feature[];
  /** All that the answer depends on: what was asked before, and of whom. */
  readonly path: string;
}

/** The calls of a genome that may solve a task, each with all its features. */
function callsOf(genome: Genome, hash: string | null): { drafts: GenomeCall[]; repairs: GenomeCall[] } {
  let path = JSON.stringify([genome.policies, genome.generator]);
  const drafts: GenomeCall[] = [{ ...draftFeatures(genome), path }];
  for (const gene of draftStagesOf(genome)) {
    const { trait, features } = redrawFeatures(genome, gene);
    for (let before = 0; before < gene.count; before++) {
      path += JSON.stringify(gene.temperature);
      drafts.push({ trait, features: [...features, ...redrawOrderFeatures(before)], path });
    }
  }
  const repairs: GenomeCall[] = [];
  genome.stages.forEach(({ iterations, analyzer, refiner }, place) => {
    const { trait, features } = stageFeatures(genome, place, hash);
    for (let iteration = 0; iteration < iterations; iteration++) {
      path += JSON.stringify([analyzer, refiner]);
      repairs.push({
        trait,
        features: [...features, ...orderFeatures(repairs.length, iteration)],
        path,
      });
    }
  });
  return { drafts, repairs };
}

/**
 * One row for each genome, call and task that was tried. Genomes that begin alike have the same draft and the same first
 * refinements in the same repeat: such a call counts once.
 */
export function rowsOf(record: SearchRecord, layout: Layout): DrawRow[] {
  const ways = new Map<string, number>();
  const calls = record.genomes.map((genome, place) => {
    const isTried = (record.totals[place]?.trials ?? 0) >= OWN_TRIALS;
    const { drafts, repairs } = callsOf(genome, isTried ? (record.hashes[place] ?? null) : null);
    const columns = (call: GenomeCall) => callColumns(call, layout, ways);
    return { drafts: drafts.map(columns), repairs: repairs.map(columns) };
  });
  const counted = new Set<string>();
  const rows = new Map<string, Counted>();
  for (const { genome, task, repeat, solved, drafts, iterations } of record.trials) {
    const group = layout.placeOf(task);
    const own = calls[genome];
    const made = [...(own?.drafts.slice(0, drafts) ?? []), ...(own?.repairs.slice(0, iterations) ?? [])];
    for (const call of made) {
      if (counted.has(`${call.way} ${task} ${repeat}`)) continue;
      counted.add(`${call.way} ${task} ${repeat}`);
      const key = `${genome} ${call.way} ${group}`;
      const row = rows.get(key) ?? rowOf(call, group, layout);
      row.hits += Number(solved && call === made.at(-1));
      row.draws += 1;
      rows.set(key, row);
    }
  }
  return [...rows.values()];
}

type Counted = DrawRow & { hits: number; draws: number };

interface CallColumns {
  /** The same for all calls that come after the same calls. */
  readonly way: number;
  readonly trait: number;
  /** The last column is the guess of the task's difficulty. */
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

function callColumns(call: GenomeCall, layout: Layout, ways: Map<string, number>): CallColumns {
  const { trait, features, path } = call;
  const way = ways.get(path) ?? ways.size;
  ways.set(path, way);
  const all = [...features, layout.guess(trait, 0)];
  return {
    way,
    trait: layout.traits.indexOf(trait),
    columns: Int32Array.from(all, (feature) => layout.columnOf(feature)),
    values: Float64Array.from(all, ({ value }) => value),
  };
}

function rowOf({ trait, columns, values }: CallColumns, group: number, layout: Layout): Counted {
  const own = Float64Array.from(values);
  own[own.length - 1] = layout.difficultyAt(group);
  return { group, trait, columns, values: own, hits: 0, draws: 0 };
}
