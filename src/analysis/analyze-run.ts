import { isDraftStage, type PipelineSpec } from '../pipeline/pipeline-spec.ts';
import type { RunFacts } from '../runs/run-facts.ts';
import { type AgreementReliability, agreementReliability } from './agreement-reliability.ts';
import { type BestOfRuns, bestOfRuns } from './best-of-runs.ts';
import { chancesOf, type PipelineChances } from './chances.ts';
import { costsOf, type PipelineCost } from './costs.ts';
import { type CutAnswers, cutAnswers } from './cut-answers.ts';
import { type FirstErrors, firstErrorsOf } from './first-errors.ts';
import { type HierarchicalResult, hierarchicalResults } from './hierarchical.ts';
import {
  type ForcedIterations,
  forcedIterations,
  isForced,
  type StoppedIterations,
  stoppedIterations,
} from './iterations.ts';
import { type MoveValue, moveValues } from './move-values.ts';
import { type NeverSolved, neverSolved } from './never-solved.ts';
import { type PipelineResult, pipelineResult } from './pipeline-results.ts';
import { type RepairResult, repairResults } from './repair-results.ts';
import { type Separation, separationsOf } from './separations.ts';

/** All that the trials of a run show; pipelines come in the order of the run. */
export interface Analysis {
  readonly run: RunFacts['summary'];
  readonly results: readonly PipelineResult[];
  readonly separations: readonly Separation[];
  readonly chances: readonly PipelineChances[];
  /** Of a run with few tasks. */
  readonly hierarchical: readonly HierarchicalResult[];
  readonly firstErrors: readonly FirstErrors[];
  /** Of pipelines that stop at their first pass and have stages of repairs alone. */
  readonly iterations: readonly StoppedIterations[];
  /** Of such pipelines that go on after a pass. */
  readonly forced: readonly ForcedIterations[];
  /** Of all pipelines that have a stage, where one of them draws further drafts. */
  readonly moves: readonly MoveValue[];
  /** Of pipelines that compare their drafts. */
  readonly agreement: readonly AgreementReliability[];
  /** Of pipelines that ended an answer early. */
  readonly cut: readonly CutAnswers[];
  readonly bestOfRuns: readonly BestOfRuns[];
  readonly neverSolved: NeverSolved;
  readonly repairs: readonly RepairResult[];
  readonly costs: readonly PipelineCost[];
}

/** Every table of the paper, and a few more, as plain data. */
export function analyzeRun({ specs, trials, summary }: RunFacts): Analysis {
  const size = { repeats: summary.repeats, tasks: summary.benchmark.tasks };
  const pipelines = specs.map((spec) => ({ spec, own: trials.filter(({ pipeline }) => pipeline === spec.name) }));
  const results = pipelines.map(({ spec, own }) => pipelineResult(spec, own, size));
  const names = specs.map(({ name }) => name);
  const separations = separationsOf(results, trials, summary.looks);
  const repairing = pipelines.filter(({ spec }) => spec.stages.length > 0 && !isDrawing(spec));
  return {
    run: summary,
    results,
    separations,
    chances: chancesOf(names, trials, separations),
    hierarchical: hierarchicalResults(names, trials),
    firstErrors: pipelines.map(({ spec, own }) => firstErrorsOf(spec, own)),
    iterations: repairing.filter(({ spec }) => !isForced(spec)).map(({ spec, own }) => stoppedIterations(spec, own)),
    forced: repairing.filter(({ spec }) => isForced(spec)).map(({ spec, own }) => forcedIterations(spec, own)),
    moves: specs.some(isDrawing) ? pipelines.flatMap(({ spec, own }) => moveValues(spec.name, own)) : [],
    agreement: pipelines
      .map(({ spec, own }) => ({ pipeline: spec.name, bins: agreementReliability(own) }))
      .filter(({ bins }) => bins.length > 0),
    cut: pipelines.map(({ spec, own }) => cutAnswers(spec.name, own)).filter(({ cut }) => cut.hits > 0),
    bestOfRuns: results.map(bestOfRuns).filter((best) => best !== null),
    neverSolved: neverSolved(names, trials),
    repairs: pipelines.flatMap(({ spec, own }) => repairResults(spec.name, own)),
    costs: costsOf(results, trials),
  };
}

/** Whether a pipeline has a stage of further drafts. */
function isDrawing({ stages }: PipelineSpec): boolean {
  return stages.some(isDraftStage);
}
