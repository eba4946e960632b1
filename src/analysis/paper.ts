import { Refusal } from '../base/errors.ts';
import { isDraftStage, type PipelineSpec } from '../pipeline/pipeline-spec.ts';
import { findPreset, presetNames } from '../pipeline/presets.ts';
import type { RunFacts } from '../runs/run-facts.ts';
import { isForced } from './iterations.ts';
import { PAPER_RESULTS, type PaperResult, type PaperSeparation, type Reference } from './paper-results.ts';

/** The paper's numbers for those pipelines of a run that are of its configurations. */
export interface PaperNumbers {
  /** Where they are from, in words. */
  readonly source: string;
  /** How many tasks the paper's counts are of. */
  readonly tasks: number;
  readonly results: readonly (Partial<PaperResult> & { readonly pipeline: string; readonly configuration: string })[];
  /** With the names and in the order of the run's own. */
  readonly separations: readonly PaperSeparation[];
}

/** The paper's own of humaneval and mbpp; refuses a run that has none of its configurations. */
export function paperNumbers(run: Pick<RunFacts, 'specs' | 'summary'>): PaperNumbers {
  const { name } = run.summary.benchmark;
  if (!isMeasured(name))
    throw new Refusal(`the paper measured humaneval and mbpp, not ${name}; leave its numbers out`, { choice: 'paper' });
  const numbers = referenceNumbers(run, PAPER_RESULTS[name]);
  if (numbers.results.length > 0) return numbers;
  throw new Refusal(`the paper measured no pipeline of this run on ${name}; leave its numbers out`, {
    choice: 'paper',
  });
}

/** Finds them by the models and iterations of the pipelines, whatever serves the models, or by their names. */
export function referenceNumbers({ specs }: Pick<RunFacts, 'specs'>, reference: Reference): PaperNumbers {
  const { source, tasks, results: all, separations } = reference;
  const results = specs.flatMap((spec) => {
    const configuration = configurationOf(spec);
    const known = Object.hasOwn(all, configuration) ? all[configuration] : undefined;
    const result = known !== undefined && isForced(spec) ? forcedAlone(known) : known;
    return result === undefined ? [] : [{ pipeline: spec.name, configuration, ...result }];
  });
  const stopped = results.filter(({ solved }) => solved !== undefined);
  const pairs = stopped.flatMap((baseline, index) =>
    stopped.slice(index + 1).flatMap((result) => separationOf(result, baseline, separations)),
  );
  return { source, tasks, results, separations: pairs };
}

type Named = PaperNumbers['results'][number];

/** Of a pipeline that goes on after a pass the paper has its iterations alone. */
function forcedAlone({ forced }: Partial<PaperResult>): Partial<PaperResult> | undefined {
  return forced && { forced };
}

function isMeasured(name: string): name is keyof typeof PAPER_RESULTS {
  return Object.hasOwn(PAPER_RESULTS, name);
}

/** The preset of that shape, else the pipeline's own name, which is no preset's: under such a name it would be taken for that. */
function configurationOf(spec: PipelineSpec): string {
  const same = (name: string) => shapeOf(findPreset(name)) === shapeOf(spec);
  const ownName = findPreset(spec.name) === null ? spec.name : '';
  return presetNames().find(same) ?? ownName;
}

function shapeOf(spec: PipelineSpec | null): string | null {
  if (spec === null) return null;
  const model = (role: { readonly model: string } | undefined) =>
    role?.model.slice(role.model.indexOf('/') + 1) ?? null;
  const stages = spec.stages.map((stage) =>
    isDraftStage(stage)
      ? ['drafts', stage.drafts, model(stage)]
      : [stage.iterations, model(stage.analyzer), model(stage.refiner)],
  );
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
