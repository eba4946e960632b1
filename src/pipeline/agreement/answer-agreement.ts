import { chosenIndex, type Trace } from '../trace.ts';

/** How many programs of a trial were compared, and how many of them do what the answer does, itself included. */
export interface AnswerAgreement {
  readonly drafts: number;
  readonly alike: number;
}

/** How many programs of a trial behave like its answer; null where they were not compared. */
export function answerAgreement({
  attempts,
  agreement,
}: Pick<Trace, 'attempts' | 'agreement'>): AnswerAgreement | null {
  const chosen = chosenIndex(attempts);
  if (agreement === null || chosen === null) return null;
  const alike = agreement.groups.find((group) => group.includes(chosen))?.length ?? 1;
  return { drafts: attempts.length, alike };
}
