import { isPassed, type TrialFacts } from '../runs/trial-facts.ts';
import { type Rate, rateOf } from '../statistics/rate.ts';
import { casesByTask } from './by-task.ts';

/** Of answers that a share of the drafts behave like, how many are right. */
export interface AgreementBin {
  /** The least share of drafts that behave like the answer, itself included, and the share that is too large; 1 of the last bin is in it. */
  readonly from: number;
  readonly below: number | null;
  /** Of trials of two drafts or more, by the grading tests. */
  readonly right: Rate;
}

/** How often the answers of one pipeline were right, by how many drafts behaved like them. */
export interface AgreementReliability {
  readonly pipeline: string;
  readonly bins: readonly AgreementBin[];
}

const BINS = [
  { from: 0, below: 0.5 },
  { from: 0.5, below: 0.75 },
  { from: 0.75, below: 1 },
  { from: 1, below: null },
] as const;

/** Answers by the share of drafts that behave like them; bins without any are left out. */
export function agreementReliability(trials: readonly TrialFacts[]): AgreementBin[] {
  const counted = trials.filter(({ isCounted }) => isCounted);
  return BINS.map((bin) => {
    const isIn = (trial: TrialFacts) => binOf(trial.agreement)?.from === bin.from;
    return { ...bin, right: rateOf(casesByTask(counted, isIn, isPassed)) };
  }).filter(({ right }) => right.of > 0);
}

/** The bin of an answer; undefined where there was no second draft to compare it with. */
export function binOf(agreement: TrialFacts['agreement']): (typeof BINS)[number] | undefined {
  if (agreement === null || agreement.drafts < 2) return undefined;
  const share = agreement.alike / agreement.drafts;
  return BINS.findLast(({ from }) => share >= from);
}
