import { compareWithFirst } from '../../src/analysis/comparison.ts';
import { summarizePipeline } from '../../src/analysis/summary.ts';
import type { SearchResult, SearchResults } from '../../src/report/search-report.ts';
import { genome, role, stage } from '../evolve/own-search.ts';
import { runOf } from './own-runs.ts';

const LOOP = genome([stage(1, { refiner: role('b') })], { generator: role('a') });
const SOLO = genome([], { generator: role('a') });

/** Two searches, of the second of which a cheaper pipeline than the champion was preferred. */
export function searchResults(): SearchResults {
  const { specs, trials } = runOf(6, 3);
  const pair = specs.slice(0, 2).map((spec, index) => ({ ...spec, name: index === 0 ? 'by race' : 'by random' }));
  const renamed = trials
    .filter(({ pipeline }) => pipeline !== 'forced')
    .map((trial) => ({ ...trial, pipeline: trial.pipeline === 'solo' ? 'by race' : 'by random' }));
  const size = { repeats: 3, tasks: 6 };
  const weighed = { genome: LOOP, trials: 40, nodes: 3, solved: 0.625, tokens: 12_345.6, seconds: 4.25 };
  const race: SearchResult = {
    strategy: 'race',
    genome: LOOP,
    champion: { genome: LOOP, solved: 0.625, low: 0.5, high: 0.74, trials: 40 },
    again: { solved: 0.6, low: 0.5, high: 0.7 },
    spent: 800,
    tokens: 987_654,
    front: [weighed, { ...weighed, genome: SOLO, nodes: 1, solved: 0.5, tokens: 900, seconds: 1.5, trials: 12 }],
  };
  return {
    benchmark: { name: 'own' },
    budget: { unit: 'calls' },
    split: { search: [0, 1, 2, 3], selection: [4, 5], heldOut: [6, 7, 8, 9, 10, 11] },
    found: [race, { ...race, strategy: 'random', genome: SOLO, again: null, spent: 799 }],
    heldOut: {
      ...size,
      pipelines: pair.map((spec) => summarizePipeline(spec, renamed, size)),
      comparisons: compareWithFirst(
        pair.map(({ name }) => name),
        renamed,
      ),
    },
  };
}
