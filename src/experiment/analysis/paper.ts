import { Refusal } from '../../base/errors.ts';
import type { PipelineSpec, RoleSpec } from '../../pipeline/pipeline-spec.ts';
import { findPreset, presetNames } from '../../pipeline/presets.ts';
import type { MeasuredRun } from '../read-run-folder.ts';
import { isForced } from './iterations.ts';
import { PAPER_RESULTS, type PaperResult, type PaperSeparation } from './paper-results.ts';

/** The paper's numbers for those pipelines of a run that are of its configurations. */
export interface PaperNumbers {
  /** How many tasks the paper's counts are of. */
  readonly tasks: number;
  readonly results: readonly (Partial<PaperResult> & { readonly pipeline: string; readonly configuration: string })[];
  /** With the names and in the order of the run's own. */
  readonly separations: readonly PaperSeparation[];
}

/** Finds them by the models and iterations of the pipelines, whatever serves the models; refuses a run that has none of them. */
export function paperNumbers({ specs, summary }: Pick<MeasuredRun, 'specs' | 'summary'>): PaperNumbers {
  const { name } = summary.benchmark;
  if (!isMeasured(name)) throw new Refusal(`the paper measured humaneval and mbpp, not ${name}; leave --paper out`);
  const { tasks, results: all, separations }: Benchmark = PAPER_RESULTS[name];
  const results = specs.flatMap((spec) => {
    const configuration = configurationOf(spec);
    const known = configuration === null ? undefined : all[configuration];
    const result = known !== undefined && isForced(spec) ? forcedAlone(known) : known;
    return configuration === null || result === undefined ? [] : [{ pipeline: spec.name, configuration, ...result }];
  });
  if (results.length === 0)
    throw new Refusal(`no pipeline of this run is one that the paper measured on ${name}; leave --paper out`);
  const stopped = results.filter(({ solved }) => solved !== undefined);
  const pairs = stopped.flatMap((baseline, index) =>
    stopped.slice(index + 1).flatMap((result) => separationOf(result, baseline, separations)),
  );
  return { tasks, results, separations: pairs };
}

interface Benchmark {
  readonly tasks: number;
  readonly results: Readonly<Record<string, PaperResult>>;
  readonly separations: readonly PaperSeparation[];
}

type Named = PaperNumbers['results'][number];

/** Of a pipeline that goes on after a pass the paper has its iterations alone. */
function forcedAlone({ forced }: PaperResult): Partial<PaperResult> | undefined {
  return forced && { forced };
}

function isMeasured(name: string): name is keyof typeof PAPER_RESULTS {
  return Object.hasOwn(PAPER_RESULTS, name);
}

function configurationOf(spec: PipelineSpec): string | null {
  const same = (name: string) => shapeOf(findPreset(name)) === shapeOf(spec);
  return presetNames().find(same) ?? null;
}

function shapeOf(spec: PipelineSpec | null): string | null {
  if (spec === null) return null;
  const model = (role: RoleSpec | undefined) => role?.model.slice(role.model.indexOf('/') + 1) ?? null;
  const stages = spec.stages.map(({ iterations, analyzer, refiner }) => [iterations, model(analyzer), model(refiner)]);
  return JSON.stringify([model(spec.generator), stages]);
}

function separationOf(result: Named, baseline: Named, all: readonly PaperSeparation[]): PaperSeparation[] {
  const find = (pipeline: Named, other: Named) =>
    all.find((own) => own.pipeline === pipeline.configuration && own.baseline === other.configuration);
  const [own, reversed] = [find(result, baseline), find(baseline, result)];
  const found = own ?? reversed;
  if (found === undefined) return [];
  const sign = own === undefined ? -1 : 1;
  const { solvedDifference, paperSigma } = found;
  const names = { pipeline: result.pipeline, baseline: baseline.pipeline };
  return [{ ...names, solvedDifference: sign * solvedDifference, paperSigma: sign * paperSigma }];
}
