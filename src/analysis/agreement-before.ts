import type { AnswerAgreement } from '../pipeline/agreement/answer-agreement.ts';
import { modelsOf, type PipelineSpec } from '../pipeline/pipeline-spec.ts';
import type { RunStore } from '../runs/run-store.ts';
import { factsOf, type TrialFacts } from '../runs/trial-facts.ts';
import type { Interval } from '../statistics/interval.ts';
import { agreementReliability, binOf } from './agreement-reliability.ts';

/** How often answers with so much agreement were right in a run, by its grading tests. */
export interface AgreementBefore {
  readonly benchmark: string;
  /** Id of the run. */
  readonly run: string;
  readonly right: Interval;
}

/**
 * What the newest complete run says of answers without any check that as large a share of the drafts behave like, drawn from the same
 * models; null where no run has two tasks with such answers.
 */
export async function agreementBefore(
  runs: RunStore,
  spec: PipelineSpec,
  agreement: AnswerAgreement,
): Promise<AgreementBefore | null> {
  const bin = binOf(agreement);
  if (bin === undefined) return null;
  for (const { id, state, plan } of await runs.list()) {
    const likes = plan?.pipelines.filter((own) => isLike(own, spec)) ?? [];
    if (plan === null || state !== 'complete' || likes.length === 0) continue;
    const names = new Set(likes.map(({ name }) => name));
    const bins = agreementReliability(await uncheckedTrials(runs, id, names));
    const right = bins.find(({ from }) => from === bin.from)?.right.share ?? null;
    if (right !== null) return { benchmark: plan.benchmark.name, run: id, right };
  }
  return null;
}

function isLike(own: PipelineSpec, spec: PipelineSpec): boolean {
  const names = (of: PipelineSpec) => modelsOf(of).sort().join('\n');
  return own.select === 'agreement' && names(own) === names(spec);
}

/** Trials in which nothing but loading was checked. */
async function uncheckedTrials(runs: RunStore, run: string, pipelines: ReadonlySet<string>): Promise<TrialFacts[]> {
  const trials: TrialFacts[] = [];
  for await (const trial of runs.trials(run)) {
    const { checked } = trial.trace;
    const isUnchecked = checked === 'load' || checked === 'nothing';
    if (isUnchecked && pipelines.has(trial.pipeline)) trials.push(factsOf(trial));
  }
  return trials;
}
